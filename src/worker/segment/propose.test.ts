// Tests of the candidate generator on drawn pictures.
import { describe, expect, test } from 'vitest'
import { type ProposedMask, type ProposeOptions, type Rgb, defaultProposeOptions, proposeMasks } from './propose.ts'

type Colour = readonly [number, number, number]
type Inside = (x: number, y: number) => boolean
type Shape = { readonly colour: Colour; readonly inside: Inside }

const shapes: readonly Shape[] = [
  { colour: [220, 40, 40], inside: (x, y) => (x - 60) ** 2 + (y - 60) ** 2 < 35 ** 2 },
  { colour: [30, 160, 60], inside: (x, y) => x >= 130 && x < 210 && y >= 30 && y < 80 },
  { colour: [240, 220, 60], inside: (x, y) => y >= 120 && y < 200 && Math.abs(x - 170) < (y - 120) / 2 },
  { colour: [240, 240, 240], inside: (x, y) => x >= 30 && x < 90 && y >= 140 && y < 210 },
]

function draw(width: number, height: number, ground: Colour, drawn: readonly Shape[]): Rgb {
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shape = drawn.findLast((one) => one.inside(x, y))
      pixels.set(shape?.colour ?? ground, (y * width + x) * 3)
    }
  }
  return { width, height, pixels }
}

function hasPixel(proposed: ProposedMask, x: number, y: number): boolean {
  const { mask } = proposed
  const i = x - mask.x
  const j = y - mask.y
  return i >= 0 && j >= 0 && i < mask.width && j < mask.height && mask.bits[j * mask.width + i] === 1
}

function bestFor(masks: readonly ProposedMask[], picture: Rgb, inside: Inside): { overlap: number; mask: ProposedMask } {
  const scored = masks.map((mask) => {
    let both = 0
    let either = 0
    for (let y = 0; y < picture.height; y += 1) {
      for (let x = 0; x < picture.width; x += 1) {
        const a = hasPixel(mask, x, y)
        const b = inside(x, y)
        if (a && b) both += 1
        if (a || b) either += 1
      }
    }
    return { overlap: both / either, mask }
  })
  return scored.reduce((best, one) => (one.overlap > best.overlap ? one : best))
}

/** Smooths by repeated box means, so that outlines become ramps. */
function blurred(picture: Rgb, radius: number): Rgb {
  let { pixels } = picture
  const { width, height } = picture
  for (let round = 0; round < 2; round += 1) {
    for (const [dx, dy] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const out = new Uint8Array(pixels.length)
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          for (let c = 0; c < 3; c += 1) {
            let sum = 0
            for (let k = -radius; k <= radius; k += 1) {
              const i = Math.min(width - 1, Math.max(0, x + k * dx))
              const j = Math.min(height - 1, Math.max(0, y + k * dy))
              sum += pixels[(j * width + i) * 3 + c]!
            }
            out[(y * width + x) * 3 + c] = sum / (2 * radius + 1)
          }
        }
      }
      pixels = out
    }
  }
  return { width, height, pixels }
}

/** A picture with much in it at every scale; the same for the same seed. */
function busy(width: number, height: number, seed: number): Rgb {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const drawn: Shape[] = Array.from({ length: 60 }, () => {
    const [cx, cy, r] = [next() * width, next() * height, 4 + next() ** 2 * 60]
    const colour: Colour = [next() * 255, next() * 255, next() * 255]
    return { colour, inside: (x, y) => (x - cx) ** 2 + (y - cy) ** 2 < r * r }
  })
  const picture = draw(width, height, [90, 90, 90], drawn)
  return { ...picture, pixels: picture.pixels.map((v) => Math.max(0, Math.min(255, v + (next() - 0.5) * 24))) }
}

const flat = draw(240, 240, [50, 70, 140], shapes)
const options = (change: Partial<ProposeOptions>): ProposeOptions => ({ ...defaultProposeOptions, ...change })

