// Model test of the scheduler: 1,000 random days of runs, devices, other engines, crashes and restarts, watched by simple counting.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Grants, grant, obstacles } from './grant.ts'
import {
  type Device,
  giveBack,
  type Lease,
  type LeaseRequest,
  leave,
  limitOf,
  move,
  patience,
  release,
  request,
  type Schedule,
  setCap,
  setForeignLeases,
  setParallel,
  setPaused,
  startSchedule,
} from './schedule.ts'
import { waits } from './wait-reason.ts'

type Step = {
  readonly act: string
  readonly pick: number
  readonly amount: number
  readonly stages: readonly Omit<LeaseRequest, 'runId'>[]
}
type Day = { readonly devices: readonly Device[]; readonly parallel: number; readonly steps: readonly Step[] }

const deviceIds = ['cpu', 'cuda:0', 'cuda:1', 'cuda:2']
const stage = fc.record({
  stage: fc.constantFrom('ssam', 'filter', 'tracker', 'report'),
  device: fc.constantFrom(...deviceIds, 'cuda:0', 'cuda:0'),
  memoryBytes: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
  ),
  cores: fc.integer({ min: 0, max: 9 }),
  alone: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})
const acts = [
  'arrive',
  'arrive',
  'arrive',
  'end',
  'end',
  'end',
  'end',
  'crash',
  'cancel',
  'move',
  'pause',
  'parallel',
  'cap',
  'foreign',
  'snatch',
  'restart',
  'recover',
]
const days: fc.Arbitrary<Day> = fc.record({
  devices: fc
    .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }))
    .map(([memoryBytes, cores, gpus]) => [
      { id: 'cpu', memoryBytes, cores },
      ...deviceIds.slice(1, 1 + gpus).map((id, index) => ({ id, memoryBytes: 8 + index, slots: index === 2 ? 1 : undefined })),
    ]),
  parallel: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(
    fc.record({
      act: fc.constantFrom(...acts),
      pick: fc.nat(1000),
      amount: fc.integer({ min: 1, max: 6 }),
      stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    }),
    // Without a size fast-check keeps days short.
    { minLength: 20, maxLength: 80, size: 'max' },
  ),
})

/** Lives through a day and checks after every step; gives the grants in order. */
function live(day: Day): string[] {
  /** Stages each run still has to do: what its folder on disk says. The first is the one it asks for or holds a lease for. */
  const disk = new Map<string, Omit<LeaseRequest, 'runId'>[]>()
  /** Grants to runs further back, counted apart from the scheduler's own count. */
  const overtakings = new Map<string, number>()
  const history: string[] = []
  let schedule = startSchedule(day.devices, { parallel: day.parallel })
  let born = 0

  const ask = (runId: string) => {
    overtakings.set(runId, 0)
    schedule = request(schedule, { runId, ...disk.get(runId)![0]! })
  }
  const done = (runId: string) => {
    disk.get(runId)!.shift()
    schedule = release(schedule, runId)
    if (disk.get(runId)!.length > 0) ask(runId)
    else gone(runId)
  }
  const gone = (runId: string) => {
    disk.delete(runId)
    schedule = leave(schedule, runId)
  }
  const settle = () => {
    const before = schedule
    const grants = grant(before)
    schedule = grants.schedule
    checkGrants(before, grants)
    for (const refusal of grants.refused) gone(refusal.request.runId)
    for (const lease of grants.granted) {
      history.push(`${lease.runId} ${lease.stage} ${lease.device}`)
      countOvertakings(schedule, lease, overtakings)
    }
    checkState(schedule)
  }
  const one = ({ act, pick, amount, stages }: Step) => {
    const held = schedule.leases[pick % Math.max(1, schedule.leases.length)]?.runId
    const any = schedule.order[pick % Math.max(1, schedule.order.length)]
    if (act === 'arrive') {
      born += 1
      disk.set(`run ${born}`, [...stages])
      ask(`run ${born}`)
    } else if (act === 'end' && held) done(held)
    else if (act === 'crash' && held) {
      schedule = release(schedule, held)
      ask(held)
    } else if (act === 'cancel' && any) gone(any)
    else if (act === 'move' && any) schedule = move(schedule, any, schedule.order[(pick * 7) % (schedule.order.length + 1)])
    else if (act === 'pause') schedule = setPaused(schedule, pick % 3 === 0)
    else if (act === 'parallel') schedule = setParallel(schedule, amount)
    else if (act === 'cap') schedule = setCap(schedule, amount)
    else if (act === 'foreign') schedule = setForeignLeases(schedule, foreignThatFits(schedule, pick, amount))
    else if (act === 'snatch' && held) {
      // Another engine was quicker than the lease book: what we thought we had is theirs.
      const lease = schedule.leases.find((one) => one.runId === held)!
      if (!lease.alone && !schedule.foreign.length) {
        schedule = setForeignLeases(giveBack(schedule, lease), [{ ...lease, runId: 'theirs', holder: 'process 7' }])
        overtakings.set(held, 0)
      }
    } else if (act === 'restart') restart([])
    else if (act === 'recover') restart(schedule.leases)
  }
  /** The engine is gone and with it all it knew; runs and settings are read from disk, and `leases` whose workers still go. */
  const restart = (leases: readonly Lease[]) => {
    const { order, settings, foreign } = schedule
    schedule = setForeignLeases(startSchedule(day.devices, settings, leases), foreign)
    for (const runId of order) if (!leases.some((lease) => lease.runId === runId)) ask(runId)
    for (const runId of order) schedule = move(schedule, runId, undefined)
    for (const runId of order) overtakings.set(runId, 0)
  }
  for (const step of day.steps) {
    one(step)
    settle()
  }
  // The evening: nothing new comes, and what goes ends one by one. Everybody has to be served.
  schedule = setForeignLeases(setPaused(schedule, false), [])
  settle()
  let left = [...disk.values()].reduce((sum, stages) => sum + stages.length, 0)
  while (disk.size > 0) {
    expect(schedule.leases.length, 'something goes as long as something is left').toBeGreaterThan(0)
    expect(left, 'each end of a stage brings the evening closer').toBeGreaterThan(0)
    left -= 1
    done(schedule.leases[0]!.runId)
    settle()
  }
  expect(schedule).toMatchObject({ order: [], waiting: [], leases: [] })
  return history
}

