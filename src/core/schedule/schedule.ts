// Who may use which device now: the queue of runs, what they wait for and what they hold, as plain data without a clock.

export type Device = {
  /** `cpu`, or `cuda:<index>`. */
  readonly id: string
  /** What leases on it may add up to. */
  readonly memoryBytes: number
  /** Cores that leases may add up to; absent where cores are not what is scarce (a GPU). */
  readonly cores?: number | undefined
  /** Leases at once; absent = as many as fit otherwise. */
  readonly slots?: number | undefined
}

/** What one stage of one run needs until it ends. */
export type LeaseRequest = {
  readonly runId: string
  readonly stage: string
  readonly device: string
  /** Expected peak. */
  readonly memoryBytes: number
  /** More than the device has is taken as all it has; counts only where the device counts cores. */
  readonly cores: number
  /** Nothing else may run on this machine meanwhile, on any device. */
  readonly alone: boolean
}

/** What was granted. `memoryBytes` and `cores` never exceed the device, so a lease may hold less than was asked for (see `oversize`). */
export type Lease = LeaseRequest & {
  /** Another engine of this machine that holds it, in words; absent = this engine. */
  readonly holder?: string | undefined
}

export type ScheduleSettings = {
  /** Runs at once, as a person set it; 1 or more. */
  readonly parallel: number
  /** Runs at once that memory allows for now; 1 or more. The lower of the two holds. */
  readonly cap: number
  readonly paused: boolean
  /** Why nothing new may start just now, in a sentence; undefined = it may. Unlike `paused` it is not a person's wish. */
  readonly stopped: string | undefined
  /** A request for more memory than the whole CPU device has: granted alone, or refused. On other devices it is always refused. */
  readonly oversize: 'alone' | 'refuse'
}

export type Waiting = {
  readonly request: LeaseRequest
  /** How often a request further back took room that this one needs. At `patience` that ends. */
  readonly passes: number
}

export type Schedule = {
  readonly devices: readonly Device[]
  readonly settings: ScheduleSettings
  /** Every run of the queue, waiting or going, first served first. A run keeps its place from stage to stage. */
  readonly order: readonly string[]
  /** In the order of `order`, at most one of each run. */
  readonly waiting: readonly Waiting[]
  /** Held by this engine, oldest first, at most one of each run. */
  readonly leases: readonly Lease[]
  /** Held by other engines of this machine. */
  readonly foreign: readonly Lease[]
}

/** So often a request may be overtaken on its device. Then later ones wait until it fits, even if they would fit now. */
export const patience = 4

export const defaultSettings: ScheduleSettings = {
  parallel: 1,
  cap: Number.MAX_SAFE_INTEGER,
  paused: false,
  stopped: undefined,
  oversize: 'alone',
}

/** `leases` are those found on disk whose work still goes on: they count until they are released. */
export function startSchedule(
  devices: readonly Device[],
  settings: Partial<ScheduleSettings> = {},
  leases: readonly Lease[] = [],
): Schedule {
  return {
    devices,
    settings: checked({ ...defaultSettings, ...settings }),
    order: leases.map((lease) => lease.runId),
    waiting: [],
    leases,
    foreign: [],
  }
}

/** Gives a run its place at the end of the queue before its first stage asks for anything. A run that has a place keeps it. */
export function enqueue(schedule: Schedule, runId: string): Schedule {
  return schedule.order.includes(runId) ? schedule : { ...schedule, order: [...schedule.order, runId] }
}

/**
 * Asks for a lease; `grant` decides. A second request of a waiting run takes the place of its first. Throws RangeError for a run that
 * holds a lease (it has to release first), and for amounts that are negative or not numbers.
 */
