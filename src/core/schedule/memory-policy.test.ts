// Tests of what is done about memory: properties over random days of readings, and the sentences and verdicts one by one.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admissionOf, judgeLoss, type Loss } from './memory-admission.ts'
import {
  foldMemory,
  type MemoryEffect,
  type MemoryReading,
  type MemoryState,
  memoryRules,
  startMemoryState,
  withParallel,
} from './memory-policy.ts'

const GiB = 2 ** 30
const reading = (at: number, share: number, more: Partial<MemoryReading> = {}): MemoryReading => ({
  at,
  usedBytes: share * 16 * GiB,
  limitBytes: 16 * GiB,
  limitedBy: '/x/memory.max',
  smallestLimitBytes: 16 * GiB,
  stalledPercent: 0,
  kills: { file: '/x/memory.events', own: 0, others: 0 },
  limitHits: 0,
  ...more,
})
const kills = (own: number, others = 0) => ({ kills: { file: '/x/memory.events', own, others } })

/** Readings a second apart; gives the state after them and all effects. */
function fold(state: MemoryState, readings: readonly MemoryReading[], going = 4) {
  const effects: MemoryEffect[] = []
  let current = state
  for (const one of readings) {
    const step = foldMemory(current, one, going)
    current = step.state
    effects.push(...step.effects)
  }
  return { state: current, effects, types: effects.map((effect) => effect.type) }
}
const seconds = (count: number, from: number, share: number, more: Partial<MemoryReading> = {}) =>
  Array.from({ length: count }, (_, i) => reading((from + i) * 1000, share, more))

const share = fc.oneof(fc.double({ min: 0, max: 1.1, noNaN: true }), fc.constantFrom(0.8, 0.85, 0.9, 0.95))
const moments = fc.array(
  fc.record({
    share,
    stalledPercent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    ownRise: fc.constantFrom(0, 0, 0, 0, 1, 2),
    othersRise: fc.constantFrom(0, 0, 0, 0, 0, 1),
    going: fc.nat(8),
    pauseMs: fc.constantFrom(1000, 1000, 1000, 15_000, 61_000),
    parallel: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 8 }),
  }),
  { minLength: 1, maxLength: 120, size: 'max' },
)

