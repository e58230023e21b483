// A run that this engine has in hand: its record, its journal and its followers, kept in step by one act, `tell`.
import { randomUUID } from 'node:crypto'
import { type DegradedCode, warningOf } from '#core/base/degraded-table'
import { foldRun, hasEnded, type RunRecord } from '#core/run/run'
import type { RunEvent, RunHappening } from '#core/run/run-event'
import type { Disk } from '../disk/disk.ts'
import { createEventHub, type EventHub, thinEvents } from '../event-hub.ts'
import { openJournal } from './journal.ts'
import { createOrders, type Orders } from './orders.ts'
import { createRunFolder, type Journal, readRunFolder } from './run-folder.ts'

export type LiveRun = {
  readonly id: string
  readonly folder: string
  readonly record: RunRecord
  readonly hub: EventHub
  /** Numbers and folds one happening at once, journals it, and publishes it when it stands in the journal. Never rejects. */
  tell(happening: RunHappening): void
  /** A row of the table of degraded paths. */
  warn(code: DegradedCode, params: Readonly<Record<string, string | number>>, stage?: string): void
  log(severity: 'info' | 'warning' | 'error', text: string, source?: string): void
  /** Set when the journal could not be written: the run must stop, for what is not recorded did not happen. */
  readonly journalFault: unknown
  /** Of the stretch that is going, or the next one. */
  readonly orders: Orders
  /** A new stretch: orders given to the last one are void. */
  renewOrders(): void
  /** Resolves when everything told so far is journalled and published. */
  settled(): Promise<void>
  /** Ends the stream of its followers and closes the journal. */
  close(): Promise<void>
}

export type QueuedRun = Omit<Extract<RunEvent, { type: 'runQueued' }>, 'seq' | 'at' | 'type' | 'runId'>
export type OnChange = (run: LiveRun, event: RunEvent) => void

/** Writes the first record of a new run: from then on a power cut does not lose it. `onChange` hears of every event after it was folded. */
export async function queueRun(disk: Disk, folder: string, queued: QueuedRun, onChange: OnChange, now = Date.now): Promise<LiveRun> {
  const runId = randomUUID().slice(0, 13)
  const first: Extract<RunEvent, { type: 'runQueued' }> = { type: 'runQueued', seq: 1, at: now(), runId, ...queued }
  const journal = await createRunFolder(disk, folder, first)
  return liveRun({ folder, record: foldRun(undefined, first), journal, hub: createEventHub([first]), onChange, now })
}

/** Takes a run folder in hand again. Its journal goes on after its last whole line. */
export async function reviveRun(disk: Disk, folder: string, onChange: OnChange, now = Date.now): Promise<LiveRun> {
  const { record, events, problems, journalLength } = await readRunFolder(folder)
  const journal = await openJournal(disk, folder, journalLength)
  // Readers of an interrupted run were told its end under the next number: going on skips it, so that nobody misses what comes.
  const told = record.state === 'interrupted' ? { ...record, seq: record.seq + 1 } : record
  const run = liveRun({ folder, record: told, journal, hub: createEventHub(thinEvents(events, 1200)), onChange, now })
  if (problems[0] !== undefined) run.warn('JOURNAL_CUT', { reason: problems[0] })
  return run
}

function liveRun(parts: {
  readonly folder: string
  readonly record: RunRecord
  readonly journal: Journal
  readonly hub: EventHub
  readonly onChange: OnChange
  readonly now: () => number
}): LiveRun {
  const { folder, journal, hub, onChange, now } = parts
  let record = parts.record
  let orders = createOrders()
  let journalFault: unknown
  let written: Promise<void> = Promise.resolve()
  const run: LiveRun = {
    id: record.id,
    folder,
    hub,
    get record() {
      return record
    },
    get journalFault() {
      return journalFault
    },
    get orders() {
      return orders
    },
    renewOrders: () => {
      orders = createOrders()
    },
    settled: () => written,
    tell: (happening) => {
      const event: RunEvent = { ...happening, seq: record.seq + 1, at: now() }
      record = foldRun(record, event)
      const appended = journal.append(event).catch((error: unknown) => {
        journalFault ??= error
        orders.give('fault')
      })
      // Followers hear of it when it cannot be taken back; or, when nothing can be written any more, all the same.
      written = Promise.all([written, appended]).then(() => hub.publish(event))
      onChange(run, event)
    },
    warn: (code, params, stage) => run.tell({ type: 'warningRaised', stage, ...warningOf(code, params) }),
    log: (severity, text, source = 'engine') => run.tell({ type: 'logWritten', source, severity, text }),
    close: async () => {
      await written
      await journal.close()
      hub.end()
    },
  }
  return run
}

/** Whether it is over for now: nothing of it goes on by itself. */
export function isAtRest(record: RunRecord): boolean {
  return hasEnded(record.state) || record.state === 'paused'
}
