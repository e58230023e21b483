// Every run the engine can answer about: those it has in hand now, and those it opened from disk.
import type { RunSummary } from '#api/api'
import { Fault } from '#core/base/fault'
import type { RunRecord } from '#core/run/run'
import type { RunDescription } from '#core/run/run-description'
import type { RunEvent } from '#core/run/run-event'
import type { RunReader } from '#core/run/run-reader'
import { type OpenArchive, openArchive, openGrowing } from '../archive/open-archive.ts'
import type { RunArchive } from '../archive/run-archive.ts'
import { createEventHub, type EventHub, thinEvents } from '../event-hub.ts'
import type { Registry } from '../registry/registry.ts'
import type { LiveRun } from './live-run.ts'
import { describeOwn } from './describe-own.ts'
import { readerOfArchive } from './own-reader.ts'
import { readRunFolder } from './run-folder.ts'

export type KnownRun = {
  readonly folder: string
  readonly record: RunRecord
  readonly hub: EventHub
  readonly reader: RunReader
  readonly description: () => Promise<RunDescription>
  readonly live: LiveRun | undefined
  /** Of another program: never written to. */
  readonly isForeign: boolean
}

/** Opened archives that are kept; the one not asked for longest is closed when more are opened. */
const openLimit = 8

export type RunStore = {
  /** From now on the run is in hand, and what was opened of it from disk is closed. */
  addLive(run: LiveRun): Promise<void>
  /** The run's archive was opened anew for writing: from now on it is read from there. */
  opened(runId: string, archive: RunArchive): void
  /** The run is out of hand: it is opened from disk when it is asked for again. */
  rested(runId: string): Promise<void>
  /** Throws RUN_NOT_FOUND for an id that is in no list. */
  get(runId: string): Promise<KnownRun>
  liveRuns(): readonly LiveRun[]
  forget(runId: string): Promise<void>
  close(): Promise<void>
}

type Live = { readonly run: LiveRun; archive: OpenArchive }

/** Opens a run of another program, where it lies. */
export type OpenForeign = (
  summary: RunSummary,
) => Promise<Pick<KnownRun, 'record' | 'reader' | 'description'> & { readonly events: readonly RunEvent[] }>

export function createRunStore(registry: Registry, openForeign: OpenForeign): RunStore {
  const live = new Map<string, Live>()
  const stored = new Map<string, Promise<KnownRun>>()

  const open = async (runId: string): Promise<KnownRun> => {
    const summary = await registry.find(runId)
    if (!summary) throw new Fault('RUN_NOT_FOUND', { run: runId })
    if (summary.program === 'my3dis') {
      const { events, ...foreign } = await openForeign(summary)
      const hub = createEventHub(events)
      hub.end()
      return { folder: summary.folder, hub, live: undefined, isForeign: true, ...foreign }
    }
    const { record, events, problems } = await readRunFolder(summary.folder)
    const archive = await openArchive(summary.folder)
    const hub = createEventHub(thinEvents(events, 1200))
    if (record.state === 'interrupted')
      hub.publish({ type: 'runFinished', state: 'interrupted', seq: record.seq + 1, at: record.endedAt ?? record.queuedAt })
    hub.end()
    const { problem } = archive.listing
    const description = async () => describeOwn(summary.folder, record, problem === undefined ? problems : [...problems, problem])
    return { folder: summary.folder, record, hub, reader: readerOfArchive(archive), description, live: undefined, isForeign: false }
  }
  const drop = async (runId: string) => {
    const known = stored.get(runId)
    stored.delete(runId)
    // One that could not be opened has nothing to close; whoever asked for it was told.
    await known?.then(
      (run) => run.reader.close(),
      () => {},
    )
  }
  const dropLive = async (runId: string) => {
    const known = live.get(runId)
    live.delete(runId)
    await known?.archive.close()
  }
  return {
    addLive: async (run) => {
      // Before its first stage, and between stretches, there is only what lies on disk.
      live.set(run.id, { run, archive: openGrowing(run.folder, () => new Map()) })
      await drop(run.id)
    },
    opened: (runId, archive) => {
      const known = live.get(runId)
      if (!known) return
      const before = known.archive
      known.archive = openGrowing(known.run.folder, () => archive.entries)
      // Questions that are being answered from the old one end with an error and are asked again; a tar that was cut must not be read on.
      void before.close()
    },
    rested: dropLive,
    get: async (runId) => {
      const running = live.get(runId)
      if (running) return knownFrom(running)
      const known = stored.get(runId) ?? open(runId)
      stored.delete(runId)
      stored.set(runId, known)
      known.catch(() => stored.delete(runId))
      const oldest = stored.keys().next().value
      if (stored.size > openLimit && oldest !== undefined) await drop(oldest)
      return known
    },
    liveRuns: () => [...live.values()].map(({ run }) => run),
    forget: async (runId) => {
      await dropLive(runId)
      await drop(runId)
    },
    close: async () => {
      await Promise.all([...stored.keys()].map(drop))
      await Promise.all([...live.keys()].map(dropLive))
    },
  }
}

function knownFrom(live: Live): KnownRun {
  return {
    folder: live.run.folder,
    get record() {
      return live.run.record
    },
    hub: live.run.hub,
    get reader() {
      return readerOfArchive(live.archive)
    },
    description: () => describeOwn(live.run.folder, live.run.record, []),
    live: live.run,
    isForeign: false,
  }
}
