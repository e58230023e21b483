// Tests of the scheduler: what it grants, what it says of those who wait, and which acts it refuses.
import { describe, expect, it } from 'vitest'
import { grant } from './grant.ts'
import {
  giveBack,
  type Lease,
  type LeaseRequest,
  leave,
  move,
  patience,
  release,
  request,
  type Schedule,
  setCap,
  setForeignLeases,
  setPaused,
  setStopped,
  startSchedule,
  withdraw,
} from './schedule.ts'
import { reasonOfRefusal, waits } from './wait-reason.ts'

const GiB = 2 ** 30
const devices = [
  { id: 'cpu', memoryBytes: 16 * GiB, cores: 4 },
  { id: 'cuda:0', memoryBytes: 8 * GiB, slots: 2 },
]
const wants = (runId: string, device = 'cuda:0', gibibytes = 6, more: Partial<LeaseRequest> = {}): LeaseRequest => ({
  runId,
  stage: 'ssam',
  device,
  memoryBytes: gibibytes * GiB,
  cores: 1,
  alone: false,
  ...more,
})
const asked = (schedule: Schedule, ...requests: readonly LeaseRequest[]) => requests.reduce(request, schedule)
const granted = (schedule: Schedule) => grant(schedule).granted.map((lease) => lease.runId)
const wide = () => startSchedule(devices, { parallel: 8 })

describe('grant', () => {
  it('does not put two runs on a device that holds only one of them', () => {
    expect(granted(asked(wide(), wants('a'), wants('b')))).toEqual(['a'])
  })

  it('fills a gap with a later run that fits, on the same and on another device', () => {
    expect(granted(asked(wide(), wants('a'), wants('b'), wants('c', 'cuda:0', 2), wants('d', 'cpu')))).toEqual(['a', 'c', 'd'])
  })

  it('counts slots and cores besides memory', () => {
    expect(granted(asked(wide(), wants('a', 'cuda:0', 1), wants('b', 'cuda:0', 1), wants('c', 'cuda:0', 1)))).toEqual(['a', 'b'])
    expect(granted(asked(wide(), wants('a', 'cpu', 1, { cores: 3 }), wants('b', 'cpu', 1, { cores: 2 })))).toEqual(['a'])
  })

  it('takes more cores than there are as all of them, instead of waiting for ever', () => {
    expect(grant(asked(wide(), wants('a', 'cpu', 1, { cores: 64 }))).granted[0]).toMatchObject({ cores: 4, alone: false })
  })

  it('counts what other engines hold', () => {
    const foreign: Lease = { ...wants('x'), holder: 'process 77' }
    const schedule = grant(setForeignLeases(asked(wide(), wants('a')), [foreign])).schedule
    expect(schedule.leases).toEqual([])
    expect(waits(schedule)[0]!.reason).toBe('waits for cuda:0: 6.0 GiB of 8.0 GiB are taken by a run of process 77, 6.0 GiB are needed')
  })

  it('lets a lone run start only when nothing else goes, and nothing start beside it', () => {
    const first = grant(asked(wide(), wants('a', 'cpu', 1), wants('b', 'cuda:0', 1, { alone: true })))
    expect(first.granted.map((lease) => lease.runId)).toEqual(['a'])
    expect(waits(first.schedule)[0]!.reason).toBe('waits until nothing else runs, because it has to run alone: run a is going')
    const second = grant(release(asked(first.schedule, wants('c', 'cuda:0', 99)), 'a'))
    expect(second.granted.map((lease) => lease.runId)).toEqual(['b'])
    const third = grant(asked(second.schedule, wants('d', 'cpu', 1)))
    expect(third.granted).toEqual([])
    expect(waits(third.schedule)[0]!.reason).toBe('waits until run b has done ssam: it runs alone')
  })

  it('grants more memory than the CPU has alone and not beyond what it has, or refuses it when told so', () => {
    const big = wants('a', 'cpu', 40)
    expect(grant(asked(wide(), big, wants('b', 'cpu', 1))).granted).toEqual([{ ...big, memoryBytes: 16 * GiB, alone: true }])
    const strict = asked(startSchedule(devices, { oversize: 'refuse' }), big)
    expect(grant(strict).refused).toHaveLength(1)
  })

  it('refuses what no GPU memory holds and a device that is not there, with numbers, and does not let them block others', () => {
    const { granted, refused, schedule } = grant(asked(wide(), wants('a', 'cuda:0', 9), wants('b', 'cuda:3'), wants('c')))
    expect(granted.map((lease) => lease.runId)).toEqual(['c'])
    expect(schedule.waiting).toEqual([])
    expect(refused.map((refusal) => reasonOfRefusal(refusal, devices))).toEqual([
      'ssam is expected to need 9.0 GiB, and cuda:0 has 8.0 GiB in all',
      'there is no cuda:3 on this machine (it has cpu and cuda:0)',
    ])
  })

  it('serves a big run in the end although small ones keep coming', () => {
    let schedule = grant(asked(wide(), wants('small 0', 'cuda:0', 3))).schedule
    schedule = asked(schedule, wants('big', 'cuda:0', 8))
    for (let i = 1; i <= patience + 3; i += 1) {
      schedule = grant(asked(schedule, wants(`small ${i}`, 'cuda:0', 3))).schedule
      schedule = grant(release(schedule, schedule.leases[0]!.runId)).schedule
      if (schedule.leases.some((lease) => lease.runId === 'big')) return expect(i).toBeLessThanOrEqual(patience + 2)
    }
    expect.unreachable('the big run was never served')
  })

  it('starts nothing while paused or stopped, and says which of the two', () => {
    const paused = setPaused(asked(wide(), wants('a')), true)
    expect(granted(paused)).toEqual([])
    expect(waits(paused)[0]!.reason).toBe('waits until the queue goes on: it is paused')
    const stopped = setStopped(setPaused(paused, false), '15.5 GiB of 16 GiB are used.')
    expect(granted(stopped)).toEqual([])
    expect(waits(stopped)[0]!.reason).toContain('15.5 GiB of 16 GiB')
    expect(granted(setStopped(stopped, undefined))).toEqual(['a'])
  })

  it('lets the lower of setting and cap decide how many runs go, and does not end those beyond it', () => {
    const two = grant(asked(wide(), wants('a', 'cpu', 1), wants('b', 'cpu', 1))).schedule
    const { schedule, granted } = grant(asked(setCap(two, 1), wants('c', 'cpu', 1)))
    expect(granted).toEqual([])
    expect(schedule.leases).toHaveLength(2)
    expect(waits(schedule)[0]!.reason).toBe('waits for its turn: 2 runs are going, and while memory is short at most 1 of 8 may go at once')
  })
})

