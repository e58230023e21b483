// Only one runs, only the newest waits.
import { expect, it } from 'vitest'
import { makeLatest } from './latest.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

it('a drag through thirty frames reads the first and the last only', async () => {
  const started: number[] = []
  const ends: (() => void)[] = []
  const latest = makeLatest<number>(async (frame) => {
    started.push(frame)
    await new Promise<void>((resolve) => ends.push(resolve))
  })
  for (let frame = 1; frame <= 30; frame += 1) latest.push(frame)
  expect(started).toEqual([1])
  ends.shift()?.()
  await turn()
  expect(started).toEqual([1, 30])
})

it('goes on after an act that failed', async () => {
  const started: number[] = []
  const latest = makeLatest<number>(async (frame) => {
    started.push(frame)
    if (frame === 1) throw new Error('a frame that cannot be read')
  })
  latest.push(1)
  latest.push(2)
  await turn()
  latest.push(3)
  expect(started).toEqual([1, 2, 3])
})

it('stopping aborts the one that runs and forgets the one that waits', async () => {
  const started: number[] = []
  let signal: AbortSignal | undefined
  const latest = makeLatest<number>(async (frame, given) => {
    started.push(frame)
    signal = given
    await turn()
  })
  latest.push(1)
  latest.push(2)
  latest.stop()
  await turn()
  await turn()
  expect(signal?.aborted).toBe(true)
  expect(started).toEqual([1])
})

it('an act that never ends is aborted for the one that waits, but not while nothing waits', async () => {
  const started: number[] = []
  const signals: AbortSignal[] = []
  const latest = makeLatest<number>(async (frame, given) => {
    started.push(frame)
    signals.push(given)
    if (frame === 1) await new Promise(() => {})
  }, 10)
  latest.push(1)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(signals[0]?.aborted).toBe(false)
  latest.push(2)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(signals[0]?.aborted).toBe(true)
  expect(started).toEqual([1, 2])
})
