// Tests of pairing: against trying every assignment, and what precision, recall and IoU say at a threshold.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRle, rleFromMask } from '#core/mask/rle'
import { bestAssignment, iouTable, matchAtThreshold, type ScoreTable, trackIou, trackIouTable } from './matching.ts'

function greatestSum({ rows, columns, values }: ScoreTable): number {
  if (rows > columns) {
    const flipped = Float64Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!)
    return greatestSum({ rows: columns, columns: rows, values: flipped })
  }
  const from = (row: number, used: number): number => {
    if (row === rows) return 0
    let best = Number.NEGATIVE_INFINITY
    for (let column = 0; column < columns; column++)
      if ((used & (1 << column)) === 0) best = Math.max(best, values[row * columns + column]! + from(row + 1, used | (1 << column)))
    return best
  }
  return from(0, 0)
}

const tables = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) =>
  fc
    .array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1, max: 1, noNaN: true })), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((values) => ({ rows, columns, values: Float64Array.from(values) })),
)

describe('bestAssignment', () => {
  it('reaches the greatest sum there is, each row and column once, for any shape and ties', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const pairs = bestAssignment(table)
        expect(pairs.length).toBe(Math.min(table.rows, table.columns))
        expect(new Set(pairs.map(({ row }) => row)).size).toBe(pairs.length)
        expect(new Set(pairs.map(({ column }) => column)).size).toBe(pairs.length)
        for (const { row, column, score } of pairs) expect(score).toBe(table.values[row * table.columns + column])
        expect(pairs.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(greatestSum(table), 9)
      }),
      { numRuns: 500 },
    )
  })

  it('gives up the best single pair where that pays', () => {
    const pairs = bestAssignment({ rows: 2, columns: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.1) })
    expect(pairs.map(({ row, column }) => [row, column])).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  it('refuses scores that are not finite, which would make it search for ever', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => bestAssignment({ rows: 1, columns: 2, values: Float64Array.of(0, value) })).toThrow(RangeError)
    expect(() => bestAssignment({ rows: 2, columns: 2, values: new Float64Array(3) })).toThrow(RangeError)
  })
})

describe('matchAtThreshold', () => {
  it('does not spend a truth on a pair below the threshold', () => {
    // The greatest sum over all pairs (0.45 + 0.45) would leave nothing at 0.5.
    const table = { rows: 2, columns: 2, values: Float64Array.of(0.5, 0.45, 0.45, 0) }
    const match = matchAtThreshold(table, 0.5)
    expect(match.pairs).toEqual([{ row: 0, column: 0, score: 0.5 }])
    expect(match).toMatchObject({ precision: 0.5, recall: 0.5, meanIou: 0.5, coverage: 0.25 })
  })

  it('tells too many answers (precision) from too few (recall)', () => {
    expect(matchAtThreshold({ rows: 1, columns: 2, values: Float64Array.of(0.8, 0.7) }, 0.5)).toMatchObject({ precision: 0.5, recall: 1 })
    expect(matchAtThreshold({ rows: 2, columns: 1, values: Float64Array.of(0.8, 0.7) }, 0.5)).toMatchObject({ precision: 1, recall: 0.5 })
  })

  it('gives numbers, not NaN, where nothing was there or nothing was predicted', () => {
    const empty = (rows: number, columns: number) => matchAtThreshold({ rows, columns, values: new Float64Array(0) }, 0.5)
    expect(empty(0, 0)).toMatchObject({ precision: 1, recall: 1, meanIou: 0, coverage: 1 })
    expect(empty(0, 3)).toMatchObject({ precision: 0, recall: 0, coverage: 0 })
    expect(empty(3, 0)).toMatchObject({ precision: 0, recall: 0, coverage: 0 })
    expect(() => matchAtThreshold({ rows: 0, columns: 0, values: new Float64Array(0) }, 0)).toThrow(RangeError)
  })
})

describe('tables of masks and tracks', () => {
  const mask = (...on: number[]) => rleFromMask(Uint8Array.of(...on), 4, 1)

  it('hold truth in rows and predictions in columns', () => {
    const table = iouTable([mask(1, 1, 0, 0)], [mask(1, 0, 0, 0), mask(0, 0, 1, 1), mask(1, 1, 0, 0)])
    expect(table).toEqual({ rows: 1, columns: 3, values: Float64Array.of(0.5, 0, 1) })
  })

  it('count frames that only one of two tracks has as covered, not as agreed', () => {
    const a = new Map([
      [0, mask(1, 1, 0, 0)],
      [1, mask(1, 1, 0, 0)],
    ])
    const b = new Map([
      [1, mask(1, 1, 0, 0)],
      [2, mask(0, 0, 1, 1)],
    ])
    expect(trackIou(a, b)).toBeCloseTo(2 / 6)
    expect([...trackIouTable([a], [a, b]).values]).toEqual([1, 2 / 6])
    expect(trackIou(new Map([[0, emptyRle(1, 4)]]), new Map())).toBe(0)
  })
})