describe('the queue', () => {
  it('keeps the place of a run between its stages, so that later runs do not slip in', () => {
    const one = startSchedule(devices)
    const first = grant(asked(one, wants('a'), wants('b'))).schedule
    expect(granted(asked(release(first, 'a'), wants('a', 'cpu', 1, { stage: 'filter' })))).toEqual(['a'])
  })

  it('serves a run that was moved to the front first, and one moved behind all last', () => {
    const schedule = asked(startSchedule(devices), wants('a'), wants('b'), wants('c'))
    expect(granted(move(schedule, 'c', 'a'))).toEqual(['c'])
    expect(granted(move(schedule, 'a', undefined))).toEqual(['b'])
  })

  it('forgets a run that left or withdrew, so that it blocks nothing', () => {
    const schedule = grant(asked(startSchedule(devices), wants('a'), wants('b'), wants('c'))).schedule
    expect(granted(leave(leave(schedule, 'b'), 'a'))).toEqual(['c'])
    expect(granted(leave(withdraw(schedule, 'b'), 'a'))).toEqual(['c'])
  })

  it('puts a grant that another engine snatched back in front of later ones that would fit', () => {
    const { schedule, granted: given } = grant(asked(wide(), wants('a'), wants('b', 'cuda:0', 1)))
    const lost = setForeignLeases(giveBack(leave(schedule, 'b'), given[0]!), [{ ...wants('x', 'cuda:0', 4), holder: 'process 9' }])
    const next = grant(asked(lost, wants('c', 'cuda:0', 1)))
    expect(next.granted).toEqual([])
    expect(waits(next.schedule)[1]!.reason).toBe('waits for cuda:0: run a was overtaken often enough and comes first')
    expect(granted(setForeignLeases(next.schedule, []))).toEqual(['a', 'c'])
  })

  it('does not give a run two leases', () => {
    const { schedule } = grant(asked(wide(), wants('a')))
    expect(() => request(schedule, wants('a', 'cpu'))).toThrow(RangeError)
    expect(() => request(wide(), wants('a', 'cpu', -1))).toThrow(RangeError)
    expect(() => setCap(schedule, 0)).toThrow(RangeError)
  })
})
