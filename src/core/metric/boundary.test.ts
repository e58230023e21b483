// Tests of J and F of one frame: against a plain search of each edge pixel's disc, and at their corners.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRle, rleFromMask } from '#core/mask/rle'
import { boundaryScore, boundaryTolerance, edgesOfMask } from './boundary.ts'
import { regionScore } from './region.ts'

/** As the definition says it: for each edge pixel look at every edge pixel of the other mask. */
function plainBoundaryScore(predicted: Uint8Array, truth: Uint8Array, width: number, height: number): number {
  const radius = Math.ceil(0.008 * Math.sqrt(width * width + height * height))
  const edgesOf = (mask: Uint8Array) =>
    [...mask.keys()]
      .map((i) => ({ i, x: i % width, y: Math.floor(i / width) }))
      .filter(({ i, x, y }) => (x + 1 < width && mask[i] !== mask[i + 1]) || (y + 1 < height && mask[i] !== mask[i + width]))
  const share = (edges: ReturnType<typeof edgesOf>, others: ReturnType<typeof edgesOf>) =>
    edges.length === 0
      ? Number(others.length === 0)
      : edges.filter(({ x, y }) => others.some((o) => (o.x - x) ** 2 + (o.y - y) ** 2 <= radius * radius)).length / edges.length
  const [found, wanted] = [edgesOf(predicted), edgesOf(truth)]
  const [precision, recall] = [share(found, wanted), share(wanted, found)]
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

function disc(width: number, height: number, cx: number, cy: number, r: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    ((i % width) - cx) ** 2 + (Math.floor(i / width) - cy) ** 2 <= r * r ? 1 : 0,
  )
}

const discs = fc.record({
  cx: fc.integer({ min: -10, max: 330 }),
  cy: fc.integer({ min: -5, max: 25 }),
  r: fc.integer({ min: 0, max: 12 }),
})

describe('boundaryScore', () => {
  it('equals a search of every disc, with a tolerance above one pixel', () => {
    // 320 wide: the tolerance is 3 pixels, so the shape of the disc matters.
    expect(boundaryTolerance(320, 20)).toBe(3)
    fc.assert(
      fc.property(discs, discs, (a, b) => {
        const [left, right] = [disc(320, 20, a.cx, a.cy, a.r), disc(320, 20, b.cx, b.cy, b.r)]
        const score = boundaryScore(rleFromMask(left, 320, 20), rleFromMask(right, 320, 20))
        expect(score).toBeCloseTo(plainBoundaryScore(left, right, 320, 20), 12)
      }),
      { numRuns: 100 },
    )
  })

  it('is 1 for a mask moved by the tolerance and less for one moved further', () => {
    const truth = rleFromMask(disc(320, 60, 100, 30, 12), 320, 60)
    const moved = (by: number) => boundaryScore(rleFromMask(disc(320, 60, 100 + by, 30, 12), 320, 60), truth)
    expect([moved(0), moved(3)]).toEqual([1, 1])
    expect(moved(5)).toBeLessThan(1)
  })

  it('takes two masks without an edge as agreeing, and one without as not found at all', () => {
    const empty = emptyRle(20, 30)
    const full = rleFromMask(new Uint8Array(600).fill(1), 30, 20)
    const some = rleFromMask(disc(30, 20, 10, 10, 4), 30, 20)
    expect([boundaryScore(empty, empty), boundaryScore(full, empty), boundaryScore(empty, some), boundaryScore(some, empty)]).toEqual([
      1, 1, 0, 0,
    ])
  })

  it('refuses masks that differ in size', () => {
    expect(() => boundaryScore(emptyRle(2, 6), emptyRle(6, 2))).toThrow(RangeError)
  })
})

describe('boundaryTolerance', () => {
  it('is 0.8 % of the diagonal, rounded up', () => {
    expect([boundaryTolerance(854, 480), boundaryTolerance(1920, 1080), boundaryTolerance(3, 4)]).toEqual([8, 18, 1])
  })
})

describe('edgesOfMask', () => {
  it('marks the pixel left of and above each change, the frame border not being one', () => {
    const mask = Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 1, 1)
    expect([...edgesOfMask(mask, 3, 3)]).toEqual([0, 1, 1, 1, 0, 0, 1, 0, 0])
  })
})

describe('regionScore', () => {
  it('is 1 when both masks are empty and 0 when only one is', () => {
    const some = rleFromMask(Uint8Array.of(0, 1, 1, 0), 2, 2)
    expect([regionScore(emptyRle(2, 2), emptyRle(2, 2)), regionScore(some, emptyRle(2, 2)), regionScore(some, some)]).toEqual([1, 0, 1])
    expect(regionScore(rleFromMask(Uint8Array.of(1, 1, 1, 0), 2, 2), some)).toBeCloseTo(2 / 3)
  })
})
