// Tests of what is expected of a stage: from which earlier runs, and how their numbers are put together.
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../state/database.ts'
import { createStageCosts, remembered, type StageKey, stageCostTables } from './stage-costs.ts'

const key: StageKey = { pipeline: 'my3dis', stage: 'ssam', settingsKey: 's', sceneSizeKey: '640x480', device: 'cpu' }
const fresh = () => createStageCosts(openDatabase(':memory:', stageCostTables))
const cost = (memoryBytes: number, perFrameMs = 10, framesDone = 10) => ({
  memoryBytes,
  durationMs: perFrameMs * framesDone,
  framesDone,
  diskBytes: 100 * framesDone,
})

describe('createStageCosts', () => {
  it('expects nothing of a stage that never ran on the device', () => {
    const costs = fresh()
    costs.notePeak({ ...key, device: 'cuda:0' }, cost(5))
    expect(costs.predict(key, 10)).toBeUndefined()
  })

  it('takes the largest memory and does not scale it, and scales the median time and disk by frames', () => {
    const costs = fresh()
    for (const [memory, pace] of [
      [300, 10],
      [500, 12],
      [400, 900],
    ] as const)
      costs.notePeak(key, cost(memory, pace))
    expect(costs.predict(key, 50)).toEqual({
      memoryBytes: 500,
      durationMs: 600,
      diskBytes: 5000,
      from: 3,
      alike: true,
      basis: 'largest memory, and median time and disk per frame, of 3 runs with these settings',
    })
  })

  it('forgets what is older than the last eight, so that a stage that became lean is not taken for a big one for ever', () => {
    const costs = fresh()
    costs.notePeak(key, cost(9000))
    for (let i = 0; i < remembered; i += 1) costs.notePeak(key, cost(100 + i))
    expect(costs.predict(key, 10)).toMatchObject({ memoryBytes: 100 + remembered - 1, from: remembered })
  })

  it('falls back to other settings of the same stage, and says so', () => {
    const costs = fresh()
    costs.notePeak({ ...key, settingsKey: 'other' }, cost(700))
    costs.notePeak({ ...key, stage: 'tracker' }, cost(9000))
    expect(costs.predict(key, 10)).toMatchObject({
      memoryBytes: 700,
      from: 1,
      alike: false,
      basis: expect.stringContaining('1 run with other'),
    })
    costs.notePeak(key, cost(200))
    expect(costs.predict(key, 10)).toMatchObject({ memoryBytes: 200, alike: true })
  })

  it('counts the memory of a run that did no frame, and no time of it', () => {
    const costs = fresh()
    costs.notePeak(key, { ...cost(800), framesDone: 0, durationMs: 5000 })
    expect(costs.predict(key, 10)).toMatchObject({ memoryBytes: 800, durationMs: undefined, diskBytes: undefined })
    costs.notePeak(key, cost(300, 10))
    expect(costs.predict(key, 10)).toMatchObject({ memoryBytes: 800, durationMs: 100 })
  })
})