describe('proposeMasks', () => {
  test('every flat shape is offered with its own outline', () => {
    const masks = proposeMasks(flat, defaultProposeOptions)
    for (const shape of shapes) expect(bestFor(masks, flat, shape.inside).overlap).toBeGreaterThanOrEqual(0.95)
  })

  test('a shape in a picture larger than the working size keeps its outline', () => {
    const inside: Inside = (x, y) => (x - 420) ** 2 + (y - 300) ** 2 < 111 ** 2
    const large = draw(901, 643, [120, 140, 120], [{ colour: [200, 60, 90], inside }])
    expect(bestFor(proposeMasks(large, defaultProposeOptions), large, inside).overlap).toBeGreaterThanOrEqual(0.98)
  })

  test('a child lies inside its parent, is smaller, of a finer level and later in the list', () => {
    const picture = busy(420, 360, 7)
    const masks = proposeMasks(picture, defaultProposeOptions)
    const children = masks.filter((mask) => mask.parent !== undefined)
    expect(children.length).toBeGreaterThan(20)
    for (const child of children) {
      const parent = masks[child.parent!]!
      expect(masks.indexOf(child)).toBeGreaterThan(child.parent!)
      expect(parent.level).toBeLessThan(child.level)
      expect(parent.area).toBeGreaterThan(child.area)
      const { mask } = child
      let stray = 0
      for (let y = 0; y < mask.height; y += 1) {
        for (let x = 0; x < mask.width; x += 1) {
          if (mask.bits[y * mask.width + x] === 1 && !hasPixel(parent, x + mask.x, y + mask.y)) stray += 1
        }
      }
      expect(stray).toBe(0)
    }
  })

  test('levels run from coarse to fine, in order and in mean area', () => {
    const masks = proposeMasks(busy(420, 360, 7), options({ levels: [1, 3, 5, 6] }))
    expect(masks.map((mask) => mask.level)).toEqual(masks.map((mask) => mask.level).sort((a, b) => a - b))
    const means = [1, 3, 5, 6].map((level) => {
      const areas = masks.filter((mask) => mask.level === level).map((mask) => mask.area)
      return areas.reduce((sum, area) => sum + area, 0) / areas.length
    })
    for (let i = 1; i < means.length; i += 1) expect(means[i]!).toBeLessThan(means[i - 1]!)
  })

  test('minArea, maxPerLevel and maxCandidates hold', () => {
    const picture = busy(300, 260, 3)
    const big = proposeMasks(picture, options({ minArea: 900 }))
    expect(big.length).toBeGreaterThan(0)
    expect(Math.min(...big.map((mask) => mask.area))).toBeGreaterThanOrEqual(900)
    const few = proposeMasks(picture, options({ maxPerLevel: 4 }))
    for (const level of [2, 4, 6]) expect(few.filter((mask) => mask.level === level).length).toBeLessThanOrEqual(4)
    expect(few.length).toBeGreaterThan(4)
    expect(proposeMasks(picture, options({ maxCandidates: 17 })).length).toBeLessThanOrEqual(17)
    expect(proposeMasks(picture, defaultProposeOptions).length).toBeLessThanOrEqual(300)
  })

  test('area and box tell what the mask holds', () => {
    for (const one of proposeMasks(flat, defaultProposeOptions)) {
      expect(one.mask.bits.reduce((sum, bit) => sum + bit, 0)).toBe(one.area)
      expect(one.box).toEqual([one.mask.x, one.mask.y, one.mask.width, one.mask.height])
      expect(one.box[0] + one.box[2]).toBeLessThanOrEqual(240)
      expect(one.box[1] + one.box[3]).toBeLessThanOrEqual(240)
    }
  })

  test('a crisp shape is called steadier and better than the same shape out of focus', () => {
    const crisp = draw(240, 240, [90, 100, 110], [{ ...shapes[0]!, colour: [150, 130, 110] }])
    const blurry = blurred(crisp, 9)
    const inside = shapes[0]!.inside
    const sharp = bestFor(proposeMasks(crisp, defaultProposeOptions), crisp, inside).mask
    const soft = bestFor(proposeMasks(blurry, defaultProposeOptions), blurry, inside).mask
    expect(sharp.stability).toBeGreaterThan(0.85)
    expect(soft.stability).toBeLessThan(sharp.stability - 0.1)
    expect(soft.predictedIou).toBeLessThan(sharp.predictedIou)
  })

  test('scores stay within 0 and 1 on a noisy picture', () => {
    for (const one of proposeMasks(busy(200, 150, 11), defaultProposeOptions)) {
      for (const score of [one.predictedIou, one.stability]) {
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }
    }
  })

  test('the same picture gives the same masks again', () => {
    const picture = busy(260, 200, 5)
    expect(proposeMasks(picture, defaultProposeOptions)).toEqual(proposeMasks(picture, defaultProposeOptions))
  })

  test('odd, thin and tiny pictures are answered within their borders', () => {
    for (const [width, height] of [
      [1, 1],
      [2, 1],
      [1, 40],
      [3, 3],
      [7, 5],
      [333, 11],
      [129, 127],
    ] as const) {
      for (const one of proposeMasks(busy(width, height, width + height), defaultProposeOptions)) {
        expect(one.box[0] + one.box[2]).toBeLessThanOrEqual(width)
        expect(one.box[1] + one.box[3]).toBeLessThanOrEqual(height)
        expect(one.area).toBeGreaterThan(0)
      }
    }
  })

  test('a picture of one colour is one candidate that nothing speaks for', () => {
    const masks = proposeMasks(draw(90, 70, [12, 200, 99], []), defaultProposeOptions)
    expect(masks.map((mask) => mask.area)).toEqual([90 * 70])
    expect(masks[0]!.predictedIou).toBeLessThan(0.1)
  })

  test('pictures and levels that make no sense are refused', () => {
    expect(() => proposeMasks({ width: 4, height: 4, pixels: new Uint8Array(47) }, defaultProposeOptions)).toThrow(RangeError)
    expect(() => proposeMasks({ width: 0, height: 4, pixels: new Uint8Array(0) }, defaultProposeOptions)).toThrow(RangeError)
    for (const levels of [[], [0], [7], [2.5], [4, 2], [3, 3]]) expect(() => proposeMasks(flat, options({ levels }))).toThrow(RangeError)
  })
})
