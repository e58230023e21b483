// Coverage of frames as ranges.
import { expect, it } from 'vitest'
import { coverageModel, rangesOfPositions } from './coverage-model.ts'

it('tells for each frame which levels are written, and for each stage which frames', () => {
  const model = coverageModel([
    { stage: 'filter', level: 4, frameIndices: [0, 2] },
    { stage: 'filter', level: 2, frameIndices: [0] },
    { stage: 'ssam', level: 2, frameIndices: [0] },
    { stage: 'tracker', level: 2, frameIndices: [] },
  ])
  expect(model.stages).toEqual(['ssam', 'filter'])
  expect(model.levelsAt('filter', 0)).toEqual([2, 4])
  expect(model.levelsAt('filter', 1)).toEqual([])
  expect([...model.framesOf('filter')]).toEqual([0, 2])
})

it('joins neighbours into inclusive ranges and keeps the last one', () => {
  expect(rangesOfPositions(6, (at) => at !== 2 && at !== 3)).toEqual([
    [0, 1],
    [4, 5],
  ])
  expect(rangesOfPositions(0, () => true)).toEqual([])
})
