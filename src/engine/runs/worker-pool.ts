// One worker process for each device in use: spawned when needed, kept between stages, retired after a run, counted when lost.
import type { Assignment, WorkerArtifact, WorkerCommit, WorkerFile } from '#api/worker-api'
import { FromWorker } from '#api/worker-api'
import type { Channel } from '#api/channel'
import { Fault, isFaultCode } from '#core/base/fault'

export type WorkerProcess = {
  readonly channel: Channel
  readonly pid: number | undefined
  /** Ends the process; resolves when its exit was seen. */
  kill(): Promise<void>
  readonly exited: Promise<{ readonly reason: string }>
  /** Why it is not the kind of process it should be; undefined as a rule. */
  readonly fallback?: string | undefined
}

export type StageEars = {
  began(begun: { readonly total: number; readonly backend: string | undefined; readonly backendReason: string | undefined }): void
  progressed(done: number, total: number, frameIndex: number | undefined): void
  /** Resolves when the artifact can be read; a rejection fails the stage. */
  artifact(artifact: WorkerArtifact): Promise<void>
  file(file: WorkerFile): Promise<void>
  commit(commit: WorkerCommit): Promise<void>
  spawned(pid: number, mark: string): void
  logged(severity: 'info' | 'warning' | 'error', text: string): void
  warned(code: string, params: Readonly<Record<string, string | number>>): void
}

export type StageOutcome =
  | { readonly state: 'succeeded'; readonly counts: Readonly<Record<string, number>> }
  /** `lost`: the process went without our doing, with this reason. */
  | { readonly state: 'failed'; readonly fault: Fault; readonly stack: string | undefined; readonly lost?: string }
  | { readonly state: 'cancelled' }

export type StopSignals = {
  /** The stage stops before its next frame; its process goes when that takes too long. */
  readonly stop: AbortSignal
  /** The stage stops after its next commit, however long that takes. */
  readonly afterFrame: AbortSignal
}

export type Worker = {
  readonly pid: number | undefined
  /** Counts workers of this device from 1: late words of an earlier one cannot reach a later stage. */
  readonly generation: number
  readonly fallback: string | undefined
  perform(assignment: Assignment, ears: StageEars, signals: StopSignals): Promise<StageOutcome>
  retire(): Promise<void>
}

export type CarriedModel = { readonly name: string; readonly sha256: string }

export type WorkerPool = {
  /**
   * The run's worker on that device, spawned if there is none. Throws DEVICE_RESTS after three losses in a row on the device, and MODEL_RESTS
   * after three with the model that the stage carries: those do not count against the device, which other models and stages go on using.
   */
  lease(run: string, device: string, model?: CarriedModel): Promise<Worker>
  /** Ends the run's workers, if any: their memory is given back when this resolves. */
  retire(run: string): Promise<void>
  close(): Promise<void>
}

type StageMessage = Exclude<FromWorker, { type: 'ready' }>

const lossesBeforeRest = 3
/** A cooperative stage looks at its signal before each frame; longer than this and the process goes. */
const cancelGraceMs = 800

/** `blamed`: what a loss counts against, by the stage that is at work. */
type Seat = { readonly device: string; readonly worker: Worker; blamed: string }

export function createWorkerPool(spawn: (device: string) => Promise<WorkerProcess>): WorkerPool {
  const generations = new Map<string, number>()
  /** In a row, by what is blamed for them. */
  const losses = new Map<string, number>()
  const seats = new Map<string, Seat>()
  const retire = async (run: string) => {
    const seat = seats.get(run)
    seats.delete(run)
    await seat?.worker.retire()
  }
  return {
    lease: async (run, device, model) => {
      const blamed = model === undefined ? device : `${device} ${model.sha256}`
      const lost = losses.get(blamed) ?? 0
      if (lost >= lossesBeforeRest && model !== undefined) throw new Fault('MODEL_RESTS', { name: model.name, device, losses: lost })
      if (lost >= lossesBeforeRest) throw new Fault('DEVICE_RESTS', { device, losses: lost })
      const seat = seats.get(run)
      if (seat?.device === device) {
        seat.blamed = blamed
        return seat.worker
      }
      // A stage on another device: what the earlier ones hold is not needed any more.
      await retire(run)
      const generation = (generations.get(device) ?? 0) + 1
      generations.set(device, generation)
      const worker = makeWorker(
        await spawn(device),
        generation,
        (wasLost) => losses.set(taken.blamed, wasLost ? (losses.get(taken.blamed) ?? 0) + 1 : 0),
        () => {
          if (seats.get(run) === taken) seats.delete(run)
        },
      )
      const taken: Seat = { device, worker, blamed }
      seats.set(run, taken)
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
  const perform = (assignment: Assignment, ears: StageEars, { stop, afterFrame }: StopSignals) =>
    new Promise<StageOutcome>((resolve) => {
      if (stop.aborted) {
        resolve({ state: 'cancelled' })
        return
      }
      // Decided by us before the process was ended: then its exit is no loss.
      let decided: StageOutcome | undefined
      let grace: NodeJS.Timeout | undefined
      const settle = (outcome: StageOutcome, lost = false) => {
        current = undefined
        clearTimeout(grace)
        stop.removeEventListener('abort', askToStop)
        afterFrame.removeEventListener('abort', askToPause)
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
      const askToPause = () => process.channel.post({ type: 'pause', id: assignment.id })
      current = {
        id: assignment.id,
        exited: (reason) => {
          const lost: StageOutcome = {
            state: 'failed',
            fault: new Fault('WORKER_LOST', { stage: assignment.stage, reason }),
            stack: undefined,
            lost: reason,
          }
          settle(decided ?? (stop.aborted ? { state: 'cancelled' } : lost), decided === undefined && !stop.aborted)
        },
        hear: (message) => {
          const writing = writtenBy(message, ears)
          if (!writing) hearSimple(message, ears, settle)
          else
            writing.work.then(
              () => process.channel.post({ type: 'written', ticket: writing.ticket }),
              (error: unknown) => end({ state: 'failed', fault: asFault(error, assignment.stage), stack: undefined }),
            )
        },
      }
      stop.addEventListener('abort', askToStop, { once: true })
      afterFrame.addEventListener('abort', askToPause, { once: true })
      process.channel.post({ type: 'assign', assignment })
      if (afterFrame.aborted) askToPause()
    })
  return { pid: process.pid, generation, fallback: process.fallback, perform, retire: () => process.kill() }
}

/** What has to be on disk before the worker goes on. */
function writtenBy(message: StageMessage, ears: StageEars): { readonly ticket: number; readonly work: Promise<void> } | undefined {
  if (message.type === 'artifact') return { ticket: message.ticket, work: ears.artifact(message) }
  if (message.type === 'file') return { ticket: message.ticket, work: ears.file(message) }
  return message.type === 'commit' ? { ticket: message.ticket, work: ears.commit(message) } : undefined
}

function hearSimple(message: StageMessage, ears: StageEars, settle: (outcome: StageOutcome) => void): void {
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
      ears.warned(message.code, message.params)
      break
    case 'spawned':
      ears.spawned(message.pid, message.mark)
      break
    case 'done':
      settle({ state: 'succeeded', counts: message.counts })
      break
    case 'answered':
      // To a question, and a stage asks none.
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
