// Every run the engine can answer about: those it carries out now, and those it opened from disk.
import { Fault } from '#core/base/fault'
import type { RunRecord } from '#core/run/run'
import { type OpenArchive, openArchive } from '../archive/open-archive.ts'
import { createEventHub, type EventHub, thinEvents } from '../event-hub.ts'
import type { LiveRun } from './live-run.ts'
import { readRunFolder } from './run-folder.ts'
import type { RunList } from './run-list.ts'

export type KnownRun = {
  readonly folder: string
  readonly record: RunRecord
  readonly hub: EventHub
  readonly archive: OpenArchive
  readonly live: LiveRun | undefined
}

/** Opened archives that are kept; the one not asked for longest is closed when more are opened. */
const openLimit = 8

export type RunStore = {
  addLive(run: LiveRun, archive: OpenArchive): void
  /** Throws RUN_NOT_FOUND for an id that is in no list. */
  get(runId: string): Promise<KnownRun>
  liveRuns(): readonly LiveRun[]
  forget(runId: string): Promise<void>
  close(): Promise<void>
}

export function createRunStore(list: RunList): RunStore {
  const live = new Map<string, KnownRun>()
  const stored = new Map<string, Promise<KnownRun>>()

  const open = async (runId: string): Promise<KnownRun> => {
    const summary = await list.find(runId)
    if (!summary) throw new Fault('RUN_NOT_FOUND', { run: runId })
    const { record, events } = await readRunFolder(summary.folder)
    const archive = await openArchive(summary.folder)
    const hub = createEventHub(thinEvents(events, 1200))
    if (record.state === 'interrupted')
      hub.publish({ type: 'runFinished', state: 'interrupted', seq: record.seq + 1, at: record.endedAt ?? record.queuedAt })
    hub.end()
    return { folder: summary.folder, record, hub, archive, live: undefined }
  }
  const drop = async (runId: string) => {
    const known = stored.get(runId)
    stored.delete(runId)
    await known?.then((run) => run.archive.close())
  }
  return {
    addLive: (run, archive) => {
      live.set(run.id, {
        folder: run.folder,
        get record() {
          return run.record
        },
        hub: run.hub,
        archive,
        live: run,
      })
    },
    get: async (runId) => {
      const running = live.get(runId)
      if (running) return running
      const known = stored.get(runId) ?? open(runId)
      stored.delete(runId)
      stored.set(runId, known)
      known.catch(() => stored.delete(runId))
      const oldest = stored.keys().next().value
      if (stored.size > openLimit && oldest !== undefined) await drop(oldest)
      return known
    },
    liveRuns: () => [...live.values()].flatMap((run) => (run.live ? [run.live] : [])),
    forget: async (runId) => {
      live.delete(runId)
      await drop(runId)
    },
    close: async () => {
      await Promise.all([...stored.keys()].map(drop))
      await Promise.all([...live.values()].map((run) => run.archive.close()))
    },
  }
}
