// Tests of packed masks: My3DIS's own vectors, odd widths, filling bits, and shapes as its writers left them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64FromBytes, bytesFromBase64 } from './base64.ts'
import {
  areaOfPacked,
  fullSizeOfPacked,
  maskFromPacked,
  packedFromMask,
  packedFromRle,
  rleFromPacked,
  sizeOfPackedShape,
} from './packed.ts'
import { rleFromMask } from './rle.ts'

function maskOf(width: number, height: number, ...pixels: readonly (readonly [row: number, column: number])[]): Uint8Array {
  const mask = new Uint8Array(width * height)
  for (const [row, column] of pixels) mask[row * width + column] = 255
  return mask
}

const rasters = fc
  .tuple(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 21 }))
  .chain(([width, height]) =>
    fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }).map((mask) => ({ width, height, mask })),
  )

describe('packed masks', () => {
  it('are the bytes NumPy writes: first pixel highest, no filling at the ends of rows', () => {
    const packed = packedFromMask(maskOf(5, 3, [0, 0], [1, 1], [2, 4]), 5, 3)
    expect([...packed]).toEqual([0x82, 0x02])
    expect(base64FromBytes(packed)).toBe('ggI=')
    expect(base64FromBytes(packedFromMask(maskOf(10, 6, [0, 0], [5, 9]), 10, 6))).toBe('gAAAAAAAABA=')
  })

  it('come back as the mask they were made of, dense or as runs', () => {
    fc.assert(
      fc.property(rasters, ({ mask, width, height }) => {
        const packed = packedFromMask(mask, width, height)
        expect(maskFromPacked(packed, width, height)).toEqual(mask)
        const rle = rleFromMask(mask, width, height)
        expect(rleFromPacked(packed, width, height)).toEqual(rle)
        expect(packedFromRle(rle)).toEqual(packed)
        expect(areaOfPacked(packed, width, height)).toBe(mask.reduce((total, value) => total + value, 0))
      }),
      { numRuns: 500 },
    )
  })

  it('become the same runs whatever the width does to the 32 pixels that are compared at once', () => {
    for (let width = 1; width <= 100; width++) {
      const height = 5
      const mask = Uint8Array.from({ length: width * height }, (_, i) => ((i * 2654435761) >>> 13) & 1)
      const packed = packedFromMask(mask, width, height)
      // As a view into a larger buffer, and with filling bits set.
      const held = new Uint8Array(packed.length + 3)
      held.set(packed, 3)
      held[held.length - 1]! |= (1 << (packed.length * 8 - mask.length)) - 1
      expect(rleFromPacked(held.subarray(3), width, height), `width ${width}`).toEqual(rleFromMask(mask, width, height))
    }
  })

  it('do not count filling bits that a writer left set', () => {
    expect(areaOfPacked(Uint8Array.of(0xff, 0xff), 3, 3)).toBe(9)
    expect([...maskFromPacked(Uint8Array.of(0xff, 0xff), 3, 3)]).toEqual(Array(9).fill(1))
    expect(areaOfPacked(new Uint8Array(8).fill(0xff), 8, 8)).toBe(64)
  })

  it('are refused when bytes are missing or left over', () => {
    for (const length of [1, 3]) {
      expect(() => maskFromPacked(new Uint8Array(length), 5, 3)).toThrow(/has 2 bytes; got/)
      expect(() => areaOfPacked(new Uint8Array(length), 5, 3)).toThrow(RangeError)
    }
    expect(() => packedFromMask(new Uint8Array(14), 5, 3)).toThrow(RangeError)
  })
})

describe('shapes', () => {
  it('are read from their last two entries', () => {
    expect(sizeOfPackedShape([1, 1440, 1920])).toEqual([1440, 1920])
    expect(sizeOfPackedShape([192, 256])).toEqual([192, 256])
    for (const shape of [[], [7], [2, 3, 4], [0, 5], [3, 2.5]]) expect(() => sizeOfPackedShape(shape)).toThrow(RangeError)
  })

  it('take a full size only when its width was not lost and its aspect fits', () => {
    expect(fullSizeOfPacked([192, 256], [640, 853])).toEqual([640, 853])
    expect(fullSizeOfPacked([432, 576], [1, 1440])).toBeUndefined()
    expect(fullSizeOfPacked([432, 576], [1440, 1440])).toBeUndefined()
    expect(fullSizeOfPacked([432, 576], undefined)).toBeUndefined()
    expect(fullSizeOfPacked([100, 100], [1000, 1019])).toEqual([1000, 1019])
    expect(fullSizeOfPacked([100, 100], [1000, 1022])).toBeUndefined()
  })
})

describe('base64', () => {
  it('gives back every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesFromBase64(base64FromBytes(bytes))).toEqual(bytes)
      }),
    )
  })

  it('agrees with texts written elsewhere', () => {
    for (const [text, written] of [
      ['', ''],
      ['f', 'Zg=='],
      ['fo', 'Zm8='],
      ['foobar', 'Zm9vYmFy'],
    ] as const) {
      expect(base64FromBytes(new TextEncoder().encode(text))).toBe(written)
      expect(new TextDecoder().decode(bytesFromBase64(written))).toBe(text)
    }
  })

  it('refuses foreign characters, filling in the middle and cut texts', () => {
    for (const text of ['Zg', 'Zg=', 'Z===', '====', 'Zm9v\nmFy', 'Z=9v', 'Zm9ü']) expect(() => bytesFromBase64(text)).toThrow(RangeError)
  })
})
