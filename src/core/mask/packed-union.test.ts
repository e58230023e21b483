// Tests of the union of packed masks, against dense rasters and against the union of run lengths.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unionOfRles } from './overlap.ts'
import { packedFromMask, rleFromPacked } from './packed.ts'
import { unionOfPacked } from './packed-union.ts'
import { rleFromMask } from './rle.ts'

const sets = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 12 }), count: fc.integer({ min: 0, max: 7 }) })
  .chain(({ width, height, count }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      masks: fc.array(fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }), {
        minLength: count,
        maxLength: count,
      }),
    }),
  )

describe('the union of packed masks', () => {
  it('is on where a dense raster is on, and no bit past the last pixel is', () => {
    fc.assert(
      fc.property(sets, ({ width, height, masks }) => {
        const dense = new Uint8Array(width * height).map((_, i) => (masks.some((mask) => mask[i] === 1) ? 1 : 0))
        const union = unionOfPacked(
          masks.map((mask) => packedFromMask(mask, width, height)),
          width,
          height,
        )
        expect(union).toEqual(packedFromMask(dense, width, height))
        const rles = masks.map((mask) => rleFromMask(mask, width, height))
        expect(rleFromPacked(union, width, height)).toEqual(unionOfRles(rles, height, width))
      }),
      { numRuns: 500 },
    )
  })

  it('takes bytes that begin anywhere in a file, and drops filling bits that a writer left on', () => {
    const file = Uint8Array.of(9, 9, 9, 0x82, 0x02, 0x01, 0xff, 9)
    // 29 pixels: the last three bits fill the fourth byte.
    expect(unionOfPacked([file.subarray(3, 7)], 29, 1)).toEqual(Uint8Array.of(0x82, 0x02, 0x01, 0xf8))
  })

  it('keeps none of the masks it is given: one buffer may serve for all', () => {
    const buffer = new Uint8Array(2)
    function* oneByOne() {
      for (const bit of [0x80, 0x01]) yield buffer.fill(bit)
    }
    expect(unionOfPacked(oneByOne(), 8, 2)).toEqual(Uint8Array.of(0x81, 0x81))
  })

  it('refuses a mask of another length', () => {
    expect(() => unionOfPacked([new Uint8Array(3)], 8, 2)).toThrow(RangeError)
  })
})