describe('foldMemory', () => {
  it('keeps the cap between 1 and the setting, tells every change with a sentence, and nothing that is no change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), moments, (parallel, day) => {
        let state = startMemoryState(parallel)
        let [at, own, others, stopped] = [0, 0, 0, false]
        let told = parallel
        for (const moment of day) {
          at += moment.pauseMs
          own += moment.ownRise
          others += moment.othersRise
          if (moment.parallel !== undefined) {
            state = withParallel(state, moment.parallel)
            told = state.cap
          }
          const step = foldMemory(
            state,
            reading(at, moment.share, { stalledPercent: moment.stalledPercent, ...kills(own, others) }),
            moment.going,
          )
          state = step.state
          expect(state.cap).toBeGreaterThanOrEqual(1)
          expect(state.cap).toBeLessThanOrEqual(state.parallel)
          for (const effect of step.effects) {
            expect(effect.sentence).toMatch(/\d.*\.$/)
            expect(effect.sentence).not.toMatch(/undefined|NaN/)
            if (effect.type === 'halveCap') expect(effect.cap).toBeLessThan(told)
            if (effect.type === 'raiseCap') expect(effect.cap).toBe(told + 1)
            if (effect.type === 'halveCap' || effect.type === 'raiseCap') told = effect.cap
            if (effect.type === 'stopLaunches' || effect.type === 'resumeLaunches') {
              expect(stopped, 'no launch is stopped or resumed twice').toBe(effect.type === 'resumeLaunches')
              stopped = effect.type === 'stopLaunches'
            }
          }
          expect(told, 'what was told is what is').toBe(state.cap)
          expect(stopped).toBe(state.stoppedAt !== undefined)
        }
      }),
      { numRuns: 500, seed: 5 },
    )
  })

  it('does not flap on a constant reading: launches change at most twice, the cap only falls or only rises', () => {
    fc.assert(
      fc.property(share, fc.nat(60), fc.nat(8), fc.integer({ min: 1, max: 8 }), (constant, stalledPercent, going, parallel) => {
        const { effects, state } = fold(startMemoryState(parallel), seconds(600, 0, constant, { stalledPercent }), going)
        const launches = effects.filter((effect) => effect.type === 'stopLaunches' || effect.type === 'resumeLaunches')
        // The second is the one run at a time that may go when none of the use is ours.
        expect(launches.length).toBeLessThanOrEqual(going === 0 ? 2 : 1)
        expect(effects.some((effect) => effect.type === 'raiseCap')).toBe(false)
        if (constant < memoryRules.tight.enter && stalledPercent < memoryRules.stalledTight.enter) expect(effects).toEqual([])
        else if (going > 0) expect(state.stoppedAt).toBe(0)
      }),
      { numRuns: 300, seed: 6 },
    )
  })

  it('does not flap on a use that wavers around a threshold', () => {
    const wavering = Array.from({ length: 600 }, (_, i) => reading(i * 1000, i % 2 ? 0.86 : 0.84))
    expect(fold(startMemoryState(4), wavering).types).toEqual(['stopLaunches'])
  })

  it('is back at the setting after quiet, however bad it was, and not faster than one run per quiet while', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 8 }), (day, parallel) => {
        let at = 0
        let own = 0
        const bad = day.map((moment) => {
          at += moment.pauseMs
          own += moment.ownRise
          return reading(at, moment.share, { stalledPercent: moment.stalledPercent, ...kills(own) })
        })
        const { state } = fold(startMemoryState(parallel), bad)
        const quiet = seconds(61 * parallel + 15, at / 1000 + 1, 0.3, kills(own))
        const calm = fold(state, quiet)
        expect(calm.state).toMatchObject({ level: 'calm', cap: parallel, stoppedAt: undefined })
        const raised = calm.types.filter((type) => type === 'raiseCap').length
        expect(raised).toBe(parallel - state.cap)
      }),
      { numRuns: 200, seed: 7 },
    )
  })

  it('stops launches when it is tight, and lowers the cap only when it is critical', () => {
    const tight = fold(startMemoryState(4), seconds(5, 0, 0.86))
    expect(tight.types).toEqual(['stopLaunches'])
    const critical = fold(tight.state, seconds(5, 5, 0.97))
    expect(critical.effects).toEqual([
      {
        type: 'halveCap',
        cap: 2,
        parallel: 4,
        sentence: '15.5 GiB of 16.0 GiB (97 %) are in use; the limit is /x/memory.max.',
      },
    ])
  })

  it('takes standing still for want of memory for as bad as full memory', () => {
    expect(fold(startMemoryState(4), seconds(2, 0, 0.3, { stalledPercent: 12 })).state.level).toBe('tight')
    const { state, effects } = fold(startMemoryState(4), seconds(2, 0, 0.3, { stalledPercent: 55 }))
    expect(state).toMatchObject({ level: 'critical', cap: 2 })
    expect(effects[0]!.sentence).toContain('for 55 % of the last 10 s everything waited for memory')
  })

  it('halves what goes, not what might go: a high setting does not make the first halvings idle', () => {
    expect(fold(startMemoryState(64), seconds(2, 0, 0.97), 3).state.cap).toBe(1)
  })

  it('marks our own kills only, counts none twice, and does not take counts from before the start for new ones', () => {
    const first = fold(startMemoryState(4), seconds(3, 0, 0.3, kills(7, 2)))
    expect(first.effects).toEqual([])
    const own = fold(first.state, seconds(3, 3, 0.3, kills(9, 2)))
    expect(own.types).toEqual(['markKilled', 'stopLaunches', 'halveCap'])
    expect(own.effects[0]).toMatchObject({ kills: 2 })
    const others = fold(first.state, seconds(3, 3, 0.3, kills(7, 3)))
    expect(others.types).toEqual(['stopLaunches', 'halveCap'])
    // A dip of a difference of two files, and its return.
    expect(fold(first.state, [reading(3000, 0.3, kills(7, 1)), reading(4000, 0.3, kills(7, 2))]).effects).toEqual([])
    // Another group, or the same made anew.
    const elsewhere = { kills: { file: '/y/memory.events', own: 50, others: 0 } }
    expect(fold(first.state, seconds(2, 3, 0.3, elsewhere)).effects).toEqual([])
    expect(fold(first.state, [reading(3000, 0.3, kills(0)), reading(4000, 0.3, kills(0))]).effects).toEqual([])
  })

  it('does not keep the queue waiting for ever for memory that others use', () => {
    const { state, effects } = fold(startMemoryState(4), seconds(30, 0, 0.88), 0)
    expect(effects.map((effect) => effect.type)).toEqual(['stopLaunches', 'halveCap', 'resumeLaunches'])
    expect(state.cap).toBe(1)
    expect(effects[2]!.sentence).toContain('one run at a time may go')
    expect(fold(startMemoryState(4), seconds(30, 0, 0.97), 0).state.stoppedAt).toBe(0)
  })

  it('keeps a lowered cap when the setting is raised, and follows it when nothing was lowered', () => {
    const low = fold(startMemoryState(4), seconds(2, 0, 0.97)).state
    expect(withParallel(low, 8)).toMatchObject({ parallel: 8, cap: 2 })
    expect(withParallel(low, 1)).toMatchObject({ parallel: 1, cap: 1 })
    expect(withParallel(startMemoryState(2), 6).cap).toBe(6)
    expect(() => withParallel(low, 0)).toThrow(RangeError)
  })
})

