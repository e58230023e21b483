// Takes runs in, lets as many go as may, and does what people ask of them: cancel, pause, continue, retry, reorder.
import { Fault, isFaultCode, noteFromError } from '#core/base/fault'
import { stagesOf } from '#core/pipeline/pipeline'
import { hasEnded, type RunRecord } from '#core/run/run'
import type { PauseMode, RunEvent } from '#core/run/run-event'
import type { Origins } from '#core/run/provenance'
import type { RunConfig } from '#core/run/run-config'
import { guarded } from '../archive/archive-parts.ts'
import type { RunArchive } from '../archive/run-archive.ts'
import { forgetStages } from '../archive/run-archive.ts'
import type { Disk } from '../disk/disk.ts'
import { type LiveRun, queueRun, reviveRun } from './live-run.ts'
import { readRunFolder } from './run-folder.ts'
import { checkStage, makeRoom, nameOfRun, type Preparation, type PrepareParts, prepareRun } from './prepare-run.ts'
import type { QueueBook } from './queue-book.ts'
import type { Registry } from '../registry/registry.ts'
import { needsOwner } from '../registry/run-rows.ts'
import { summaryFromRecord } from '../registry/run-summary.ts'
import type { RunStore } from './run-store.ts'

export type RunRequest = { readonly config: RunConfig; readonly origins: Origins; readonly rerunFrom: string | undefined }

export type RunQueue = {
  /** Returns the new run's id once it is on disk and queued. */
  start(request: RunRequest, signal?: AbortSignal): Promise<string>
  /** Resolves when the run has ended and no process of it is left. */
  cancel(runId: string): Promise<string>
  /** Resolves when the pause has taken hold. */
  pause(runId: string, mode: PauseMode): Promise<string>
  /** Back into the queue; with `stage`, that stage and those after it begin anew. */
  continueRun(runId: string, stage?: string): Promise<string>
  /** Something changed that may let a run go: settings, order, memory. */
  pump(): void
  /** Goes on with what engines that are gone left in the queue. */
  adopt(): Promise<void>
  /** Runs of this engine that wait or go, in the order of the queue. */
  readonly runs: readonly LiveRun[]
  /** A service rests its runs, to go on by itself later; a command's runs are cancelled. Resolves when all is at rest. */
  close(): Promise<void>
}

export type QueueParts = {
  readonly disk: Disk
  readonly prepare: PrepareParts
  readonly store: RunStore
  readonly registry: Registry
  readonly book: QueueBook
  readonly service: boolean
  /** Runs at once, at most, at this moment. */
  readonly cap: () => number
  readonly describe: (
    config: RunConfig,
    origins: Origins,
    preparation: Preparation,
  ) => Promise<Pick<Extract<RunEvent, { type: 'runQueued' }>, 'appVersion' | 'buildId' | 'provenance'>>
  /** One stretch of a run; resolves when it rests. */
  readonly carryOut: (
    run: LiveRun,
    request: { readonly rerunFrom: string | undefined },
    opened: (archive: RunArchive) => void,
  ) => Promise<void>
  /** A run came to its end, for good or until somebody continues it. Called once for each end. */
  readonly ended: (record: RunRecord, folder: string) => void
  readonly changed: () => void
}

type Seat = { readonly run: LiveRun; going: Promise<void> | undefined; rerunFrom: string | undefined }

