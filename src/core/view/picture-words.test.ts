// Numbers and legends that are written into pictures.
import { describe, expect, it } from 'vitest'
import { rleFromMask } from '../mask/rle.ts'
import { idInLevel, labelOfId } from '../segment/frame-masks.ts'
import { legendOf } from './legend.ts'
import { paintFrame, type DrawnMask } from './paint-frame.ts'
import { drawLabels, drawLegend } from './picture-words.ts'
import { drawText, glyph, type Surface, widthOfText } from './pixel-text.ts'
import { plainView } from './view.ts'

const surface = (width: number, height: number): Surface => ({ width, height, pixels: new Uint8ClampedArray(width * height * 4) })
/** Dots that are lit, row by row. */
const rowsOf = ({ width, height, pixels }: Surface) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => (pixels[(y * width + x) * 4]! > 200 ? '#' : '.')).join(''),
  )
const white = [255, 255, 255] as const

describe('text', () => {
  it('draws a letter as it is read', () => {
    const one = surface(5, 7)
    drawText(one, '4', 0, 0, 1, white)
    expect(rowsOf(one)).toEqual(['...#.', '..##.', '.#.#.', '#..#.', '#####', '...#.', '...#.'])
  })

  it('has a letter of its own for all that labels and legends say', () => {
    const box = surface(5, 8)
    drawText(box, '\u2603', 0, 0, 1, white)
    const words = `${labelOfId(400_010)}, candidate kept tracked level 6 Score Stability Area Disagreement 25 px by its logarithm: no coloured object at this stage`
    for (const letter of new Set(words.replaceAll(' ', ''))) {
      const drawn = surface(5, 8)
      drawText(drawn, letter, 0, 0, 1, white)
      expect(rowsOf(drawn), letter).not.toEqual(rowsOf(box))
      expect(rowsOf(drawn).join(''), letter).toContain('#')
    }
  })

  it('is cut at the edges of the picture and says its width', () => {
    const small = surface(8, 4)
    drawText(small, '88', -3, -2, 2, white)
    expect(widthOfText('88', 2)).toBe((2 * glyph.advance - 1) * 2)
  })
})

describe('labels', () => {
  const at = (i: number, j: number) => (i < 100 && j < 60 ? 1 : i >= 190 && j >= 90 ? 2 : 0)
  const masks = [
    { id: 200_001, isSelected: false },
    { id: 200_002, isSelected: false },
  ]
  it('are left out where a mask is smaller than its number, unless it is selected', () => {
    expect(drawLabels(surface(200, 100), masks, at)).toBe(1)
    expect(drawLabels(surface(200, 100), [masks[0]!, { id: 200_002, isSelected: true }], at)).toBe(2)
  })

  it('do not cover each other', () => {
    const rings = (i: number, j: number) => (Math.abs(i - 100) < 40 && Math.abs(j - 50) < 30 ? 1 : 2)
    expect(drawLabels(surface(200, 100), masks, rings)).toBe(2)
    const stripes = (i: number) => 1 + (i % 2)
    expect(drawLabels(surface(200, 100), masks, stripes)).toBe(1)
  })
})

describe('legends', () => {
  it('say that a number is missing rather than showing a bar that no mask is coloured by', () => {
    const style = { by: 'stability', palette: 'vivid', ramp: 'viridis', frameArea: 100 } as const
    expect(legendOf(style, [2], [{ stability: Number.NaN }])).toMatchObject({ kind: 'words' })
    expect(legendOf(style, [2], [{ stability: 0.5 }])).toMatchObject({ kind: 'bar', low: '0', high: '1' })
    expect(legendOf({ ...style, by: 'disagreement' }, [2], [])).toMatchObject({ kind: 'words' })
    expect(legendOf({ ...style, by: 'disagreement', disagreementOf: () => 1 }, [2], [])).toMatchObject({ kind: 'bar' })
    expect(legendOf({ ...style, by: 'id' }, [2], [])).toBeUndefined()
  })

  it('have the colours of the levels in the lower left corner, and leave the rest of the picture as it was', () => {
    const legend = legendOf({ by: 'level', palette: 'vivid', ramp: 'viridis', frameArea: 1 }, [2, 4], [])!
    const drawn = surface(400, 200)
    drawLegend(drawn, legend)
    const colours = new Set<string>()
    for (let at = 0; at < drawn.pixels.length; at += 4) colours.add(drawn.pixels.slice(at, at + 3).join())
    if (legend.kind !== 'swatches') throw new Error('levels have swatches')
    for (const [, colour] of legend.rows) expect(colours).toContain(colour.join())
    expect(drawn.pixels.slice(0, 400 * 170 * 4).every((value) => value === 0)).toBe(true)
  })
})

it('a view without labels and legend draws what it always drew; with them only plates are added', () => {
  const [width, height] = [160, 90]
  const ground = { width, height, channels: 3, pixels: new Uint8Array(width * height * 3).fill(90) } as const
  const bits = new Uint8Array(width * height).fill(0).map((_, i) => (i % width < 100 ? 1 : 0))
  const mask: DrawnMask = { id: idInLevel(2, 1), level: 2, area: 100 * height, mask: rleFromMask(bits, width, height) }
  const plain = paintFrame(ground, [mask], plainView)
  const labelled = paintFrame(ground, [mask], { ...plainView, labels: 'all' })
  let changed = 0
  for (let at = 0; at < plain.pixels.length; at += 4) if (plain.pixels[at] !== labelled.pixels[at]) changed += 1
  const plate = (widthOfText('2·0001', 1) + 4) * (glyph.height + 2)
  expect(changed).toBeGreaterThan(plate / 2)
  expect(changed).toBeLessThanOrEqual(plate)
  expect(paintFrame(ground, [mask], { ...plainView, labels: 'selected' }).pixels).toEqual(plain.pixels)
  expect(paintFrame(ground, [mask], { ...plainView, legend: true }).pixels).toEqual(plain.pixels)
})
