// The text of another answer goes into addresses and comes back as it was.
import { describe, expect, it } from 'vitest'
import { besideFromText, textFromBeside } from './beside-source.ts'

describe('the other answer', () => {
  it.each([
    { runId: 'abc', stage: undefined },
    { runId: 'abc', stage: 'filter' },
    // Runs of others are named by their path.
    { runId: 'file:/runs/me@home/x', stage: undefined },
    { runId: 'file:/runs/me@home/x', stage: 'tracker' },
  ] as const)('%o comes back from its text', (source) => {
    expect(besideFromText(textFromBeside(source))).toEqual(source)
  })

  it('is none where nothing is said, and a run where no stage is', () => {
    expect(besideFromText('')).toBeUndefined()
    expect(besideFromText('run@nowhere')).toEqual({ runId: 'run@nowhere', stage: undefined })
    expect(besideFromText('@ssam')).toEqual({ runId: '@ssam', stage: undefined })
  })
})
