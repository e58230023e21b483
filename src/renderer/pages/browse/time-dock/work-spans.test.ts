// When frames were worked on, and which readings were taken then.
import { expect, it } from 'vitest'
import { framesWorkedIn, timeOfSample, timesOfFrames, workSpansOf } from './work-spans.ts'

const frames = [10, 20, 30, 40, 50]
const positionOf = (frameIndex: number) => (frames.includes(frameIndex) ? frames.indexOf(frameIndex) : undefined)
const started = { at: 1000, frameIndex: undefined }
const step = (at: number, frameIndex: number) => ({ at, frameIndex })

it('a frame was worked on from the step before it on, the first one since the stage began', () => {
  expect(workSpansOf([started, step(1400, 10), step(2000, 20)], positionOf)).toEqual([
    { from: 1000, to: 1400, positions: [0, 0] },
    { from: 1400, to: 2000, positions: [1, 1] },
  ])
})

it('a step after others were thinned away stands for all frames since the one before it', () => {
  expect(workSpansOf([started, step(1400, 10), step(2600, 40)], positionOf).at(-1)).toEqual({ from: 1400, to: 2600, positions: [1, 3] })
})

it('frames that a stage passes over get none of its time: candidates of every second frame leave the others alone', () => {
  const steps = [started, step(1400, 10), step(2600, 30), step(3000, 50)]
  const spans = workSpansOf(steps, positionOf, (position) => position % 2 === 1)
  expect(spans.map(({ positions }) => positions)).toEqual([
    [0, 0],
    [2, 2],
    [4, 4],
  ])
  expect(timesOfFrames(spans, [1, 1])).toEqual([])
})

it('a pause is no time of work: after it the stage begins anew, at a frame before or after the last one', () => {
  const spans = workSpansOf([started, step(1400, 10), { at: 90_000, frameIndex: undefined }, step(90_500, 30)], positionOf)
  expect(spans.at(-1)).toEqual({ from: 90_000, to: 90_500, positions: [2, 2] })
})

it('a reading stands for the second before it, or as long as it says, and so for all frames of that time', () => {
  const spans = workSpansOf([started, step(1400, 10), step(1800, 20), step(2300, 30), step(4000, 40)], positionOf)
  const sample = { at: 2400, stage: 'ssam', cpuPercent: 1, workerMemoryBytes: 1, engineMemoryBytes: 1 }
  expect(framesWorkedIn(spans, timeOfSample(sample))).toEqual([1, 3])
  expect(framesWorkedIn(spans, timeOfSample({ ...sample, seconds: 5 }))).toEqual([0, 3])
  expect(framesWorkedIn(spans, { from: 5000, to: 6000 })).toBeUndefined()
})

it('frames that follow each other make one time, and a frame that was done twice makes two', () => {
  const spans = workSpansOf([started, step(1400, 10), step(1800, 20), { at: 7000, frameIndex: undefined }, step(7500, 20)], positionOf)
  expect(timesOfFrames(spans, [0, 1])).toEqual([
    { from: 1000, to: 1800 },
    { from: 7000, to: 7500 },
  ])
  expect(timesOfFrames(spans, [3, 4])).toEqual([])
})
