// The axis of the wall clock: pauses are cut, and pixels and times belong to each other.
import { expect, it } from 'vitest'
import { clockAxis, cutWidth, pixelOfTime, timeAtPixel } from './clock-axis.ts'

const second = (from: number) => ({ from: from * 1000, to: (from + 1) * 1000 })
const night = clockAxis([second(0), second(1), second(30_000), second(30_001), second(30_002)], 500 + cutWidth)

it('a night between two hours of work takes a few pixels, and each second of work as many as every other', () => {
  expect(night.pieces.map(({ left, width }) => [left, width])).toEqual([
    [0, 200],
    [200 + cutWidth, 300],
  ])
})

it('a time comes back from its pixel, on both sides of a cut', () => {
  for (const at of [0, 700, 2000, 30_000_000, 30_002_900]) expect(timeAtPixel(night, pixelOfTime(night, at))).toBeCloseTo(at)
})

it('what lies in the cut or beside the axis belongs to an edge, and no time is made up', () => {
  expect(pixelOfTime(night, 9_000_000)).toBe(200)
  expect(timeAtPixel(night, 201)).toBe(2000)
  expect(timeAtPixel(night, 200 + cutWidth - 1)).toBe(30_000_000)
  expect(timeAtPixel(night, -50)).toBe(0)
  expect(timeAtPixel(night, 9999)).toBe(30_003_000)
  expect(timeAtPixel(clockAxis([], 500), 20)).toBeUndefined()
})
