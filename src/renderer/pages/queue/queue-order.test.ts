// Tests of moving runs in the queue.
import { describe, expect, it } from 'vitest'
import type { QueueState } from '#api/queue-state'
import { beforeOf, moved } from './queue-order.ts'

const entry = (runId: string, state: 'running' | 'queued' = 'queued'): QueueState['entries'][number] => ({
  runId,
  name: runId,
  sceneName: '',
  state,
  done: 0,
  total: 0,
  waitsFor: '',
})
const entries = [entry('going', 'running'), entry('a'), entry('b'), entry('c')]
const ids = (list: readonly { runId: string }[]) => list.map((one) => one.runId).join(' ')

describe('the queue order', () => {
  it('never moves a run above those that go, nor past the ends', () => {
    expect(beforeOf(entries, 'a', -1)).toBeNull()
    expect(beforeOf(entries, 'c', 1)).toBeNull()
    expect(beforeOf(entries, 'going', 1)).toBeNull()
  })
  it('goes one place up and one place down, and shows at once what it asks for', () => {
    expect(ids(moved(entries, 'b', beforeOf(entries, 'b', -1) ?? undefined))).toBe('going b a c')
    expect(ids(moved(entries, 'a', beforeOf(entries, 'a', 1) ?? undefined))).toBe('going b a c')
    expect(beforeOf(entries, 'b', 1)).toBeUndefined()
    expect(ids(moved(entries, 'b', undefined))).toBe('going a c b')
  })
  it('keeps the order when the run is not there any more', () => {
    expect(ids(moved(entries, 'x', 'a'))).toBe(ids(entries))
  })
})