export function createRunQueue(parts: QueueParts): RunQueue {
  const { disk, store, registry, book } = parts
  const seats = new Map<string, Seat>()
  /** Runs on their way to rest: whoever wants one to go on waits for that. */
  const resting = new Map<string, Promise<void>>()
  let closing = false

  const onChange = (run: LiveRun, event: RunEvent) => {
    // The list shows state and progress, not every sample.
    if (
      event.type === 'stageFinished' ||
      event.type === 'runStarted' ||
      event.type === 'cancelRequested' ||
      event.type === 'pauseRequested'
    )
      void registry.put(summaryFromRecord(run.record, run.folder)).catch((error: unknown) => run.log('warning', String(error)))
    if (event.type !== 'sampleTaken' && event.type !== 'logWritten') parts.changed()
  }
  /** `announce` comes once the run is in hand: whoever hears of it asks for the run, and must not get what lies on disk. */
  const seatRun = async (run: LiveRun, rerunFrom: string | undefined, announce = () => {}) => {
    seats.set(run.id, { run, going: undefined, rerunFrom })
    await store.addLive(run)
    announce()
    await run.settled()
    await registry.put(summaryFromRecord(run.record, run.folder))
    parts.changed()
  }
  const ordered = (): Seat[] => book.list().flatMap(({ runId }) => seats.get(runId) ?? [])

  const pump = () => {
    if (closing) return
    const going = [...seats.values()].filter((seat) => seat.going !== undefined).length
    let free = Math.min(book.parallel, parts.cap()) - going
    for (const seat of book.paused ? [] : ordered()) {
      if (free <= 0) break
      if (seat.going || seat.run.record.state !== 'queued') continue
      free -= 1
      seat.going = goOn(seat)
    }
    parts.changed()
  }
  const goOn = async (seat: Seat): Promise<void> => {
    const { run } = seat
    try {
      await parts.carryOut(run, { rerunFrom: seat.rerunFrom }, (archive) => store.opened(run.id, archive))
      seat.rerunFrom = undefined
    } finally {
      seat.going = undefined
      // A run that rests because this engine ends stays in the book: the next one goes on with it.
      await letGo(seat, !(closing && parts.service && run.orders.reason === 'closing'))
      pump()
    }
  }
  /** The run is at rest: its followers have heard all, its journal is closed. A paused one is taken in hand again when it goes on. */
  const letGo = (seat: Seat, leavesBook: boolean): Promise<void> => {
    seats.delete(seat.run.id)
    const rest = rested(seat.run, leavesBook).finally(() => resting.delete(seat.run.id))
    resting.set(seat.run.id, rest)
    return rest
  }
  const rested = async (run: LiveRun, leavesBook: boolean) => {
    await run.settled()
    // The list is an index made from the folders: where it cannot be written, the run itself is whole and must be closed all the same.
    await registry
      .put(summaryFromRecord(run.record, run.folder))
      .catch((error: unknown) => console.error(`The list of runs: ${String(error)}`))
    // Only now: an engine that is killed before this line finds the run in its book, and puts it into the list as it is.
    if (leavesBook) book.remove(run.id)
    await run.close()
    await store.rested(run.id)
    if (hasEnded(run.record.state)) parts.ended(run.record, run.folder)
  }
  const requeue = async (folder: string, by: 'person' | 'engine', reason: string, stage?: string): Promise<LiveRun> => {
    const run = await reviveRun(disk, folder, onChange)
    try {
      await seatRun(run, stage, () => run.tell({ type: 'runRequeued', by, reason, stage }))
      // Nothing is forgotten before the journal says so: else a crash would leave a run that succeeded without what it found.
      await guarded(folder, async () => {
        if (run.journalFault !== undefined) throw run.journalFault
      })
      const stages = stagesOf(run.record.config).map(({ id }) => id)
      if (stage !== undefined) await forgetStages(disk, folder, stages, stage)
      return run
    } catch (error) {
      const { code, params } = noteFromError(error)
      run.tell({ type: 'runFinished', state: 'failed', fault: { code, params: { ...params } } })
      const seat = seats.get(run.id)
      if (seat) await letGo(seat, true)
      throw error
    }
  }
  const start = async ({ config, origins, rerunFrom }: RunRequest, signal?: AbortSignal): Promise<string> => {
    if (closing) throw new Fault('ENGINE_LOST', { reason: 'it is shutting down' })
    checkStage(config, rerunFrom)
    const preparation = await prepareRun(parts.prepare, config, signal)
    const description = await parts.describe(config, origins, preparation)
    const { scene, frameIndices, frameNames } = preparation
    const queued = (output: string) => ({
      name: nameOfRun(config, scene.name),
      config: { ...config, output },
      scene: {
        name: scene.name,
        kind: scene.kind,
        framesPath: scene.framesPath,
        frameCount: scene.frameCount,
        width: scene.width,
        height: scene.height,
      },
      frameIndices: [...frameIndices],
      frameNames: [...frameNames],
      ...description,
    })
    const run = await inFreeFolder(async () => {
      const { output, folder } = await makeRoom(parts.prepare, config, preparation)
      return queueRun(disk, folder, queued(output), onChange)
    })
    book.add(run.id, run.folder)
    await seatRun(run, rerunFrom)
    pump()
    return run.id
  }

  return {
    start,
    pump,
    get runs() {
      return ordered().map((seat) => seat.run)
    },
    cancel: async (runId) => {
      const seat = seats.get(runId)
      if (!seat) return cancelResting(parts, runId)
      const { run } = seat
      if (run.orders.reason !== 'cancel') {
        run.tell({ type: 'cancelRequested' })
        run.orders.give('cancel')
      }
      await (seat.going ?? endUnstarted(seat))
      return run.record.state
    },
    pause: async (runId, mode) => {
      const seat = seats.get(runId)
      if (!seat) throw await notGoing(parts, runId)
      const { run } = seat
      run.tell({ type: 'pauseRequested', mode })
      run.orders.give('pause', mode)
      if (!seat.going) {
        run.tell({ type: 'runPaused' })
        await letGo(seat, true)
      } else await seat.going
      return run.record.state
    },
    continueRun: async (runId, stage) => {
      if (closing) throw new Fault('ENGINE_LOST', { reason: 'it is shutting down' })
      const seat = seats.get(runId)
      if (seat) throw new Fault('RUN_IN_USE', { run: seat.run.record.name, state: seat.run.record.state })
      await resting.get(runId)
      const { folder, record } = await store.get(runId)
      checkStage(record.config, stage)
      const summary = await registry.find(runId)
      // A journal that could not be written tells of a run that goes; the list knows that it ended.
      if (summary && !hasEnded(record.state) && record.state !== 'paused' && needsOwner(summary.state))
        throw new Fault('RUN_IN_USE', { run: record.name, state: summary.state })
      if (record.state === 'succeeded' && stage === undefined && summary?.state === 'failed') {
        // The disk said that its end could not be written, and has it all the same: there is nothing left to do.
        await registry.put(summaryFromRecord(record, folder))
        parts.changed()
        return record.state
      }
      if (record.state === 'succeeded' && stage === undefined)
        throw new Fault('CONFIG_INVALID', {
          where: 'runs.continue',
          reason: 'the run succeeded; name the stage from which it shall run again',
        })
      await store.forget(runId)
      const run = await requeue(folder, 'person', stage === undefined ? 'it was continued' : `again from ${stage} on`, stage)
      book.add(runId, folder)
      pump()
      return run.record.state
    },
    adopt: async () => {
      for (const { runId, folder } of book.adopt()) {
        if (seats.has(runId)) continue
        await adoptOne(parts, runId, folder, requeue)
      }
      pump()
    },
    close: async () => {
      closing = true
      for (const seat of seats.values()) {
        const { run } = seat
        if (hasEnded(run.record.state)) continue
        if (parts.service) run.orders.give('closing')
        else if (run.orders.reason !== 'cancel') {
          run.tell({ type: 'cancelRequested' })
          run.orders.give('cancel')
        }
      }
      await Promise.all([...seats.values()].map((seat) => seat.going ?? (parts.service ? letGo(seat, false) : endUnstarted(seat))))
    },
  }

  /** A run that was cancelled before its turn came. */
  async function endUnstarted(seat: Seat): Promise<void> {
    seat.run.tell({ type: 'runFinished', state: 'cancelled' })
    await letGo(seat, true)
  }
}