describe('admissionOf', () => {
  const missing = { file: 'f', why: 'w', remedy: 'r' }
  it('runs one at a time, goes on, or refuses, as the policy says, and leaves a watched machine alone', () => {
    expect(admissionOf(undefined, 'fail', 4)).toEqual({ start: true, parallel: 4, warning: undefined })
    expect(admissionOf(missing, 'auto', 4)).toEqual({ start: true, parallel: 1, warning: missing })
    expect(admissionOf(missing, 'auto', 4, true)).toEqual({ start: true, parallel: 4, warning: missing })
    expect(admissionOf(missing, 'warn', 4)).toEqual({ start: true, parallel: 4, warning: missing })
    expect(admissionOf(missing, 'fail', 4, true)).toEqual({ start: false, warning: missing })
  })
})

describe('judgeLoss', () => {
  const at = (own: number | undefined, others: number | undefined = 0) => ({ file: 'f', own, others })
  const loss: Loss = { signal: 'SIGKILL', code: undefined, killedByUs: false, killsBefore: at(1), killsAfter: at(2), usedShare: 0.5 }
  const verdict = (more: Partial<Loss>) => judgeLoss({ ...loss, ...more }).outOfMemory

  it('is certain only of a SIGKILL that was not ours, with a rise in our own count', () => {
    expect(judgeLoss(loss)).toEqual({ outOfMemory: 'certain', evidence: 'SIGKILL, and oom_kill in f rose from 1 to 2' })
    expect(verdict({ signal: undefined, code: 137 })).toBe('certain')
    expect(verdict({ killedByUs: true })).toBe('no')
    expect(verdict({ signal: 'SIGSEGV' })).toBe('no')
    expect(verdict({ signal: undefined, code: 1 })).toBe('no')
  })

  it('trusts a count that did not rise more than full memory', () => {
    expect(verdict({ killsAfter: at(1), usedShare: 0.99 })).toBe('no')
    expect(verdict({ killsBefore: at(undefined, 4), killsAfter: at(undefined, 4), usedShare: 0.99 })).toBe('no')
  })

  it('calls it probable when the count is shared with others, or without a count when memory was nearly full', () => {
    expect(verdict({ killsBefore: at(undefined, 4), killsAfter: at(undefined, 5) })).toBe('probably')
    const uncounted = { killsBefore: undefined, killsAfter: undefined }
    expect(verdict({ ...uncounted, usedShare: 0.91 })).toBe('probably')
    expect(verdict({ ...uncounted, usedShare: 0.9 })).toBe('no')
    expect(verdict({ ...uncounted, usedShare: undefined })).toBe('no')
    expect(verdict({ killsBefore: { file: 'other', own: 0, others: 0 }, usedShare: 0.95 })).toBe('probably')
  })
})
