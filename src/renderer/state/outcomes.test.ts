// Tests of what a person is notified of: each outcome once.
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '#api/api'
import { createOutcomes } from './outcomes.ts'

const run = (id: string, state: RunSummary['state']) => ({ id, state, name: id, sceneName: 's' }) as RunSummary

describe('outcomes', () => {
  it('tells each end once, and nothing of runs that had ended before the page was there', () => {
    const outcomes = createOutcomes()
    expect(outcomes.take([run('old', 'succeeded'), run('a', 'running')])).toEqual([])
    expect(outcomes.take([run('old', 'succeeded'), run('a', 'succeeded')]).map((one) => one.title)).toEqual(['a is done'])
    expect(outcomes.take([run('old', 'succeeded'), run('a', 'succeeded')])).toEqual([])
  })
  it('tells a run again that was continued and failed, but not one that a person cancelled, nor one that is opened from disk', () => {
    const outcomes = createOutcomes()
    outcomes.take([run('a', 'paused'), run('b', 'running')])
    expect(outcomes.take([run('a', 'running'), run('b', 'cancelled'), run('c', 'failed')])).toEqual([])
    expect(outcomes.take([run('a', 'failed'), run('b', 'cancelled'), run('c', 'failed')]).map((one) => one.runId)).toEqual(['a'])
  })
})
