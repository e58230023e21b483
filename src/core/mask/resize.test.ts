// Tests of resizing: small rasters that Pillow itself resized, and run space against dense.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downscaleMask, downscaleRle, resizeMaskNearest, roundHalfEven, scaledSide, scaleRle } from './resize.ts'
import { rleFromMask } from './rle.ts'

const draw = (mask: Uint8Array) => [...mask].map((value) => (value ? '#' : '.')).join('')
const maskFrom = (text: string) => Uint8Array.from(text, (character) => (character === '#' ? 255 : 0))

// 10 x 7; what follows each call was written by Pillow 9.4 from the same raster.
const source = maskFrom('#..#.#.#...#.####.#...######.##.######.#.#.######..#..###.#.#.#.#..#.#')

describe('downscaleMask', () => {
  it('gives the pixels of Pillow BOX with its threshold of 128', () => {
    const half = downscaleMask(source, 10, 7, 0.5)
    expect([half.width, half.height, draw(half.mask)]).toEqual([5, 4, '####..##########.###'])
    const third = downscaleMask(source, 10, 7, 0.35)
    expect([third.width, third.height, draw(third.mask)]).toEqual([4, 2, '.##..###'])
  })

  it('rounds sides that fall on a half to the even one and never below 1', () => {
    expect([2.5, 3.5, 2.4999, 0.5, -0.5, -1.5, 7].map(roundHalfEven)).toEqual([2, 4, 2, 0, 0, -2, 7])
    expect([scaledSide(853, 0.3), scaledSide(640, 0.3), scaledSide(5, 0.5), scaledSide(1, 0.1)]).toEqual([256, 192, 2, 1])
  })

  it('keeps pixels as they are when the size does not change, and does not write into its input', () => {
    const before = source.slice()
    expect(draw(downscaleMask(source, 10, 7, 1).mask)).toBe(draw(source))
    expect(draw(downscaleMask(source, 10, 7, 0.99).mask)).toBe(draw(source))
    expect(source).toEqual(before)
  })

  it('can lose a thin mask, which its caller must notice', () => {
    const mask = new Uint8Array(100)
    mask[55] = 1
    expect(draw(downscaleMask(mask, 10, 10, 0.3).mask)).toBe('.........')
  })

  it('refuses ratios outside (0, 1] and rasters that do not fit their sides', () => {
    for (const ratio of [0, -0.5, 1.01, Number.NaN]) expect(() => downscaleMask(source, 10, 7, ratio)).toThrow(RangeError)
    expect(() => downscaleMask(source, 10, 8, 0.5)).toThrow(RangeError)
  })

  it('gives the same for runs', () => {
    const small = downscaleMask(source, 10, 7, 0.5)
    expect(downscaleRle(rleFromMask(source, 10, 7), 0.5)).toEqual(rleFromMask(small.mask, 5, 4))
  })
})

describe('resizeMaskNearest', () => {
  it('gives the pixels of Pillow NEAREST, smaller and larger', () => {
    expect(draw(resizeMaskNearest(source, 10, 7, 4, 3))).toBe('####.##.#.##')
    const larger = '#...#.##.#....##.#####.##..##.#####.##....#######..##..#######..#.##.########..##..####.##..##..####.##.#..#.#...#..#'
    expect(draw(resizeMaskNearest(source, 10, 7, 13, 9))).toBe(larger)
  })

  it('adds its steps up like Pillow instead of multiplying', () => {
    // In doubles 640 / 192 is not exact; its sum falls short of a whole number where the product does not.
    const ramp = Uint8Array.from({ length: 640 }, (_, i) => i & 1)
    const summed = resizeMaskNearest(ramp, 1, 640, 1, 192)
    let at = (640 / 192) * 0.5
    const expected = Array.from({ length: 192 }, () => {
      const source = Math.trunc(at)
      at += 640 / 192
      return source & 1
    })
    expect([...summed]).toEqual(expected)
    const closed = Array.from({ length: 192 }, (_, i) => Math.trunc((i + 0.5) * (640 / 192)) & 1)
    expect(expected).not.toEqual(closed)
  })
})

describe('scaleRle', () => {
  it('is NEAREST in run space, for any two sizes', () => {
    const side = fc.integer({ min: 1, max: 23 })
    const rasters = fc
      .record({ width: side, height: side, outWidth: side, outHeight: side })
      .chain((sides) =>
        fc
          .uint8Array({ minLength: sides.width * sides.height, maxLength: sides.width * sides.height, max: 1 })
          .map((mask) => ({ ...sides, mask })),
      )
    fc.assert(
      fc.property(rasters, ({ mask, width, height, outWidth, outHeight }) => {
        const dense = resizeMaskNearest(mask, width, height, outWidth, outHeight)
        expect(scaleRle(rleFromMask(mask, width, height), [outHeight, outWidth])).toEqual(rleFromMask(dense, outWidth, outHeight))
      }),
      { numRuns: 1000 },
    )
  })
})