function checkGrants(before: Schedule, { schedule, granted }: Grants): void {
  if (before.settings.paused) expect(granted).toEqual([])
  if (granted.length > 0) expect(schedule.leases.length).toBeLessThanOrEqual(limitOf(schedule.settings))
  for (const lease of granted) expect(before.waiting.some((waiting) => waiting.request.runId === lease.runId)).toBe(true)
  // Only now: a cap that fell, or another engine, may leave more going than would be granted today.
  const going = [...schedule.leases, ...schedule.foreign]
  if (granted.length > 0 && going.some((lease) => lease.alone)) expect(going).toHaveLength(1)
}

function checkState(schedule: Schedule): void {
  const going = [...schedule.leases, ...schedule.foreign]
  for (const device of schedule.devices) {
    const here = going.filter((lease) => lease.device === device.id)
    expect(here.reduce((sum, lease) => sum + lease.memoryBytes, 0)).toBeLessThanOrEqual(device.memoryBytes)
    if ('cores' in device && device.cores !== undefined)
      expect(here.reduce((sum, lease) => sum + lease.cores, 0)).toBeLessThanOrEqual(device.cores)
    if (device.slots !== undefined) expect(here.length).toBeLessThanOrEqual(device.slots)
  }
  const runs = [...schedule.leases, ...schedule.waiting.map((waiting) => waiting.request)].map((one) => one.runId)
  expect(new Set(runs).size, 'no run twice').toBe(runs.length)
  const open = !schedule.settings.paused && going.length === 0
  if (open) expect(schedule.waiting, 'nobody waits for nothing').toEqual([])
  expect(obstacles(schedule).length, 'each that waits knows why').toBe(schedule.waiting.length)
  for (const wait of waits(schedule)) expect(wait.reason).toMatch(/^waits (for|until) .*(?<!undefined|NaN)$/)
}

function countOvertakings(schedule: Schedule, lease: Lease, overtakings: Map<string, number>): void {
  const place = schedule.order.indexOf(lease.runId)
  for (const { request } of schedule.waiting) {
    if (schedule.order.indexOf(request.runId) > place || (request.device !== lease.device && !request.alone)) continue
    const count = overtakings.get(request.runId)! + 1
    overtakings.set(request.runId, count)
    expect(count, `${request.runId} was overtaken`).toBeLessThanOrEqual(patience)
  }
}

/** What another engine may hold: only what is free, as the lease book sees to that. */
function foreignThatFits(schedule: Schedule, pick: number, amount: number): Lease[] {
  const device = schedule.devices[pick % schedule.devices.length]!
  const own = schedule.leases.filter((lease) => lease.device === device.id)
  const memoryBytes = Math.min(amount, device.memoryBytes - own.reduce((sum, lease) => sum + lease.memoryBytes, 0))
  if (pick % 4 === 0 || device.slots === own.length || schedule.leases.some((lease) => lease.alone)) return []
  return [{ runId: 'theirs', stage: 'ssam', device: device.id, memoryBytes, cores: 0, alone: false, holder: 'process 7' }]
}

describe('1,000 random days', () => {
  it('never book a device twice, never starve a run, and go the same way when lived again', () => {
    let grants = 0
    fc.assert(
      fc.property(days, (day) => {
        const history = live(day)
        grants += history.length
        expect(live(day)).toEqual(history)
      }),
      { numRuns: 1000, seed: 11 },
    )
    expect(grants, 'days in which little happens prove little').toBeGreaterThan(10_000)
  }, 120_000)
})
