// Sparklines: which frames are read, and what is kept of them.
import { expect, it } from 'vitest'
import { coarseFirst, lowestScore, makeScoreSeries, scoresInRange, spreadPositions } from './lane-series.ts'

it('a long run is read on a bounded number of frames, first and last among them, none twice', () => {
  const positions = spreadPositions(2000, 48)
  expect(positions).toHaveLength(48)
  expect(new Set(positions).size).toBe(48)
  expect([positions[0], positions.at(-1)]).toEqual([0, 1999])
  expect(spreadPositions(3, 48)).toEqual([0, 1, 2])
  expect(spreadPositions(0, 48)).toEqual([])
})

it('every frame is read once, and the first few are already spread over the whole run', () => {
  for (const count of [0, 1, 2, 7, 48])
    expect([...coarseFirst(count)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
  expect(coarseFirst(48).slice(0, 3)).toEqual([0, 32, 16])
})

it('a score comes back within half a step, and a mask without one leaves a hole instead of a zero', () => {
  const series = makeScoreSeries(3)
  series.put(0, [7, 8], [0.5, Number.NaN])
  series.put(2, [7], [0])
  expect(series.scoresOf(8)).toBeUndefined()
  const [first, last] = scoresInRange(series, 7, 0, 2)
  expect(first?.position).toBe(0)
  expect(first?.score).toBeCloseTo(0.5, 2)
  expect(last).toEqual({ position: 2, score: 0 })
  expect(scoresInRange(series, 7, 1, 1)).toEqual([])
})

it('the axis of scores reaches below the worst track, and stays within 0 and 1 whatever the tracks say', () => {
  expect(lowestScore([{ meanScore: 0.92 }, { meanScore: 0.65 }, {}])).toBeCloseTo(0.5)
  expect(lowestScore([{ meanScore: 0.02 }])).toBe(0)
  expect(lowestScore([])).toBeLessThan(1)
})
