// What is drawn of a frame, against pixels worked out by hand.
import { describe, expect, it } from 'vitest'
import { rleFromMask } from '../mask/rle.ts'
import { idInLevel } from '../segment/frame-masks.ts'
import type { Ground } from './ground-sampler.ts'
import { colourOfLevel, colourOfMask } from './mask-colours.ts'
import { type DrawnMask, type Painted, paintFrame } from './paint-frame.ts'
import { plainView, View } from './view.ts'

const [width, height] = [8, 6]
const ground: Ground = { width, height, channels: 3, pixels: new Uint8Array(width * height * 3).fill(100) }

/** A mask that covers columns from..to and rows top..bottom, ends included. */
function mask(id: number, [from, to]: readonly [number, number], [top, bottom]: readonly [number, number], score?: number): DrawnMask {
  const bits = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return x >= from && x <= to && y >= top && y <= bottom ? 1 : 0
  })
  return {
    id,
    level: Math.floor(id / 100_000),
    mask: rleFromMask(bits, width, height),
    area: (to - from + 1) * (bottom - top + 1),
    ...(score === undefined ? {} : { score }),
  }
}
const large = mask(idInLevel(2, 1), [1, 6], [1, 4], 0.9)
const small = mask(idInLevel(2, 2), [2, 3], [2, 3], 0.4)
const coarse = mask(idInLevel(1, 1), [0, 7], [0, 5])
const fills = { ...plainView, draw: 'fill' as const, opacity: 1 }
const at = ({ pixels, width: wide }: Painted, x: number, y: number) => [...pixels.subarray((y * wide + x) * 4, (y * wide + x) * 4 + 3)]
const vivid = (one: DrawnMask) => [...colourOfMask(one.id, 'vivid')]

describe('masks', () => {
  it('lie coarse to fine and large to small, whatever their order', () => {
    const painted = paintFrame(ground, [small, coarse, large], fills)
    expect(at(painted, 2, 2)).toEqual(vivid(small))
    expect(at(painted, 1, 1)).toEqual(vivid(large))
    expect(at(painted, 0, 0)).toEqual(vivid(coarse))
  })

  it('blend by their opacity', () => {
    const [red] = colourOfMask(large.id, 'vivid')
    const painted = paintFrame(ground, [large], { ...fills, opacity: 0.25 })
    expect(at(painted, 1, 1)[0]).toBe(Math.round(100 + (red - 100) * 0.25))
    expect(at(painted, 0, 0)).toEqual([100, 100, 100])
  })

  it('show what is beneath when they are hidden, below a threshold or not among the levels', () => {
    const views: View[] = [
      { ...fills, hidden: [small.id] },
      { ...fills, thresholds: { score: { min: 0.5 } } },
      { ...fills, only: [large.id] },
    ]
    for (const view of views) expect(at(paintFrame(ground, [large, small], view), 2, 2)).toEqual(vivid(large))
    expect(at(paintFrame(ground, [large, coarse], { ...fills, levels: [1] }), 2, 2)).toEqual(vivid(coarse))
  })

  it('have an outline of one pixel at full size, and nothing inside when only outlines are drawn', () => {
    const painted = paintFrame(ground, [large], { ...plainView, draw: 'outline' })
    const line = vivid(large).map((channel) => Math.round(100 + (channel - 100) * 0.95))
    expect(at(painted, 1, 2)).toEqual(line)
    expect(at(painted, 6, 4)).toEqual(line)
    expect(at(painted, 3, 3)).toEqual([100, 100, 100])
    expect(at(painted, 0, 2)).toEqual([100, 100, 100])
  })

  it('have the colour that the rule gives', () => {
    expect(at(paintFrame(ground, [large], { ...fills, colourBy: 'level' }), 1, 1)).toEqual([...colourOfLevel(2)])
  })
})

describe('a selection', () => {
  it('lies over finer masks with its own opacity, and the others fade', () => {
    const painted = paintFrame(ground, [coarse, large, small], { ...fills, selected: [large.id], selectedOpacity: 1, lineScale: 0.5 })
    expect(at(painted, 4, 3)).toEqual(vivid(large))
    // With lines of half their width: white up to one pixel from its border, just outside almost black.
    expect(at(painted, 1, 1)).toEqual([255, 255, 255])
    expect(at(painted, 0, 2)).toEqual([13, 13, 13])
    const faded = vivid(coarse).map((channel) => Math.round(100 + (channel - 100) * 0.38))
    expect(at(painted, 0, 0)).toEqual(faded)
  })

  it('is all that is left when it is isolated, and where it is not on the frame nothing is', () => {
    const alone = paintFrame(ground, [coarse, large, small], { ...fills, selected: [small.id], isIsolated: true })
    expect(at(alone, 6, 1)).toEqual([45, 45, 45])
    const none = paintFrame(ground, [coarse, large], { ...fills, selected: [idInLevel(2, 77)], isIsolated: true })
    expect(at(none, 2, 2)).toEqual([100, 100, 100])
  })
})

describe('a part of the frame', () => {
  it('is enlarged to the wished width, and nothing is drawn beyond the edge of the frame', () => {
    const view: View = { ...fills, crop: { x: 6, y: 1, width: 4, height: 2 }, width: 40 }
    const painted = paintFrame(ground, [large], view)
    expect([painted.width, painted.height]).toEqual([40, 20])
    expect(at(painted, 9, 9)).toEqual(vivid(large))
    expect(at(painted, 10, 9)).toEqual([100, 100, 100])
    expect([...painted.pixels.subarray(20 * 4, 21 * 4)]).toEqual([0, 0, 0, 0])
  })

  it('is averaged where it is shrunk', () => {
    const stripes = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 200))
    const painted = paintFrame({ ...ground, pixels: stripes }, [], { ...fills, width: 4 })
    expect([painted.width, painted.height]).toEqual([4, 3])
    expect(at(painted, 2, 1)).toEqual([100, 100, 100])
  })
})

it('a view with a word that nobody knows is refused, not drawn without it', () => {
  expect(View.safeParse({ format: 'scenewright.view', version: 1, opacty: 0.2 }).success).toBe(false)
  expect(View.safeParse({ format: 'scenewright.view', version: 2 }).success).toBe(false)
})
