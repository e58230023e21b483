// A run that this engine carries out: its record, its journal and its followers, kept in step by one act, `tell`.
import { randomUUID } from 'node:crypto'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunEvent, RunHappening } from '#core/run/run-event'
import { createEventHub, type EventHub } from '../event-hub.ts'
import { createRunFolder, type Journal } from './run-folder.ts'

export type LiveRun = {
  readonly id: string
  readonly folder: string
  readonly record: RunRecord
  readonly hub: EventHub
  /** Numbers, folds, journals and publishes one happening. Never rejects: a journal that cannot be written is told by `journalFault`. */
  tell(happening: RunHappening): void
  /** Set when the journal could not be written: the run must stop, for what is not recorded did not happen. */
  readonly journalFault: unknown
  /** Aborted when a person asked to cancel. */
  readonly cancelled: AbortSignal
  cancel(): void
  /** Resolves once runFinished was told and everything is on disk. */
  readonly finished: Promise<void>
  close(): Promise<void>
}

type QueuedRun = Omit<Extract<RunEvent, { type: 'runQueued' }>, 'seq' | 'at' | 'type' | 'runId'>

/** Writes the first record of a new run. `onChange` hears of every event after it was folded. */
export async function queueRun(
  folder: string,
  queued: QueuedRun,
  onChange: (run: LiveRun, event: RunEvent) => void,
  now: () => number = Date.now,
): Promise<LiveRun> {
  const first: Extract<RunEvent, { type: 'runQueued' }> = {
    type: 'runQueued',
    seq: 1,
    at: now(),
    runId: randomUUID().slice(0, 13),
    ...queued,
  }
  const journal: Journal = await createRunFolder(folder, first)
  let record = foldRun(undefined, first)
  await journal.append(first)
  const hub = createEventHub([first])
  const controller = new AbortController()
  let journalFault: unknown
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const run: LiveRun = {
    id: first.runId,
    folder,
    hub,
    get record() {
      return record
    },
    get journalFault() {
      return journalFault
    },
    cancelled: controller.signal,
    finished,
    cancel: () => controller.abort(),
    tell: (happening) => {
      const event: RunEvent = { ...happening, seq: record.seq + 1, at: now() }
      record = foldRun(record, event)
      journal.append(event).catch((error: unknown) => {
        journalFault ??= error
        controller.abort()
      })
      hub.publish(event)
      onChange(run, event)
    },
    close: async () => {
      await journal.close()
      hub.end()
      finish()
    },
  }
  return run
}
