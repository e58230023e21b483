// An act that is asked for often, with a clock of the test's own.
import { expect, it, vi } from 'vitest'
import { makeThrottle } from './throttle.ts'

it('the first wish is done at once, those of one interval together, and the last one is never lost', () => {
  vi.useFakeTimers()
  let done = 0
  const { ask } = makeThrottle(() => (done += 1), 100, Date.now)
  ask()
  expect(done).toBe(1)
  for (let i = 0; i < 50; i += 1) {
    ask()
    vi.advanceTimersByTime(10)
  }
  // At 0, then at 100, 200, 300, 400 and 500.
  expect(done).toBe(6)
  ask()
  vi.advanceTimersByTime(100)
  expect(done).toBe(7)
  vi.advanceTimersByTime(1000)
  expect(done).toBe(7)
  vi.useRealTimers()
})

it('nothing is done after it was stopped', () => {
  vi.useFakeTimers()
  let done = 0
  const { ask, stop } = makeThrottle(() => (done += 1), 100, Date.now)
  ask()
  ask()
  stop()
  vi.advanceTimersByTime(500)
  expect(done).toBe(1)
  vi.useRealTimers()
})
