// Masks out of logits: padding cut away, thresholds moved, and each pixel of the picture asked in its place.
import { describe, expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, maskFromRle } from '#core/mask/rle'
import { maskOnFrame, measureMask, partOfPicture } from './mask-grid.ts'

const plain = { scaleX: 1, scaleY: 1, left: 0, top: 0 }
const whole = (width: number, height: number) => ({ x0: 0, y0: 0, x1: width, y1: height })

describe('partOfPicture', () => {
  it('is the upper 192 of 256 rows for a picture of 640 x 480 in a square input of 1024', () => {
    const grid = { values: new Float32Array(0), width: 256, height: 256, perInputX: 0.25, perInputY: 0.25 }
    const placing = { scaleX: 1.6, scaleY: 1.6, left: 0, top: 0 }
    expect(partOfPicture(grid, placing, { width: 640, height: 480 })).toEqual({ x0: 0, y0: 0, x1: 256, y1: 192 })
  })
})

describe('measureMask', () => {
  const values = Float32Array.of(...[-2, -0.5, 0.5, 2, 3, 9], ...[1, 1, -1, -1, 0, 0])
  const grid = { values, width: 3, height: 2, perInputX: 1, perInputY: 1 }

  it('counts what is above 0, and reaches as far as what is above the lower threshold', () => {
    // Above 0: 0.5, 2, 3, 9; above -1 the -0.5 too.
    expect(measureMask(grid, 0, whole(3, 2), 1)).toEqual({ area: 4, reach: { x0: 0, y0: 0, x1: 3, y1: 2 } })
    // Exactly at a threshold is not above it.
    expect(measureMask(grid, 1, { x0: 0, y0: 0, x1: 3, y1: 1 }, 1)).toEqual({ area: 2, reach: { x0: 0, y0: 0, x1: 2, y1: 1 } })
    expect(measureMask(grid, 1, { x0: 2, y0: 0, x1: 3, y1: 2 }, 1)).toEqual({ area: 0, reach: undefined })
  })

  it('does not look at the padding', () => {
    expect(measureMask(grid, 0, { x0: 1, y0: 1, x1: 2, y1: 2 }, 1)).toEqual({ area: 1, reach: { x0: 1, y0: 1, x1: 2, y1: 2 } })
  })
})

describe('maskOnFrame', () => {
  it('puts the border where the straight line between two cells crosses 0', () => {
    // Centres of the cells lie at pixels 2 and 6 of eight; 0 is crossed a quarter of the way from the second: at 5.
    const grid = { values: Float32Array.of(-3, 1), width: 2, height: 1, perInputX: 0.25, perInputY: 0.25 }
    const { rle, stability } = maskOnFrame(
      grid,
      0,
      { x0: 0, y0: 0, x1: 2, y1: 1 },
      1,
      plain,
      { x: 0, y: 0, width: 8, height: 4 },
      { width: 8, height: 4 },
    )!
    expect(boundsOfRle(rle)).toEqual([5, 0, 3, 4])
    // Logits at the centres of the eight columns: -3 -3 -2.5 -1.5 -0.5 0.5 1 1. Above -1 are four, above 1 none: the two cells alone would say so of one and none.
    expect(stability).toBe(0)
  })

  it('lays a crop where it was cut, and takes the padding of the input away', () => {
    // Input of 8 x 8, picture of 4 x 2 doubled into its upper half: cell (2..3, 0..1) of a grid of 4 x 4 is pixels 2..3, rows 0..1.
    const values = new Float32Array(16).fill(-1)
    for (const at of [2, 3, 6, 7]) values[at] = 1
    const grid = { values, width: 4, height: 4, perInputX: 0.5, perInputY: 0.5 }
    const placing = { scaleX: 2, scaleY: 2, left: 0, top: 0 }
    const { rle } = maskOnFrame(
      grid,
      0,
      { x0: 2, y0: 0, x1: 4, y1: 2 },
      1,
      placing,
      { x: 10, y: 20, width: 4, height: 2 },
      { width: 30, height: 40 },
    )!
    expect(boundsOfRle(rle)).toEqual([12, 20, 2, 2])
    expect(areaOfRle(rle)).toBe(4)
    expect(maskFromRle(rle)[20 * 30 + 12]).toBe(1)
  })

  it('measures stability on the pixels that are shown, not on the cells of the decoder', () => {
    // Two cells, -5 and 5, eight columns: -5 -5 -3.75 -1.25 1.25 3.75 5 5. On the cells nothing is between -1 and 1, nor between -4 and 4.
    const grid = { values: Float32Array.of(-5, 5), width: 2, height: 1, perInputX: 0.25, perInputY: 0.25 }
    const size = { width: 8, height: 4 }
    const at = (offset: number) => maskOnFrame(grid, 0, whole(2, 1), offset, plain, { x: 0, y: 0, ...size }, size)?.stability
    expect(at(1)).toBe(1)
    // Above 4 two columns, above -4 six.
    expect(at(4)).toBe(2 / 6)
  })
})
