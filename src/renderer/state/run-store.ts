// Live runs, folded from their events; written by run-feed only.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Fault } from '#core/base/fault'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import { emptyLog, type LogTail, withLines } from './log-tail.ts'

export type RunView = {
  readonly record: RunRecord | undefined
  readonly log: LogTail
  /** Artifacts announced so far, by stage; a rise means that there is more to look at. */
  readonly artifactCounts: Readonly<Record<string, number>>
  /** Why there are no events, when the engine refused them. */
  readonly refused: Fault | undefined
}

export type RunStoreState = { readonly runs: ReadonlyMap<string, RunView> }
export type RunStore = StoreApi<RunStoreState>

/** Runs that keep their view after their page was left, so that going back is instant. */
export const keptRuns = 4

const emptyRun: RunView = { record: undefined, log: emptyLog, artifactCounts: {}, refused: undefined }

export function makeRunStore(): RunStore {
  return createStore<RunStoreState>(() => ({ runs: new Map() }))
}

/** Folds a batch. Events at or before the last folded one are dropped, so a stream that overlaps after a cut doubles nothing. */
export function takeEvents(store: RunStore, runId: string, events: readonly RunEvent[]): readonly RunEvent[] {
  const before = store.getState().runs.get(runId) ?? emptyRun
  const last = before.record?.seq ?? 0
  const fresh = events.filter((event) => event.seq > last)
  if (fresh.length === 0) return fresh
  let record = before.record
  const artifactCounts: Record<string, number> = { ...before.artifactCounts }
  for (const event of fresh) {
    record = foldRun(record, event)
    if (event.type === 'artifactWritten') artifactCounts[event.stage] = (artifactCounts[event.stage] ?? 0) + 1
  }
  putRun(store, runId, { record, log: withLines(before.log, fresh), artifactCounts, refused: undefined })
  return fresh
}

export function refuseRun(store: RunStore, runId: string, fault: Fault): void {
  putRun(store, runId, { ...(store.getState().runs.get(runId) ?? emptyRun), refused: fault })
}

/** Rises whenever there is more to look at. */
export const artifactsWritten = (view: RunView | undefined): number =>
  Object.values(view?.artifactCounts ?? {}).reduce((sum, count) => sum + count, 0)

/** Puts a run last in line and drops the oldest ones beyond `keptRuns`. */
function putRun(store: RunStore, runId: string, view: RunView): void {
  const runs = new Map(store.getState().runs)
  runs.delete(runId)
  runs.set(runId, view)
  for (const oldest of [...runs.keys()].slice(0, Math.max(0, runs.size - keptRuns))) runs.delete(oldest)
  store.setState({ runs })
}
