// Decides which waiting requests are granted now: in order, with gaps filled by later ones, but none overtaken for ever.
import { type Device, type Lease, type LeaseRequest, limitOf, patience, type Schedule, type Waiting } from './schedule.ts'

/** What keeps a request from being granted; the first that holds, in this order. */
export type Obstacle =
  | { readonly kind: 'paused' }
  | { readonly kind: 'stopped'; readonly reason: string }
  /** Something runs that has to run alone. */
  | { readonly kind: 'kept'; readonly by: Lease }
  /** It has to run alone itself, and others are going. */
  | { readonly kind: 'company'; readonly by: readonly Lease[] }
  /** One before it in the queue was overtaken too often and comes first now. */
  | { readonly kind: 'behind'; readonly runId: string }
  | {
      readonly kind: 'full'
      readonly what: 'memory' | 'cores' | 'slots'
      readonly needed: number
      readonly taken: number
      readonly total: number
      readonly by: readonly Lease[]
    }
  /** As many runs go as may go at once. */
  | { readonly kind: 'turn'; readonly going: number; readonly limit: number }

/** A request that no amount of waiting would make fit. */
export type Refusal = {
  readonly request: LeaseRequest
  readonly kind: 'device' | 'memory'
  /** Memory of the whole device; 0 when there is no such device. */
  readonly totalBytes: number
}

export type Grants = { readonly schedule: Schedule; readonly granted: readonly Lease[]; readonly refused: readonly Refusal[] }

/** Grants all that may start now, oldest right first. The same schedule always gives the same grants. Refused requests are dropped. */
export function grant(schedule: Schedule): Grants {
  const refused = schedule.waiting.flatMap(({ request }) => refusalOf(schedule, request) ?? [])
  const hopeless = new Set(refused.map((refusal) => refusal.request.runId))
  let current: Schedule = { ...schedule, waiting: schedule.waiting.filter(({ request }) => !hopeless.has(request.runId)) }
  const granted: Lease[] = []
  for (;;) {
    const place = current.waiting.findIndex((_, index) => obstacleAt(current, index) === undefined)
    if (place < 0) return { schedule: current, granted, refused }
    const lease = leaseOf(current, current.waiting[place]!.request)
    granted.push(lease)
    current = { ...current, leases: [...current.leases, lease], waiting: overtaken(current, place) }
  }
}

/** Why each waiting request waits, in the order of the queue. Meant for a schedule that `grant` gave; before it, some may have no obstacle and are left out. */
export function obstacles(schedule: Schedule): { readonly request: LeaseRequest; readonly obstacle: Obstacle }[] {
  return schedule.waiting.flatMap(({ request }, index) => {
    const obstacle = obstacleAt(schedule, index)
    return obstacle ? [{ request, obstacle }] : []
  })
}

/** Undefined when the request can be granted now or some day. */
export function refusalOf(schedule: Schedule, request: LeaseRequest): Refusal | undefined {
  const device = deviceOf(schedule, request)
  if (!device) return { request, kind: 'device', totalBytes: 0 }
  if (request.memoryBytes <= device.memoryBytes || aloneInstead(schedule, device)) return undefined
  return { request, kind: 'memory', totalBytes: device.memoryBytes }
}

function obstacleAt(schedule: Schedule, index: number): Obstacle | undefined {
  const { settings } = schedule
  if (settings.paused) return { kind: 'paused' }
  if (settings.stopped !== undefined) return { kind: 'stopped', reason: settings.stopped }
  const { request } = schedule.waiting[index]!
  const wanted = leaseOf(schedule, request)
  const going = [...schedule.leases, ...schedule.foreign]
  const lone = going.find((lease) => lease.alone)
  if (lone) return { kind: 'kept', by: lone }
  const first = schedule.waiting
    .slice(0, index)
    .find((earlier) => earlier.passes >= patience && competes(schedule, earlier.request, request))
  if (first) return { kind: 'behind', runId: first.request.runId }
  if (wanted.alone && going.length > 0) return { kind: 'company', by: going }
  const full = fullness(deviceOf(schedule, request), wanted, going)
  if (full) return full
  const limit = limitOf(settings)
  return schedule.leases.length < limit ? undefined : { kind: 'turn', going: schedule.leases.length, limit }
}

/** The first of memory, cores and slots that would be exceeded. */
function fullness(device: Device | undefined, wanted: Lease, going: readonly Lease[]): Obstacle | undefined {
  if (!device) return { kind: 'full', what: 'slots', needed: 1, taken: 0, total: 0, by: [] }
  const by = going.filter((lease) => lease.device === device.id)
  const asked = [
    { what: 'memory', needed: wanted.memoryBytes, taken: sum(by, (lease) => lease.memoryBytes), total: device.memoryBytes },
    { what: 'cores', needed: wanted.cores, taken: sum(by, (lease) => lease.cores), total: device.cores },
    { what: 'slots', needed: 1, taken: by.length, total: device.slots },
  ] as const
  for (const { what, needed, taken, total } of asked)
    if (total !== undefined && taken + needed > total) return { kind: 'full', what, needed, taken, total, by }
  return undefined
}

/** The lease a request becomes: never more than the device has, and alone when it wants more memory than that. */
function leaseOf(schedule: Schedule, request: LeaseRequest): Lease {
  const device = deviceOf(schedule, request)
  if (!device) return request
  return {
    ...request,
    memoryBytes: Math.min(request.memoryBytes, device.memoryBytes),
    cores: Math.min(request.cores, device.cores ?? request.cores),
    alone: request.alone || request.memoryBytes > device.memoryBytes,
  }
}

/** Those left waiting once the one at `place` was granted; whoever stood before it and wanted the same room was overtaken. */
function overtaken(schedule: Schedule, place: number): Waiting[] {
  const { request } = schedule.waiting[place]!
  return schedule.waiting.flatMap((waiting, index) => {
    if (index === place) return []
    const loses = index < place && competes(schedule, waiting.request, request)
    return [loses ? { ...waiting, passes: waiting.passes + 1 } : waiting]
  })
}

/** Whether a grant to the later one keeps room from the earlier one: the same device, or the earlier one needs the whole machine. */
function competes(schedule: Schedule, earlier: LeaseRequest, later: LeaseRequest): boolean {
  return earlier.device === later.device || leaseOf(schedule, earlier).alone || leaseOf(schedule, later).alone
}

function aloneInstead(schedule: Schedule, device: Device): boolean {
  return device.id === 'cpu' && schedule.settings.oversize === 'alone'
}

function deviceOf(schedule: Schedule, request: LeaseRequest): Device | undefined {
  return schedule.devices.find((device) => device.id === request.device)
}

function sum(leases: readonly Lease[], amount: (lease: Lease) => number): number {
  return leases.reduce((total, lease) => total + amount(lease), 0)
}
