// The time axis: where a pointer lands, and where a loop goes on.
import { expect, it } from 'vitest'
import {
  loopBetween,
  loopEndedAt,
  loopOnFrames,
  loopStartedAt,
  nextInLoop,
  pixelOfPosition,
  positionAtPixel,
  rulerStep,
} from './lane-axis.ts'

it('a pixel inside a frame is that frame, its left edge included, and beside the axis lie its ends', () => {
  const axis = { count: 7, width: 100 }
  for (let position = 0; position < 7; position += 1) {
    expect(positionAtPixel(axis, pixelOfPosition(axis, position) + 0.01)).toBe(position)
    expect(positionAtPixel(axis, pixelOfPosition(axis, position + 1) - 0.01)).toBe(position)
  }
  expect(positionAtPixel(axis, -5)).toBe(0)
  expect(positionAtPixel(axis, 500)).toBe(6)
  expect(positionAtPixel({ count: 0, width: 100 }, 5)).toBeUndefined()
})

it('a drag to the left makes the same loop as one to the right, and a click makes none', () => {
  expect(loopBetween(9, 4)).toEqual([4, 9])
  expect(loopBetween(4, 9)).toEqual([4, 9])
  expect(loopBetween(4, 4)).toBeUndefined()
})

it('playing stays in the loop, enters it from both sides, and goes around the whole run without one', () => {
  expect(nextInLoop(4, 20, [4, 6])).toBe(5)
  expect(nextInLoop(6, 20, [4, 6])).toBe(4)
  expect(nextInLoop(12, 20, [4, 6])).toBe(4)
  expect(nextInLoop(0, 20, [4, 6])).toBe(4)
  expect(nextInLoop(19, 20, undefined)).toBe(0)
})

it('a loop that reaches beyond the frames of the run comes back to its start', () => {
  expect(nextInLoop(4, 5, [2, 9])).toBe(2)
})

it('numbers of the ruler do not crowd, whatever the width', () => {
  for (const width of [200, 700, 1600])
    for (const count of [3, 40, 999, 20_000]) expect((width / count) * rulerStep({ count, width })).toBeGreaterThanOrEqual(50)
})

it('an end of the loop that passes the other one pushes it to the end of the run, so that the loop is never turned around', () => {
  expect(loopStartedAt([2, 6], 4, 10)).toEqual([4, 6])
  expect(loopStartedAt([2, 6], 7, 10)).toEqual([7, 9])
  expect(loopStartedAt(undefined, 3, 10)).toEqual([3, 9])
  expect(loopEndedAt([2, 6], 4)).toEqual([2, 4])
  expect(loopEndedAt([2, 6], 1)).toEqual([0, 1])
  expect(loopEndedAt(undefined, 3)).toEqual([0, 3])
})

it('a loop that an address names lies on the frames that the run has between its ends', () => {
  const frames = [0, 5, 10, 15, 20]
  expect(loopOnFrames(frames, [5, 15])).toEqual([1, 3])
  expect(loopOnFrames(frames, [3, 17])).toEqual([1, 3])
  expect(loopOnFrames(frames, [0, 900])).toEqual([0, 4])
  expect(loopOnFrames(frames, [6, 9])).toBeUndefined()
  expect(loopOnFrames(frames, [5, 9])).toBeUndefined()
  expect(loopOnFrames([], [5, 15])).toBeUndefined()
})
