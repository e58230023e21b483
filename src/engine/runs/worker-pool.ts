// One worker process for each device in use: spawned when needed, kept between stages, retired after a run, counted when lost.
import type { Assignment, WorkerArtifact } from '#api/worker-api'
import { FromWorker } from '#api/worker-api'
import type { Channel } from '#api/channel'
import { Fault, isFaultCode } from '#core/base/fault'

export type WorkerProcess = {
  readonly channel: Channel
  readonly pid: number | undefined
  /** Ends the process; resolves when its exit was seen. */
  kill(): Promise<void>
  readonly exited: Promise<{ readonly reason: string }>
}

export type StageEars = {
  began(begun: { readonly total: number; readonly backend: string | undefined; readonly backendReason: string | undefined }): void
  progressed(done: number, total: number, frameIndex: number | undefined): void
  /** Resolves when the artifact can be read; a rejection fails the stage. */
  artifact(artifact: WorkerArtifact): Promise<void>
  logged(severity: 'info' | 'warning' | 'error', text: string): void
  warned(warning: { readonly title: string; readonly message: string; readonly remedy: string }): void
}

export type StageOutcome =
  | { readonly state: 'succeeded'; readonly counts: Readonly<Record<string, number>> }
  | { readonly state: 'failed'; readonly fault: Fault; readonly stack: string | undefined }
  | { readonly state: 'cancelled' }

export type Worker = {
  readonly pid: number | undefined
  /** Counts workers of this device from 1: late words of an earlier one cannot reach a later stage. */
  readonly generation: number
  perform(assignment: Assignment, ears: StageEars, cancelled: AbortSignal): Promise<StageOutcome>
  retire(): Promise<void>
}

export type WorkerPool = {
  /** The device's worker, spawned if there is none. Throws DEVICE_RESTS after three losses in a row. */
  lease(device: string): Promise<Worker>
  /** Ends the device's worker, if any. */
  retire(device: string): Promise<void>
  close(): Promise<void>
}

type StageMessage = Exclude<FromWorker, { type: 'ready' }>

const lossesBeforeRest = 3
/** A cooperative stage looks at its signal before each frame; longer than this and the process goes. */
const cancelGraceMs = 800

export function createWorkerPool(spawn: (device: string) => Promise<WorkerProcess>): WorkerPool {
  const seats = new Map<string, { worker: Worker | undefined; generation: number; losses: number }>()
  const seatOf = (device: string) => {
    const seat = seats.get(device) ?? { worker: undefined, generation: 0, losses: 0 }
    seats.set(device, seat)
    return seat
  }
  const retire = async (device: string) => {
    const seat = seatOf(device)
    const worker = seat.worker
    seat.worker = undefined
    await worker?.retire()
  }
  return {
    lease: async (device) => {
      const seat = seatOf(device)
      if (seat.losses >= lossesBeforeRest) throw new Fault('DEVICE_RESTS', { device, losses: seat.losses })
      if (seat.worker) return seat.worker
      seat.generation += 1
      const process = await spawn(device)
      const worker = makeWorker(
        process,
        seat.generation,
        (lost) => {
          seat.losses = lost ? seat.losses + 1 : 0
        },
        () => {
          if (seat.worker === worker) seat.worker = undefined
        },
      )
      seat.worker = worker
      return worker
    },
    retire,
    close: async () => {
      await Promise.all([...seats.keys()].map(retire))
    },
  }
}

/** `ended` is told after each stage whether the process was lost in it; `gone` when the process has exited, for whatever reason. */
function makeWorker(process: WorkerProcess, generation: number, ended: (lost: boolean) => void, gone: () => void): Worker {
  let current:
    | { readonly id: string; readonly hear: (message: StageMessage) => void; readonly exited: (reason: string) => void }
    | undefined
  process.channel.onMessage((raw) => {
    const message = FromWorker.parse(raw)
    if (message.type !== 'ready' && message.id === current?.id) current.hear(message)
  })
  void process.exited.then(({ reason }) => {
    gone()
    current?.exited(reason)
  })
  const perform = (assignment: Assignment, ears: StageEars, cancelled: AbortSignal) =>
    new Promise<StageOutcome>((resolve) => {
      if (cancelled.aborted) {
        resolve({ state: 'cancelled' })
        return
      }
      // Decided by us before the process was ended: then its exit is no loss.
      let decided: StageOutcome | undefined
      let grace: NodeJS.Timeout | undefined
      const settle = (outcome: StageOutcome, lost = false) => {
        current = undefined
        clearTimeout(grace)
        cancelled.removeEventListener('abort', askToStop)
        ended(lost)
        resolve(outcome)
      }
      // Said only after the exit was seen: "cancelled" means that nothing of the stage runs any more.
      const end = (outcome: StageOutcome) => {
        decided ??= outcome
        void process.kill()
      }
      const askToStop = () => {
        process.channel.post({ type: 'cancel', id: assignment.id })
        grace = setTimeout(() => end({ state: 'cancelled' }), cancelGraceMs)
      }
      current = {
        id: assignment.id,
        exited: (reason) => {
          const lost: StageOutcome = {
            state: 'failed',
            fault: new Fault('WORKER_LOST', { stage: assignment.stage, reason }),
            stack: undefined,
          }
          settle(decided ?? (cancelled.aborted ? { state: 'cancelled' } : lost), decided === undefined && !cancelled.aborted)
        },
        hear: (message) => {
          if (message.type !== 'artifact') hearSimple(message, ears, settle)
          else
            ears.artifact(message).then(
              () => process.channel.post({ type: 'written', ticket: message.ticket }),
              (error: unknown) => end({ state: 'failed', fault: asFault(error, assignment.stage), stack: undefined }),
            )
        },
      }
      cancelled.addEventListener('abort', askToStop, { once: true })
      process.channel.post({ type: 'assign', assignment })
    })
  return { pid: process.pid, generation, perform, retire: () => process.kill() }
}

function hearSimple(message: Exclude<StageMessage, { type: 'artifact' }>, ears: StageEars, settle: (outcome: StageOutcome) => void): void {
  switch (message.type) {
    case 'began':
      ears.began({ total: message.total, backend: message.backend, backendReason: message.backendReason })
      break
    case 'progress':
      ears.progressed(message.done, message.total, message.frameIndex)
      break
    case 'log':
      ears.logged(message.severity, message.text)
      break
    case 'warning':
      ears.warned(message)
      break
    case 'done':
      settle({ state: 'succeeded', counts: message.counts })
      break
    case 'cancelled':
      settle({ state: 'cancelled' })
      break
    case 'failed': {
      const { code, params } = message.fault
      const fault = isFaultCode(code) ? new Fault(code, params) : new Fault('UNEXPECTED', { reason: `unknown fault ${code}` })
      settle({ state: 'failed', fault, stack: message.stack })
      break
    }
  }
}

function asFault(error: unknown, stage: string): Fault {
  if (error instanceof Fault) return error
  return new Fault('STAGE_FAILED', { stage, reason: error instanceof Error ? error.message : String(error) }, error)
}
