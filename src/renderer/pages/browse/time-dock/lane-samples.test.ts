// Readings of resources on the frame axis.
import { expect, it } from 'vitest'
import type { Sample } from '#core/run/sample'
import type { LoopRange } from './lane-axis.ts'
import { resourceLanes } from './lane-samples.ts'

const sample = (frameIndex: number | undefined, workerMemoryBytes: number, rest: Partial<Sample> = {}): Sample => ({
  at: 0,
  stage: 'ssam',
  cpuPercent: 50,
  workerMemoryBytes,
  engineMemoryBytes: 1,
  ...(frameIndex === undefined ? {} : { frameIndex }),
  ...rest,
})
const frames = [10, 20, 30]
const positionsOf = ({ frameIndex }: Sample): LoopRange | undefined => {
  const position = frameIndex === undefined ? -1 : frames.indexOf(frameIndex)
  return position < 0 ? undefined : [position, position]
}

it('several readings of one frame count as their highest, and the peak names the frame worked on then', () => {
  const memory = resourceLanes([sample(30, 5), sample(20, 900), sample(20, 100)], positionsOf).find((lane) => lane.kind.id === 'memory')
  expect(memory?.points).toEqual([
    { position: 1, value: 901 },
    { position: 2, value: 6 },
  ])
  expect(memory?.peak).toEqual({ positions: [1, 1], value: 901 })
})

it('readings without a frame, or of a frame that was not selected, lie nowhere on the axis', () => {
  expect(resourceLanes([sample(undefined, 5), sample(15, 5)], positionsOf)).toEqual([])
})

it('a machine without a GPU has no lanes for one', () => {
  expect(resourceLanes([sample(10, 5)], positionsOf).map((lane) => lane.kind.id)).toEqual(['cpu', 'memory'])
  expect(resourceLanes([sample(10, 5, { gpuPercent: 3 })], positionsOf).map((lane) => lane.kind.id)).toEqual(['cpu', 'memory', 'gpu'])
})

it('a reading of a second in which three frames were done belongs to all three, and the peak names them', () => {
  const memory = resourceLanes([sample(30, 5)], () => [0, 2]).find((lane) => lane.kind.id === 'memory')
  expect(memory?.points.map(({ position }) => position)).toEqual([0, 1, 2])
  expect(memory?.peak).toEqual({ positions: [0, 2], value: 6 })
})
