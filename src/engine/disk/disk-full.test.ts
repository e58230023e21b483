// A disk that is full or fails at any moment of a run: told clearly, nothing left open, and the next engine goes on. The drill tries every act.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DrillPlace, hastyDisk, openDrillPlace } from './drill-fixture.ts'
import { drillFault, freshRun, inLanes, measure, retriedRun, reusingRun, type Scenario } from './fault-drill.ts'
import type { FaultPlan } from './faulty-disk.ts'

let place: DrillPlace
beforeAll(async () => {
  place = await openDrillPlace({ frames: 2 })
})
afterAll(() => place.close())

const full: Omit<FaultPlan, 'at'> = { code: 'ENOSPC', lasts: true, reached: 0.5 }
const broken: Omit<FaultPlan, 'at'> = { code: 'EIO', losesUnsynced: true }

/** Every `stride`th act, the two kinds of fault at different ones: with 2, each act fails once. */
async function drill(scenario: Scenario, stride: number) {
  const { acts, hash } = await measure(place, scenario, hastyDisk)
  const violations: string[] = []
  const ends = new Map<string, number>()
  const plans = Array.from({ length: Math.floor(acts / stride) }, (_, i) => [
    { ...full, at: i * stride },
    { ...broken, at: i * stride + 1 },
  ]).flat()
  await inLanes(plans, async (plan) => {
    const result = await drillFault(place, scenario, plan, hash, hastyDisk)
    ends.set(result.end, (ends.get(result.end) ?? 0) + 1)
    violations.push(...result.violations.map((text) => `${plan.code} at act ${plan.at}: ${text}`))
  })
  return { violations, ends }
}

describe('a full or failing disk', () => {
  it('at any act of a run gives a fault with its path, leaves no file open, and the run goes on to the same result', {
    timeout: 180_000,
  }, async () => {
    const { violations, ends } = await drill(freshRun, 2)
    expect(violations).toEqual([])
    expect(ends.get('failed')).toBeGreaterThan(20)
  })

  it('at any act of a run from a stage on never leaves a run that succeeded without what it found', { timeout: 180_000 }, async () => {
    const { violations, ends } = await drill(retriedRun, 4)
    expect(violations).toEqual([])
    expect(ends.get('failed')).toBeGreaterThan(5)
  })

  it('at any act of a takeover never writes into the earlier run, and what is computed instead is the same', {
    timeout: 180_000,
  }, async () => {
    const { violations, ends } = await drill(reusingRun, 4)
    expect(violations).toEqual([])
    expect((ends.get('failed') ?? 0) + (ends.get('passed') ?? 0)).toBeGreaterThan(5)
  })
})