/** What an engine that is gone left: goes on, or is told why not. A run that fails its engine again and again must not do so for ever. */
async function adoptOne(
  parts: QueueParts,
  runId: string,
  folder: string,
  requeue: (folder: string, by: 'engine', reason: string) => Promise<LiveRun>,
): Promise<void> {
  try {
    const { record, events } = await readRunFolder(folder)
    if (isPausedByPerson(record, events) || (hasEnded(record.state) && record.state !== 'interrupted')) {
      // Its engine stopped between the last line of the journal and the list.
      await parts.registry.put(summaryFromRecord(record, folder))
      return parts.book.remove(runId)
    }
    const stops = stopsInVain(events)
    if (stops >= stopsAtMost) {
      parts.book.remove(runId)
      return await giveUp(
        parts,
        folder,
        `it stopped ${stops} times in a row before this run got any further, and is not started for it again`,
      )
    }
    const working = record.stages.find((stage) => stage.state === 'running')
    const run = await requeue(folder, 'engine', 'the engine had stopped')
    if (record.state === 'interrupted' && working)
      run.warn('ENGINE_RESTARTED', { reason: 'see its log', position: working.done, unit: working.unit, stage: working.id }, working.id)
  } catch (error) {
    // Its folder is gone, or cannot be written any more: the registry tells it as incomplete, and the others go on.
    parts.book.remove(runId)
    const { code, params } = noteFromError(error)
    console.error(`The run ${runId} in ${folder} cannot go on: ${isFaultCode(code) ? code : 'UNEXPECTED'} ${JSON.stringify(params)}`)
  }
}