export function request(schedule: Schedule, wanted: LeaseRequest): Schedule {
  if (schedule.leases.some((lease) => lease.runId === wanted.runId)) throw new RangeError(`run ${wanted.runId} holds a lease already`)
  if (!(wanted.memoryBytes >= 0) || !(wanted.cores >= 0)) throw new RangeError(`run ${wanted.runId} asks for a negative amount`)
  const before = schedule.waiting.find((waiting) => waiting.request.runId === wanted.runId)
  const passes = before?.request.stage === wanted.stage && before.request.device === wanted.device ? before.passes : 0
  const others = schedule.waiting.filter((waiting) => waiting !== before)
  return sorted({ ...enqueue(schedule, wanted.runId), waiting: [...others, { request: wanted, passes }] })
}

/** The stage has ended. The run keeps its place for its next stage. Nothing happens when it holds no lease. */
export function release(schedule: Schedule, runId: string): Schedule {
  return { ...schedule, leases: schedule.leases.filter((lease) => lease.runId !== runId) }
}

/**
 * A grant that could not be carried out (another engine was quicker) waits again at its place. It had its turn, so nothing may overtake
 * it any more. `wanted` may be the lease itself.
 */
export function giveBack(schedule: Schedule, wanted: LeaseRequest): Schedule {
  const waiting = request(release(schedule, wanted.runId), wanted)
  return {
    ...waiting,
    waiting: waiting.waiting.map((one) => (one.request.runId === wanted.runId ? { ...one, passes: patience } : one)),
  }
}

/** The run no longer wants a lease (paused, cancelled while it waited); it keeps its place. */
export function withdraw(schedule: Schedule, runId: string): Schedule {
  return { ...schedule, waiting: schedule.waiting.filter((waiting) => waiting.request.runId !== runId) }
}

/** The run has ended: its place, its request and its lease are gone. */
export function leave(schedule: Schedule, runId: string): Schedule {
  const rest = withdraw(release(schedule, runId), runId)
  return { ...rest, order: rest.order.filter((id) => id !== runId) }
}

/** Puts a run right before another; to the end without one, or when that one is not in the queue. */
export function move(schedule: Schedule, runId: string, before: string | undefined): Schedule {
  if (!schedule.order.includes(runId) || runId === before) return schedule
  const others = schedule.order.filter((id) => id !== runId)
  const place = before === undefined ? -1 : others.indexOf(before)
  const order = place < 0 ? [...others, runId] : [...others.slice(0, place), runId, ...others.slice(place)]
  return sorted({ ...schedule, order })
}

/** A paused queue starts nothing; what goes on goes on. */
export function setPaused(schedule: Schedule, paused: boolean): Schedule {
  return { ...schedule, settings: { ...schedule.settings, paused } }
}

export function setStopped(schedule: Schedule, stopped: string | undefined): Schedule {
  return { ...schedule, settings: { ...schedule.settings, stopped } }
}

export function setParallel(schedule: Schedule, parallel: number): Schedule {
  return { ...schedule, settings: checked({ ...schedule.settings, parallel }) }
}

/** Lowering it ends nothing that goes; fewer start until it is met. */
export function setCap(schedule: Schedule, cap: number): Schedule {
  return { ...schedule, settings: checked({ ...schedule.settings, cap }) }
}

export function setForeignLeases(schedule: Schedule, foreign: readonly Lease[]): Schedule {
  return { ...schedule, foreign }
}

/** Leases on a device that is gone or shrank stay; nothing new is granted there until they fit again. */
export function setDevices(schedule: Schedule, devices: readonly Device[]): Schedule {
  return { ...schedule, devices }
}

/** Runs of this engine that may go at once now. */
export function limitOf({ parallel, cap }: ScheduleSettings): number {
  return Math.min(parallel, cap)
}

function checked(settings: ScheduleSettings): ScheduleSettings {
  if (!(settings.parallel >= 1) || !(settings.cap >= 1)) throw new RangeError('at least one run at once has to be allowed')
  return settings
}

function sorted(schedule: Schedule): Schedule {
  const place = new Map(schedule.order.map((runId, index) => [runId, index]))
  const at = (waiting: Waiting) => place.get(waiting.request.runId) ?? schedule.order.length
  return { ...schedule, waiting: schedule.waiting.toSorted((a, b) => at(a) - at(b)) }
}
