// Lends devices, memory and cores to stages: asks the schedule who may go, and the lease book whether other engines of this machine leave room.
import { grant, type Refusal } from '#core/schedule/grant'
import {
  enqueue,
  giveBack,
  type Lease,
  type LeaseRequest,
  leave,
  release,
  request,
  type Schedule,
  setCap,
  setDevices,
  setForeignLeases,
  setParallel,
  setStopped,
  startSchedule,
  type Device,
  move,
  withdraw,
} from '#core/schedule/schedule'
import { reasonOfRefusal, waits } from '#core/schedule/wait-reason'
import { Fault } from '#core/base/fault'

export type HeldLease = {
  readonly device: string
  readonly memoryBytes: number
  readonly cores: number
  /** The process that works under it: the lease outlives this engine as long as that one lives. */
  worksIn(pid: number): void
  /** A second call does nothing. */
  release(): void
}

export type Dispatcher = {
  /**
   * Resolves when the stage may begin. `told` hears the reason in words while it waits, again when it changes. Rejects with CANCELLED when
   * `stop` aborts first, DEVICE_MISSING or DEVICE_TOO_SMALL when waiting would be in vain.
   */
  acquire(wish: LeaseRequest, stop: AbortSignal, told: (reason: string) => void): Promise<HeldLease>
  /** Places in the queue, first served first. */
  order(runIds: readonly string[]): void
  leave(runId: string): void
  setLimits(limits: { readonly parallel: number; readonly cap: number; readonly stopped: string | undefined }): void
  setDevices(devices: readonly Device[]): void
  readonly schedule: Schedule
  reasonFor(runId: string): string | undefined
  close(): void
}

/** Leases of all engines of this machine, on disk. */
export type SharedLeases = {
  /** False when another engine was quicker. */
  take(lease: Lease): boolean
  attachWorker(runId: string, pid: number): void
  release(runId: string): void
  /** What others hold. */
  foreign(): readonly Lease[]
}

type Asker = {
  readonly wish: LeaseRequest
  readonly granted: (lease: Lease) => void
  readonly refused: (refusal: Refusal) => void
  readonly told: (reason: string) => void
  last: string
}

/** Others' leases end without a word to us, so they are looked at again while somebody waits. */
const lookAgainMs = 500

export function createDispatcher(
  devices: readonly Device[],
  shared: SharedLeases,
  nameOf: (runId: string) => string,
  changed: () => void,
): Dispatcher {
  let schedule = startSchedule(devices, { parallel: Number.MAX_SAFE_INTEGER })
  const askers = new Map<string, Asker>()
  const timer = setInterval(() => {
    if (askers.size > 0) settle()
  }, lookAgainMs)
  timer.unref()

  const settle = () => {
    schedule = setForeignLeases(schedule, shared.foreign())
    const result = grant(schedule)
    schedule = result.schedule
    for (const lease of result.granted) {
      const asker = askers.get(lease.runId)
      if (!asker) schedule = release(schedule, lease.runId)
      else if (shared.take(lease)) {
        askers.delete(lease.runId)
        asker.granted(lease)
      } else schedule = giveBack(schedule, asker.wish)
    }
    for (const refusal of result.refused) {
      askers.get(refusal.request.runId)?.refused(refusal)
      askers.delete(refusal.request.runId)
    }
    for (const { runId, reason } of waits(schedule, nameOf)) {
      const asker = askers.get(runId)
      if (!asker || asker.last === reason) continue
      asker.last = reason
      asker.told(reason)
    }
    changed()
  }
  const held = (lease: Lease): HeldLease => {
    let over = false
    return {
      device: lease.device,
      memoryBytes: lease.memoryBytes,
      cores: lease.cores,
      worksIn: (pid) => shared.attachWorker(lease.runId, pid),
      release: () => {
        if (over) return
        over = true
        shared.release(lease.runId)
        schedule = release(schedule, lease.runId)
        settle()
      },
    }
  }
  return {
    acquire: (wish, stop, told) =>
      new Promise((resolve, reject) => {
        if (stop.aborted) {
          reject(new Fault('CANCELLED'))
          return
        }
        const giveUp = () => {
          askers.delete(wish.runId)
          schedule = withdraw(schedule, wish.runId)
          reject(new Fault('CANCELLED'))
          settle()
        }
        const done = () => stop.removeEventListener('abort', giveUp)
        askers.set(wish.runId, {
          wish,
          told,
          last: '',
          granted: (lease) => {
            done()
            resolve(held(lease))
          },
          refused: (refusal) => {
            done()
            reject(faultOf(refusal, schedule))
          },
        })
        stop.addEventListener('abort', giveUp, { once: true })
        schedule = request(schedule, wish)
        settle()
      }),
    order: (runIds) => {
      for (const runId of runIds) schedule = move(enqueue(schedule, runId), runId, undefined)
    },
    leave: (runId) => {
      schedule = leave(schedule, runId)
      settle()
    },
    setLimits: ({ parallel, cap, stopped }) => {
      schedule = setStopped(setCap(setParallel(schedule, parallel), cap), stopped)
      settle()
    },
    setDevices: (next) => {
      schedule = setDevices(schedule, next)
      settle()
    },
    get schedule() {
      return schedule
    },
    reasonFor: (runId) => askers.get(runId)?.last,
    close: () => clearInterval(timer),
  }
}

function faultOf(refusal: Refusal, schedule: Schedule): Fault {
  const { request: wish, kind, totalBytes } = refusal
  if (kind === 'device')
    return new Fault('DEVICE_MISSING', { device: wish.device, where: wish.stage, known: schedule.devices.map(({ id }) => id).join(', ') })
  return new Fault('DEVICE_TOO_SMALL', {
    device: wish.device,
    stage: wish.stage,
    neededBytes: wish.memoryBytes,
    memoryBytes: totalBytes,
    reason: reasonOfRefusal(refusal, schedule.devices),
  })
}
