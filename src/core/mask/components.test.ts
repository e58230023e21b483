// Tests of taking masks and rasters apart into pieces, against a plain flood fill.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelPieces, piecesOfRle } from './components.ts'
import { maskFromRle, rleFromMask } from './rle.ts'

/** Row-major pixel indices of each region of equal nonzero value, in the order in which rows meet them. */
function flooded(raster: Uint8Array, width: number, height: number): number[][] {
  const seen = new Set<number>()
  const regions: number[][] = []
  for (let seed = 0; seed < raster.length; seed++) {
    if (raster[seed] === 0 || seen.has(seed)) continue
    const region = [seed]
    seen.add(seed)
    for (const at of region) {
      const x = at % width
      const next = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width < width * height ? at + width : -1]
      for (const near of next)
        if (near >= 0 && raster[near] === raster[seed] && !seen.has(near)) {
          seen.add(near)
          region.push(near)
        }
    }
    regions.push(region.sort((a, b) => a - b))
  }
  return regions
}

function boxOf(region: readonly number[], width: number) {
  const xs = region.map((at) => at % width)
  const ys = region.map((at) => Math.floor(at / width))
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 }
}

const rasters = (max: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 }))
    .chain(([width, height]) =>
      fc.uint8Array({ minLength: width * height, maxLength: width * height, max }).map((raster) => ({ width, height, raster })),
    )

describe('piecesOfRle', () => {
  it('finds the pieces a flood fill finds, in the same order, with area and box', () => {
    fc.assert(
      fc.property(rasters(1), fc.integer({ min: 1, max: 4 }), ({ raster, width, height }, minArea) => {
        const expected = flooded(raster, width, height).filter((region) => region.length >= minArea)
        const pieces = piecesOfRle(rleFromMask(raster, width, height), minArea)
        const found = pieces.map(({ mask }) => [...maskFromRle(mask).entries()].filter(([, on]) => on).map(([at]) => at))
        expect(found).toEqual(expected)
        expect(pieces.map(({ area }) => area)).toEqual(expected.map((region) => region.length))
        expect(pieces.map(({ box }) => box)).toEqual(expected.map((region) => boxOf(region, width)))
      }),
      { numRuns: 1000 },
    )
  })

  it('does not join the foot of one column to the head of the next, though they are one run', () => {
    expect(piecesOfRle(rleFromMask(Uint8Array.of(0, 1, 0, 0, 1, 0), 2, 3)).length).toBe(2)
    expect(piecesOfRle(rleFromMask(Uint8Array.of(0, 1, 0, 0, 0, 0, 1, 0), 2, 4)).length).toBe(2)
  })
})

describe('labelPieces', () => {
  it('labels regions of equal value as a flood fill does, and keeps different values apart', () => {
    fc.assert(
      fc.property(rasters(3), ({ raster, width, height }) => {
        const expected = flooded(raster, width, height)
        const { labels, pieces } = labelPieces(raster, width, height)
        const found = pieces.map(({ label }) => [...labels.keys()].filter((at) => labels[at] === label))
        expect(found).toEqual(expected)
        expect(pieces.map(({ area, box, value }) => ({ area, box, value }))).toEqual(
          expected.map((region) => ({ area: region.length, box: boxOf(region, width), value: raster[region[0]!] })),
        )
        expect(labels.every((label, at) => (label === 0) === (raster[at] === 0))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('does not join the ends of neighbouring rows', () => {
    expect(labelPieces(Uint8Array.of(0, 0, 1, 1, 0, 0), 3, 2).pieces.length).toBe(2)
  })

  it('refuses a raster that does not fit its sides', () => {
    expect(() => labelPieces(new Uint8Array(5), 2, 3)).toThrow(RangeError)
  })
})
