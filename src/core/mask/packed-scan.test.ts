// Tests of scanning and painting packed masks: the same text, area, box and bits as by way of run lengths, whatever the width and wherever something is.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64FromBytes } from './base64.ts'
import { base64Span } from './base64-span.ts'
import { packedFromMask, packedFromRle, rleFromPacked } from './packed.ts'
import { createPackedScanner } from './packed-scan.ts'
import { areaOfRle, boundsOfRle, rleFromMask, stringFromRle } from './rle.ts'

/** Blobs at random places in rasters whose width is a multiple of 32 or is not. */
const anyMask = fc
  .record({
    width: fc.oneof(fc.constantFrom(32, 64, 96), fc.integer({ min: 1, max: 70 })),
    height: fc.integer({ min: 1, max: 40 }),
    rectangles: fc.array(fc.tuple(fc.nat(69), fc.nat(39), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 4,
    }),
  })
  .map(({ width, height, rectangles }) => {
    const mask = new Uint8Array(width * height)
    for (const [left, top, w, h] of rectangles)
      for (let y = top; y < Math.min(height, top + h); y++) for (let x = left; x < Math.min(width, left + w); x++) mask[y * width + x]! ^= 1
    return { mask, width, height }
  })

/** First and last byte that is not 0. */
function spanOf(packed: Uint8Array): [from: number, to: number] {
  const from = packed.findIndex((byte) => byte !== 0)
  return from === -1 ? [0, 0] : [from, packed.findLastIndex((byte) => byte !== 0) + 1]
}

describe('createPackedScanner', () => {
  it('gives what run lengths give, also when it is told where the mask is and has scanned others before', () => {
    const scan = createPackedScanner()
    fc.assert(
      fc.property(anyMask, ({ mask, width, height }) => {
        const rle = rleFromMask(mask, width, height)
        const expected = { counts: stringFromRle(rle), area: areaOfRle(rle), box: boundsOfRle(rle) }
        const packed = packedFromMask(mask, width, height)
        expect(scan(packed, width, height)).toEqual(expected)
        expect(scan(packed, width, height, ...spanOf(packed))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
  it('grows its room for a mask with more changes than the one before', () => {
    const [width, height] = [64, 64]
    const chequered = Uint8Array.from({ length: width * height }, (_, i) => (i + Math.floor(i / width)) & 1)
    const { counts, area } = createPackedScanner()(packedFromMask(chequered, width, height), width, height)
    expect([counts, area]).toEqual([stringFromRle(rleFromMask(chequered, width, height)), (width * height) / 2])
  })
  it('refuses bytes that are not as many as the size asks for', () => {
    expect(() => createPackedScanner()(new Uint8Array(3), 8, 4)).toThrow(RangeError)
  })
})

describe('rleFromPacked', () => {
  it('finds the same mask wherever its bytes lie in memory, since rows of a store begin anywhere', () => {
    fc.assert(
      fc.property(anyMask, fc.nat(3), ({ mask, width, height }, offset) => {
        const packed = packedFromMask(mask, width, height)
        const moved = new Uint8Array(offset + packed.length + 4).fill(255).subarray(offset, offset + packed.length)
        moved.set(packed)
        expect(rleFromPacked(moved, width, height)).toEqual(rleFromMask(mask, width, height))
      }),
      { numRuns: 500 },
    )
  })
})

describe('packedFromRle', () => {
  it('gives the very bits of the mask, filling bits left 0, for any width and for masks that reach every edge', () => {
    fc.assert(
      fc.property(anyMask, ({ mask, width, height }) => {
        expect(packedFromRle(rleFromMask(mask, width, height))).toEqual(packedFromMask(mask, width, height))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('base64Span', () => {
  it('leaves nothing outside of it but zeros, wherever the text lies in memory', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.uint8Array({ maxLength: 12 }), fc.nat(40), fc.nat(3), (before, some, after, offset) => {
        const bytes = Uint8Array.of(...new Uint8Array(before), ...some, ...new Uint8Array(after))
        const text = Uint8Array.of(...new Uint8Array(offset), ...new TextEncoder().encode(base64FromBytes(bytes))).subarray(offset)
        const { from, to, length } = base64Span(text)
        expect([length, from % 4, to % 4]).toEqual([bytes.length, 0, 0])
        const outside = bytes.filter((_, i) => i < (from / 4) * 3 || i >= (to / 4) * 3)
        expect(outside.every((byte) => byte === 0)).toBe(true)
        // Not a group more than is needed.
        const inside = bytes.subarray((from / 4) * 3, (to / 4) * 3)
        expect(inside.length === 0 || (inside.subarray(0, 3).some(Boolean) && inside.length <= some.length + 4)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
  it('takes a single empty byte that does not reach the next word', () => {
    for (const offset of [0, 1, 2, 3]) {
      const text = Uint8Array.of(...new Uint8Array(offset), 65, 65, 61, 61).subarray(offset)
      expect(base64Span(text)).toEqual({ from: 0, to: 0, length: 1 })
    }
  })
  it('refuses a length that is no whole number of groups', () => {
    expect(() => base64Span(Buffer.from('AAAAA'))).toThrow(RangeError)
  })
})
