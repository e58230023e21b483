// Decoding columns and suppressing overlaps, on grids made by hand.
import { describe, expect, test } from 'vitest'
import { boxIou, type Detection, decodeDetections, suppressOverlaps } from './detection.ts'
import type { Box } from './letterbox.ts'

/** [cx, cy, w, h, class scores ...] for each column, laid out channel by channel as the network does. */
function gridOf(columns: readonly (readonly number[])[], classCount: number) {
  const channels = columns[0]!.length
  const values = Float32Array.from(
    { length: channels * columns.length },
    (_, at) => columns[at % columns.length]![Math.floor(at / columns.length)]!,
  )
  return { values, columns: columns.length, classCount }
}

describe('decodeDetections', () => {
  test('reads across the channels, centre to corner, and takes the best class', () => {
    const grid = gridOf(
      [
        [50, 40, 20, 10, 0.1, 0.75, 0.2],
        [5, 5, 2, 2, 0.1, 0.2, 0.1],
        [10, 20, 4, 6, 0.5, 0.25, 0.375],
      ],
      3,
    )
    expect(decodeDetections(grid, 0.25)).toEqual([
      { box: [40, 35, 20, 10], score: 0.75, classIndex: 1, column: 0 },
      { box: [8, 17, 4, 6], score: 0.5, classIndex: 0, column: 2 },
    ])
  })

  test('the threshold itself is enough', () => {
    expect(decodeDetections(gridOf([[1, 1, 1, 1, 0.25]], 1), 0.25)).toHaveLength(1)
  })

  test('mask coefficients after the classes are never taken for scores', () => {
    expect(decodeDetections(gridOf([[1, 1, 1, 1, 0.1, 0.2, 9, 9]], 2), 0.15)).toMatchObject([
      { classIndex: 1, score: expect.closeTo(0.2, 6) },
    ])
  })

  test('columns of a broken network give nothing', () => {
    const grid = gridOf(
      [
        [Number.NaN, 1, 1, 1, 0.9],
        [1, 1, 1, 1, Number.NaN],
        [1, 1, Number.POSITIVE_INFINITY, 1, 0.9],
      ],
      1,
    )
    expect(decodeDetections(grid, 0.1)).toEqual([])
  })
})

describe('suppressOverlaps', () => {
  const detection = (box: Box, score: number, classIndex = 0, column = 0): Detection => ({ box, score, classIndex, column })

  test('IoU by hand: half overlapping, touching, inside, both empty', () => {
    expect(boxIou([0, 0, 10, 10], [5, 0, 10, 10])).toBeCloseTo(50 / 150, 6)
    expect(boxIou([0, 0, 10, 10], [10, 0, 10, 10])).toBe(0)
    expect(boxIou([0, 0, 10, 10], [2, 2, 5, 5])).toBeCloseTo(0.25, 6)
    expect(boxIou([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0)
  })

  test('the best of a heap stays, whatever order it came in', () => {
    const heap = [detection([1, 0, 10, 10], 0.5), detection([0, 0, 10, 10], 0.9), detection([0, 1, 10, 10], 0.7)]
    expect(suppressOverlaps(heap, 0.45, 10).map(({ score }) => score)).toEqual([0.9])
  })

  test('another class at the same place stays', () => {
    const pair = [detection([0, 0, 10, 10], 0.9, 0), detection([0, 0, 10, 10], 0.8, 1)]
    expect(suppressOverlaps(pair, 0.45, 10)).toHaveLength(2)
  })

  test('what overlaps only a suppressed one stays', () => {
    const chain = [detection([0, 0, 10, 10], 0.9), detection([3, 0, 10, 10], 0.8), detection([6, 0, 10, 10], 0.7)]
    expect(suppressOverlaps(chain, 0.45, 10).map(({ score }) => score)).toEqual([0.9, 0.7])
  })

  test('an overlap of exactly the threshold stays', () => {
    const pair = [detection([0, 0, 10, 10], 0.9), detection([0, 0, 10, 5], 0.8)]
    expect(suppressOverlaps(pair, 0.5, 10)).toHaveLength(2)
    expect(suppressOverlaps(pair, 0.49, 10)).toHaveLength(1)
  })

  test('the limit keeps the best, and equal scores keep their order', () => {
    const three = [detection([0, 0, 1, 1], 0.5, 0, 2), detection([9, 0, 1, 1], 0.5, 0, 1), detection([5, 0, 1, 1], 0.6, 0, 3)]
    expect(suppressOverlaps(three, 0.45, 2).map(({ column }) => column)).toEqual([3, 1])
  })
})
