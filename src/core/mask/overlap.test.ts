// Tests of overlap in run space, against the same questions asked of dense rasters.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  complementOfRle,
  containment,
  differenceOfRles,
  intersectionArea,
  intersectionOfRles,
  iouExceeds,
  iouOfRles,
  unionOfRles,
} from './overlap.ts'
import { emptyRle, rleFromMask } from './rle.ts'

/** Several rasters of one size, each with long runs: a value is kept for as many pixels as its pair says. */
const sets = fc
  .record({ width: fc.integer({ min: 1, max: 17 }), height: fc.integer({ min: 1, max: 17 }), count: fc.integer({ min: 2, max: 6 }) })
  .chain(({ width, height, count }) => {
    const runs = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 20 })
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      runs: fc.array(runs, { minLength: count, maxLength: count }),
    })
  })
  .map(({ width, height, runs }) => ({
    width,
    height,
    masks: runs.map((list) => {
      const mask = new Uint8Array(width * height)
      let at = 0
      for (let k = 0; at < mask.length; k++) {
        const [value, length] = list[k % list.length]!
        mask.fill(value, at, at + length)
        at += length
      }
      return mask
    }),
  }))

const where = (masks: readonly Uint8Array[], test: (...values: number[]) => boolean) =>
  masks[0]!.map((_, i) => (test(...masks.map((mask) => mask[i]!)) ? 1 : 0))
const sum = (mask: Uint8Array) => mask.reduce((total, value) => total + value, 0)

describe('overlap of two masks', () => {
  it('gives the areas, IoU and containment that dense rasters give', () => {
    fc.assert(
      fc.property(sets, ({ width, height, masks: [a, b] }) => {
        const [left, right] = [rleFromMask(a!, width, height), rleFromMask(b!, width, height)]
        const shared = sum(where([a!, b!], (u, v) => u === 1 && v === 1))
        const covered = sum(where([a!, b!], (u, v) => u === 1 || v === 1))
        expect(intersectionArea(left, right)).toBe(shared)
        expect(iouOfRles(left, right)).toBe(covered === 0 ? 0 : shared / covered)
        expect(containment(left, right)).toBe(sum(a!) === 0 ? 0 : shared / sum(a!))
        for (const threshold of [0, 0.3, 0.5, shared / Math.max(1, covered), 1])
          expect(iouExceeds(left, right, threshold)).toBe(iouOfRles(left, right) > threshold)
      }),
      { numRuns: 1000 },
    )
  })

  it('counts an empty mask as overlapping nothing, not even another empty one', () => {
    const empty = emptyRle(4, 5)
    expect([iouOfRles(empty, empty), containment(empty, empty), iouExceeds(empty, empty, 0)]).toEqual([0, 0, false])
  })

  it('refuses masks of different sizes even when their pixel counts agree', () => {
    const [flat, tall] = [emptyRle(2, 6), emptyRle(6, 2)]
    for (const ask of [intersectionArea, iouOfRles, containment, differenceOfRles, intersectionOfRles])
      expect(() => ask(flat, tall)).toThrow(RangeError)
    expect(() => iouExceeds(flat, tall, 0.5)).toThrow(RangeError)
    expect(() => unionOfRles([flat, tall], 2, 6)).toThrow(RangeError)
    expect(() => unionOfRles([flat], 6, 2)).toThrow(RangeError)
    expect(() => unionOfRles([flat, flat], 6, 2)).toThrow(RangeError)
  })
})

describe('masks made of others', () => {
  it('are the masks that dense rasters give, with counts in the one shape they may have', () => {
    fc.assert(
      fc.property(sets, ({ width, height, masks }) => {
        const rles = masks.map((mask) => rleFromMask(mask, width, height))
        const dense = (test: (...values: number[]) => boolean) => rleFromMask(where(masks, test), width, height)
        expect(unionOfRles(rles, height, width)).toEqual(dense((...values) => values.includes(1)))
        expect(intersectionOfRles(rles[0]!, rles[1]!)).toEqual(dense((a, b) => a === 1 && b === 1))
        expect(differenceOfRles(rles[0]!, rles[1]!)).toEqual(dense((a, b) => a === 1 && b === 0))
        expect(complementOfRle(rles[0]!)).toEqual(dense((a) => a === 0))
      }),
      { numRuns: 500 },
    )
  })

  it('does not lose a run at the end of a raster of whole words, nor one over many words', () => {
    const spans = [
      [0, 1],
      [31, 33],
      [40, 200],
      [255, 256],
    ] as const
    const rles = spans.map(([from, to]) => rleFromMask(new Uint8Array(256).fill(1, from, to), 1, 256))
    expect([...unionOfRles(rles, 256, 1).counts]).toEqual([0, 1, 30, 2, 7, 160, 55, 1])
    expect([...unionOfRles([...rles, rleFromMask(new Uint8Array(256).fill(1), 1, 256)], 256, 1).counts]).toEqual([0, 256])
  })

  it('tells masks apart that touch at one position, and finds the one pixel that two masks share', () => {
    const mask = (from: number, to: number) => rleFromMask(new Uint8Array(64).fill(1, from, to), 1, 64)
    expect(intersectionArea(mask(0, 32), mask(32, 64))).toBe(0)
    expect(intersectionArea(mask(32, 64), mask(0, 32))).toBe(0)
    expect(intersectionArea(mask(0, 33), mask(32, 64))).toBe(1)
    expect(iouOfRles(mask(0, 48), mask(16, 64), 48, 48)).toBe(0.5)
  })

  it('gives an empty mask as the union of none', () => {
    expect(unionOfRles([], 3, 4)).toEqual(emptyRle(3, 4))
  })
})