/** A run that rests because its service ended is paused too, but nobody asked for it. */
function isPausedByPerson({ state }: RunRecord, events: readonly RunEvent[]): boolean {
  const turn = events.findLast(({ type }) => type === 'pauseRequested' || type === 'runStarted' || type === 'runRequeued')
  return state === 'paused' && turn?.type === 'pauseRequested'
}

/** A run that will not be taken up again says why in its own record. */
async function giveUp(parts: QueueParts, folder: string, reason: string): Promise<void> {
  const run = await reviveRun(parts.disk, folder, () => {})
  run.tell({ type: 'runFinished', state: 'failed', fault: { code: 'ENGINE_LOST', params: { reason } } })
  await run.close()
  await parts.registry.put(summaryFromRecord(run.record, folder))
  parts.changed()
}

/** How often a run is taken up again although its engine stopped before the run got any further. */
const stopsAtMost = 5

function stopsInVain(events: readonly RunEvent[]): number {
  let stops = 0
  for (const event of events.toReversed()) {
    if (event.type === 'stageProgressed' || event.type === 'stageFinished') break
    // A person who lets it go on anew gives it all its tries again.
    if (event.type === 'runRequeued' && event.by === 'person') break
    if (event.type === 'runRequeued') stops += 1
  }
  return stops
}

async function notGoing(parts: QueueParts, runId: string): Promise<Fault> {
  const { record } = await parts.store.get(runId)
  const summary = await parts.registry.find(runId)
  return new Fault('RUN_NOT_RUNNING', { run: record.name, state: summary?.state ?? record.state })
}

/** A paused run can be ended for good. */
async function cancelResting(parts: QueueParts, runId: string): Promise<string> {
  const { record, folder } = await parts.store.get(runId)
  if (record.state !== 'paused') throw await notGoing(parts, runId)
  await parts.store.forget(runId)
  const run = await reviveRun(parts.disk, folder, () => {})
  run.tell({ type: 'cancelRequested' })
  run.tell({ type: 'runFinished', state: 'cancelled' })
  await run.close()
  await parts.registry.put(summaryFromRecord(run.record, folder))
  parts.changed()
  return run.record.state
}

/** Two runs that begin in the same second may choose the same name: the later one chooses again. */
async function inFreeFolder<T>(make: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make()
    } catch (error) {
      const taken = error instanceof Fault && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'EEXIST'
      if (!taken || attempt === 20) throw error
    }
  }
}
