// Moving a run in the queue: what to ask of the engine, and how the list looks until its answer comes.
import type { QueueState } from '#api/queue-state'

type Entry = QueueState['entries'][number]

/** Only runs that wait can be moved; those that go stand first. */
export function canMove(entry: Entry): boolean {
  return entry.state === 'queued'
}

/** The id to stand before for one place up or down among those that wait; null when there is no such place, undefined = at the end. */
export function beforeOf(entries: readonly Entry[], runId: string, step: -1 | 1): string | undefined | null {
  const waiting = entries.filter(canMove)
  const at = waiting.findIndex((entry) => entry.runId === runId)
  if (at < 0 || at + step < 0 || at + step >= waiting.length) return null
  return step < 0 ? waiting[at - 1]!.runId : waiting[at + 2]?.runId
}

/** The list with the run before another, or at the end. */
export function moved(entries: readonly Entry[], runId: string, before: string | undefined): Entry[] {
  const run = entries.find((entry) => entry.runId === runId)
  if (!run || runId === before) return [...entries]
  const others = entries.filter((entry) => entry.runId !== runId)
  const at = before === undefined ? others.length : others.findIndex((entry) => entry.runId === before)
  const place = at < 0 ? others.length : at
  return [...others.slice(0, place), run, ...others.slice(place)]
}
