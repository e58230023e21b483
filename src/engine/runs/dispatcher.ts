// Lends devices, memory and cores to stages: asks the schedule who may go, and the lease book whether other engines of this machine leave room.
import type { Refusal } from '#core/schedule/grant'
import {
  enqueue,
  type Lease,
  type LeaseRequest,
  leave,
  release,
  request,
  type Schedule,
  setCap,
  setDevices,
  setParallel,
  setStopped,
  startSchedule,
  type Device,
  move,
  withdraw,
} from '#core/schedule/schedule'
import { reasonOfRefusal, waits } from '#core/schedule/wait-reason'
import { Fault } from '#core/base/fault'
import { admit } from '../schedule/admit.ts'
import type { LeaseBook } from '../schedule/lease-book.ts'

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
  book: LeaseBook,
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
    const admitted = admit(schedule, book)
    schedule = admitted.schedule
    for (const lease of admitted.started) {
      const asker = askers.get(lease.runId)
      askers.delete(lease.runId)
      if (asker) asker.granted(lease)
      else giveUpLease(lease.runId)
    }
    for (const refusal of admitted.refused) {
      const asker = askers.get(refusal.request.runId)
      askers.delete(refusal.request.runId)
      asker?.refused(refusal)
    }
    for (const { runId, reason } of admitted.snatched) tellReason(runId, reason)
    for (const { runId, reason } of waits(schedule, nameOf)) {
      if (!admitted.snatched.some((one) => one.runId === runId)) tellReason(runId, reason)
    }
    changed()
  }
  const tellReason = (runId: string, reason: string) => {
    const asker = askers.get(runId)
    if (!asker || asker.last === reason) return
    asker.last = reason
    asker.told(reason)
  }
  const giveUpLease = (runId: string) => {
    book.release(runId)
    schedule = release(schedule, runId)
  }
  const held = (lease: Lease): HeldLease => {
    let over = false
    return {
      device: lease.device,
      memoryBytes: lease.memoryBytes,
      cores: lease.cores,
      worksIn: (pid) => book.attachWorker(lease.runId, pid),
      release: () => {
        if (over) return
        over = true
        giveUpLease(lease.runId)
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
