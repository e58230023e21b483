// Model test of several engines on one machine: each with its own scheduler, one lease book, engines that die, and runs that are taken up again.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grant } from '#core/schedule/grant'
import { leave, release, request, type Schedule, startSchedule } from '#core/schedule/schedule'
import { openDatabase } from '../state/database.ts'
import { admit } from './admit.ts'
import { createLeaseBook, leaseTables } from './lease-book.ts'

const devices = [
  { id: 'cpu', memoryBytes: 16, cores: 4 },
  { id: 'cuda:0', memoryBytes: 8 },
  { id: 'cuda:1', memoryBytes: 8, slots: 1 },
]
const stage = fc.record({
  stage: fc.constantFrom('ssam', 'tracker'),
  device: fc.constantFrom('cpu', 'cuda:0', 'cuda:1'),
  memoryBytes: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 8 }) }, { weight: 1, arbitrary: fc.constant(30) }),
  cores: fc.integer({ min: 1, max: 5 }),
  alone: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
})
const days = fc.array(
  fc.record({
    act: fc.constantFrom('arrive', 'arrive', 'arrive', 'end', 'end', 'end', 'die', 'stale'),
    engine: fc.nat(2),
    pick: fc.nat(100),
    stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 20, maxLength: 60, size: 'max' },
)
type Stages = typeof stage extends fc.Arbitrary<infer S> ? S[] : never

/** The engines of one machine. An engine that dies is started again at once, as another process, and takes its runs up from disk. */
function machine() {
  const database = openDatabase(':memory:', leaseTables)
  const alive = new Set<number>()
  let processes = 0
  const start = (disk: Map<string, Stages>) => {
    processes += 1
    const pid = processes
    alive.add(pid)
    const book = createLeaseBook(database, { owner: { pid, started: '' }, isAlive: (owner) => alive.has(owner.pid) })
    let schedule: Schedule = startSchedule(devices, { parallel: 3 })
    for (const [runId, stages] of disk) schedule = request(schedule, { runId, ...stages[0]! })
    return { pid, book, disk, schedule }
  }
  return { start, kill: (pid: number) => alive.delete(pid), close: () => database.close() }
}
type Engine = ReturnType<ReturnType<typeof machine>['start']>

function settle(engine: Engine, stale?: Schedule['foreign']): number {
  // What another engine holds may change between looking and taking; then the book has to notice.
  const book = stale ? { ...engine.book, foreign: () => [...stale] } : engine.book
  const { schedule, started, refused } = admit(engine.schedule, book)
  engine.schedule = schedule
  for (const { request } of refused) {
    engine.disk.delete(request.runId)
    engine.schedule = leave(engine.schedule, request.runId)
  }
  return started.length
}

function end(engine: Engine, runId: string): void {
  engine.book.release(runId)
  engine.schedule = release(engine.schedule, runId)
  const stages = engine.disk.get(runId)!
  stages.shift()
  if (stages.length > 0) engine.schedule = request(engine.schedule, { runId, ...stages[0]! })
  else {
    engine.disk.delete(runId)
    engine.schedule = leave(engine.schedule, runId)
  }
}

function check(engines: readonly Engine[]): void {
  const booked = engines[0]!.book.list()
  for (const device of devices) {
    const here = booked.filter((lease) => lease.device === device.id)
    expect(here.reduce((sum, lease) => sum + lease.memoryBytes, 0)).toBeLessThanOrEqual(device.memoryBytes)
    expect(here.reduce((sum, lease) => sum + lease.cores, 0)).toBeLessThanOrEqual(device.cores ?? Number.POSITIVE_INFINITY)
    expect(here.length).toBeLessThanOrEqual(device.slots ?? Number.POSITIVE_INFINITY)
  }
  if (booked.some((lease) => lease.alone)) expect(booked).toHaveLength(1)
  for (const { pid, schedule } of engines)
    expect(schedule.leases.map((lease) => lease.runId).toSorted(), 'an engine carries out what it has booked, and nothing else').toEqual(
      booked
        .filter((lease) => lease.owner.pid === pid)
        .map((lease) => lease.runId)
        .toSorted(),
    )
}

describe('three engines, 300 random days', () => {
  it('never book a device twice, lose nothing when one dies, and serve everybody in the end', () => {
    let [starts, snatches] = [0, 0]
    fc.assert(
      fc.property(days, (day) => {
        const place = machine()
        const engines = [0, 1, 2].map(() => place.start(new Map()))
        let born = 0
        for (const { act, engine: which, pick, stages } of day) {
          const engine = engines[which]!
          const going = engine.schedule.leases[pick % Math.max(1, engine.schedule.leases.length)]
          if (act === 'arrive') {
            born += 1
            engine.disk.set(`run ${born}`, [...stages])
            engine.schedule = request(engine.schedule, { runId: `run ${born}`, ...stages[0]! })
          } else if (act === 'end' && going) end(engine, going.runId)
          else if (act === 'die') {
            place.kill(engine.pid)
            engines[which] = place.start(engine.disk)
          }
          for (const one of engines) {
            const before = grant({ ...one.schedule, foreign: [] }).granted.length
            const started = settle(one, act === 'stale' && one === engine ? [] : undefined)
            if (act === 'stale' && one === engine) snatches += before - started
            starts += started
          }
          check(engines)
        }
        // The evening: what goes ends, one after the other, until nothing is left.
        for (let left = 3 * born + 1; engines.some((engine) => engine.disk.size > 0); left -= 1) {
          expect(left).toBeGreaterThan(0)
          const busy = engines.find((engine) => engine.schedule.leases.length > 0)
          if (busy) end(busy, busy.schedule.leases[0]!.runId)
          for (const one of engines) settle(one)
          check(engines)
        }
        expect(engines[0]!.book.list()).toEqual([])
        place.close()
      }),
      { numRuns: 300, seed: 3 },
    )
    expect(starts).toBeGreaterThan(3000)
    expect(snatches, 'days without a lost race prove nothing about races').toBeGreaterThan(50)
  }, 120_000)

  it('tell why a run waits that another engine carries out, and do not ask for it for ever', () => {
    const place = machine()
    const [first, second] = [place.start(new Map()), place.start(new Map())]
    const wanted = { runId: 'a', stage: 'ssam', device: 'cpu', memoryBytes: 1, cores: 1, alone: false }
    expect(admit(request(first.schedule, wanted), first.book).started).toHaveLength(1)
    const { started, snatched, schedule } = admit(request(second.schedule, wanted), second.book)
    expect(started).toEqual([])
    expect(snatched).toEqual([{ runId: 'a', reason: `another Scenewright (process ${first.pid}) carries out this run` }])
    first.book.release('a')
    expect(admit(schedule, second.book).started).toHaveLength(1)
    place.close()
  })
})
