// Tests of masks as run lengths: against a plain walk down the columns, and against texts that other programs wrote.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areaOfRle,
  boundsOfRle,
  emptyRle,
  equalRles,
  maskFromRle,
  type Rle,
  rleFromCounts,
  rleFromCrop,
  rleFromMask,
  rleFromString,
  stringFromRle,
} from './rle.ts'

function naiveCounts(mask: Uint8Array, width: number, height: number): number[] {
  const counts: number[] = []
  let value = false
  let run = 0
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      const on = mask[y * width + x] !== 0
      if (on !== value) {
        counts.push(run)
        run = 0
        value = on
      }
      run++
    }
  return [...counts, run]
}

/** Rasters with long runs (few values, repeated) as well as noise, of widths that are and are not a multiple of 4. */
const rasters = fc.tuple(fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 19 })).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    mask: fc.oneof(
      fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 2 }),
      fc
        .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 })
        .map((runs) => Uint8Array.from({ length: width * height }, (_, i) => runs[Math.floor(i / runs[0]![1]) % runs.length]![0])),
    ),
  }),
)

describe('rleFromMask and maskFromRle', () => {
  it('gives what a plain walk down the columns gives, whatever the nonzero values and the width', () => {
    fc.assert(
      fc.property(rasters, ({ mask, width, height }) => {
        expect([...rleFromMask(mask, width, height).counts]).toEqual(naiveCounts(mask, width, height))
      }),
      { numRuns: 500 },
    )
  })

  it('comes back as the same raster of 0 and 1, also into used memory', () => {
    fc.assert(
      fc.property(rasters, ({ mask, width, height }) => {
        const rle = rleFromMask(mask, width, height)
        const expected = mask.map((value) => (value === 0 ? 0 : 1))
        expect(maskFromRle(rle)).toEqual(expected)
        expect(maskFromRle(rle, new Uint8Array(mask.length).fill(7))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('reads and writes views that do not start on a multiple of 4 bytes', () => {
    const width = 8
    const height = 3
    const mask = Uint8Array.from({ length: 24 }, (_, i) => (i % 5 === 0 ? 1 : 0))
    const shifted = new Uint8Array(32).subarray(3, 27)
    shifted.set(mask)
    expect([...rleFromMask(shifted, width, height).counts]).toEqual(naiveCounts(mask, width, height))
    expect(maskFromRle(rleFromMask(mask, width, height), new Uint8Array(32).subarray(1, 25))).toEqual(mask)
  })

  it('holds more changes than its first guess of room', () => {
    const mask = Uint8Array.from({ length: 100 * 101 }, (_, i) => (i + Math.floor(i / 101)) & 1)
    expect([...rleFromMask(mask, 101, 100).counts]).toEqual(naiveCounts(mask, 101, 100))
  })

  it('refuses a raster whose length is not width x height, and sides that are not whole or too large', () => {
    expect(() => rleFromMask(new Uint8Array(11), 3, 4)).toThrow(RangeError)
    expect(() => maskFromRle(emptyRle(3, 4), new Uint8Array(13))).toThrow(RangeError)
    for (const [height, width] of [
      [0, 4],
      [4, -1],
      [1.5, 2],
      [Number.NaN, 2],
      [65536, 65536],
    ] as const)
      expect(() => emptyRle(height, width)).toThrow(RangeError)
  })
})

describe('areaOfRle and boundsOfRle', () => {
  it('agree with counting pixels, also when a run crosses columns', () => {
    fc.assert(
      fc.property(rasters, ({ mask, width, height }) => {
        const on = [...mask.keys()].filter((i) => mask[i] !== 0)
        const rle = rleFromMask(mask, width, height)
        expect(areaOfRle(rle)).toBe(on.length)
        const xs = on.map((i) => i % width)
        const ys = on.map((i) => Math.floor(i / width))
        const [x, y] = [Math.min(...xs), Math.min(...ys)]
        const box = on.length === 0 ? undefined : [x, y, Math.max(...xs) - x + 1, Math.max(...ys) - y + 1]
        expect(boundsOfRle(rle)).toEqual(box)
      }),
      { numRuns: 500 },
    )
  })
})

describe('rleFromCrop', () => {
  it('equals pasting the crop into a full raster, also where the box sticks out on any side', () => {
    const boxes = fc.record({ x: fc.integer({ min: -20, max: 20 }), y: fc.integer({ min: -20, max: 20 }) })
    fc.assert(
      fc.property(rasters, boxes, ({ mask, width, height }, { x, y }) => {
        const full = new Uint8Array(13 * 11)
        for (let v = 0; v < height; v++)
          for (let u = 0; u < width; u++)
            if (u + x >= 0 && u + x < 13 && v + y >= 0 && v + y < 11 && mask[v * width + u]) full[(v + y) * 13 + u + x] = 1
        expect(rleFromCrop(mask, { x, y, width, height }, 13, 11)).toEqual(rleFromMask(full, 13, 11))
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a crop whose pixels do not fill its box', () => {
    expect(() => rleFromCrop(new Uint8Array(5), { x: 0, y: 0, width: 2, height: 2 }, 9, 9)).toThrow(RangeError)
  })
})

describe('the text form', () => {
  it('keeps every mask, also of sizes at the limit', () => {
    fc.assert(
      fc.property(rasters, ({ mask, width, height }) => {
        const rle = rleFromMask(mask, width, height)
        expect(rleFromString(stringFromRle(rle), rle.size)).toEqual(rle)
      }),
    )
    const large: Rle = { size: [1, 2 ** 31 - 1], counts: Uint32Array.of(0, 1, 1, 2 ** 31 - 4, 1) }
    expect(rleFromString(stringFromRle(large), large.size)).toEqual(large)
  })

  it('takes differences from the fourth count on, not from the third', () => {
    // 5, 3, 2, 4 - 3 = 1, 6 - 2 = 4: by hand, one character each.
    expect(stringFromRle({ size: [4, 5], counts: Uint32Array.of(5, 3, 2, 4, 6) })).toBe('53214')
  })

  it('writes a negative difference with the sign in the last group', () => {
    // 1, 40 = 8 | more, 1; 2, 1 - 40 = -39 = 25 | more, -2 (30).
    expect(stringFromRle({ size: [4, 11], counts: Uint32Array.of(1, 40, 2, 1) })).toBe('1X12iN')
  })

  it('joins empty runs that other writers leave within or at the end', () => {
    expect([...rleFromCounts([3, 0, 2, 4, 0], [3, 3]).counts]).toEqual([5, 4])
    expect([...rleFromCounts([0, 2, 0, 3, 1], [2, 3]).counts]).toEqual([0, 5, 1])
  })

  it.each([
    ['a foreign character', '5 3', /Character 1/],
    ['a character past o', '5p', /Character 1/],
    ['an end within a count', '5o', /middle of count 1/],
    ['counts that cover too little', '53', /cover 8 pixels; the mask has 20/],
    ['no counts at all', '', /cover 0 pixels/],
    ['a count larger than the mask', '5oo0', /Count 1 is/],
    ['counts that together cover too much', '?53', /first 3 counts|Count/],
    ['a count below 0', 'O', /Count 0 is -1/],
    ['a count of endless groups', `${'P'.repeat(40)}1`, /more than 7 characters/],
  ])('refuses %s with a RangeError that says so', (_, text, message) => {
    const read = () => rleFromString(text, [4, 5])
    expect(read).toThrow(RangeError)
    expect(read).toThrow(message)
  })

  it('never gives a mask with a wrong sum, whatever text comes in', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.integer({ min: 40, max: 120 })).map((codes) => String.fromCharCode(...codes)),
    )
    const size = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(texts, size, (text, size) => {
        let rle: Rle
        try {
          rle = rleFromString(text, size)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
          return
        }
        expect(rle.counts.reduce((sum, count) => sum + count, 0)).toBe(size[0] * size[1])
        expect(rleFromMask(maskFromRle(rle), size[1], size[0])).toEqual(rle)
      }),
      { numRuns: 2000 },
    )
  })

  it('notices a text that was cut or changed in one place, or reads a mask of the right size', () => {
    fc.assert(
      fc.property(rasters, fc.nat(), fc.integer({ min: 48, max: 111 }), ({ mask, width, height }, at, code) => {
        const rle = rleFromMask(mask, width, height)
        const text = stringFromRle(rle)
        const cut = text.slice(0, at % text.length)
        expect(() => rleFromString(cut, rle.size)).toThrow(RangeError)
        const place = at % text.length
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1)
        try {
          expect(areaOfRle(rleFromString(changed, rle.size))).toBeLessThanOrEqual(width * height)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

describe('equalRles', () => {
  it('tells masks of different pixels or different sides apart', () => {
    const mask = rleFromMask(Uint8Array.of(0, 1, 1, 0, 0, 0), 3, 2)
    expect(equalRles(mask, rleFromMask(Uint8Array.of(0, 5, 9, 0, 0, 0), 3, 2))).toBe(true)
    expect(equalRles(mask, rleFromMask(Uint8Array.of(0, 1, 0, 0, 0, 0), 3, 2))).toBe(false)
    expect(equalRles(emptyRle(2, 3), emptyRle(3, 2))).toBe(false)
  })
})
