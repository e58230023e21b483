// Tests of painting masks into one raster: the order of painting, and picking what lies under a pixel.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { masksAt, paintLabelRaster, paintLabelsBeneath, rlesFromLabels } from './label-raster.ts'
import { areaOfRle, emptyRle, rleFromMask } from './rle.ts'

const width = 37
// Runs shorter and longer than those worth a call of fill.
const height = 97

function rectangle(x: number, y: number, w: number, h: number) {
  const mask = new Uint8Array(width * height)
  for (let v = y; v < Math.min(height, y + h); v++) mask.fill(1, v * width + x, v * width + Math.min(width, x + w))
  return rleFromMask(mask, width, height)
}

const rectangles = fc
  .tuple(fc.nat(width - 1), fc.nat(height - 1), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .map((box) => rectangle(...box))

describe('paintLabelRaster', () => {
  it('shows the smaller mask above the larger, whatever their order', () => {
    const large = rectangle(0, 0, 20, 20)
    const small = rectangle(5, 5, 3, 3)
    for (const masks of [
      [large, small],
      [small, large],
    ]) {
      const raster = paintLabelRaster(masks, width, height)
      expect(raster[6 * width + 6]).toBe(masks.indexOf(small) + 1)
      expect(raster[0]).toBe(masks.indexOf(large) + 1)
      expect(raster[30 * width + 30]).toBe(0)
    }
  })

  it('shows the mask of the higher index where areas are equal', () => {
    expect(paintLabelRaster([rectangle(0, 0, 4, 4), rectangle(2, 2, 4, 4)], width, height)[3 * width + 3]).toBe(2)
  })

  it('agrees with masksAt at every pixel: the top one is painted, and no other covers less', () => {
    fc.assert(
      fc.property(fc.array(rectangles, { maxLength: 6 }), (masks) => {
        const raster = paintLabelRaster(masks, width, height)
        for (let y = 0; y < height; y += 3)
          for (let x = 0; x < width; x += 2) {
            const under = masksAt(masks, x, y)
            expect(raster[y * width + x]).toBe(under.length === 0 ? 0 : under[0]! + 1)
            const areas = under.map((index) => areaOfRle(masks[index]!))
            expect(areas).toEqual([...areas].sort((a, b) => a - b))
          }
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a mask of another size, and more masks than 16 bits can name', () => {
    expect(() => paintLabelRaster([emptyRle(width, height)], width, height)).toThrow(/Mask 0 is 97 x 37; the raster is 37 x 97/)
    const one = emptyRle(1, 1)
    expect(() =>
      paintLabelRaster(
        Array.from({ length: 65536 }, () => one),
        1,
        1,
      ),
    ).toThrow(RangeError)
  })
})

describe('masksAt', () => {
  it('finds nothing outside the raster instead of wrapping into the next column', () => {
    const all = rectangle(0, 0, width, height)
    expect(masksAt([all], width - 1, height - 1)).toEqual([0])
    for (const [x, y] of [
      [-1, 0],
      [0, height],
      [width, 0],
      [0, -1],
      [Number.NaN, 0],
    ] as const)
      expect(masksAt([all], x, y)).toEqual([])
  })
})

describe('rlesFromLabels', () => {
  it('gives each value the mask of its pixels, by ascending value, and none to 0', () => {
    const rasters = fc.uint8Array({ minLength: 35, maxLength: 35, max: 4 })
    fc.assert(
      fc.property(rasters, (labels) => {
        const values = [...new Set(labels)].filter((value) => value !== 0).sort((a, b) => a - b)
        const expected = values.map((value) => [
          value,
          rleFromMask(
            labels.map((label) => (label === value ? 1 : 0)),
            7,
            5,
          ),
        ])
        expect([...rlesFromLabels(labels, 7, 5)]).toEqual(expected)
      }),
    )
  })

  it('keeps values that need more than 16 bits apart', () => {
    expect([...rlesFromLabels(Uint32Array.of(65536, 0, 65537, 1), 2, 2).keys()]).toEqual([1, 65536, 65537])
  })
})

describe('paintLabelsBeneath', () => {
  it('holds at each pixel the masks under the one on top, in the order in which they are picked', () => {
    fc.assert(
      fc.property(fc.array(rectangles, { maxLength: 7 }), (masks) => {
        const rasters = [paintLabelRaster(masks, width, height)]
        rasters.push(...paintLabelsBeneath(masks, rasters[0]!, width, height, 2))
        for (let y = 0; y < height; y += 5)
          for (let x = 0; x < width; x += 3) {
            const found = masksAt(masks, x, y).slice(0, 3)
            expect([0, 1, 2].map((depth) => rasters[depth]?.[y * width + x] ?? 0)).toEqual(
              [0, 1, 2].map((depth) => (found[depth] ?? -1) + 1),
            )
          }
      }),
    )
  })

  it('costs nothing where no two masks overlap', () => {
    const masks = [rectangle(0, 0, 4, 4), rectangle(4, 0, 4, 4)]
    expect(paintLabelsBeneath(masks, paintLabelRaster(masks, width, height), width, height, 2)).toEqual([])
  })
})
