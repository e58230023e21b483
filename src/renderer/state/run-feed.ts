// Streams of events into the run store: one per run that is looked at, resumed after its last event when the link was cut.
import type { RunSummaryState } from '#api/run-summary-state'
import { hasEnded, type RunState } from '#core/run/run'
import type { EngineLink } from '../host/link.ts'
import { refuseRun, type RunStore, takeEvents } from './run-store.ts'
import type { SampleRings } from './sample-rings.ts'

export type RunFeed = {
  /** Follows a run until the answer is called. Several followers of one run share one stream. */
  follow(runId: string): () => void
  /** The list of runs says that this one goes on: its stream is taken up again, when somebody follows it and it had come to its end. */
  revive(runId: string): void
}

type Followed = { followers: number; stop: () => void; hasEnded: boolean }

export function makeRunFeed(link: EngineLink, store: RunStore, rings: SampleRings): RunFeed {
  const followed = new Map<string, Followed>()
  const begin = (runId: string, feed: Followed) => {
    feed.hasEnded = false
    feed.stop = startFeed(link, store, rings, runId, () => {
      feed.hasEnded = true
    })
  }
  return {
    follow: (runId) => {
      const known = followed.get(runId)
      const feed: Followed = known ?? { followers: 0, stop: () => {}, hasEnded: false }
      feed.followers += 1
      followed.set(runId, feed)
      const record = store.getState().runs.get(runId)?.record
      if (!known && !(record && hasEnded(record.state))) begin(runId, feed)
      else if (!known) feed.hasEnded = true
      let isFollowing = true
      return () => {
        if (!isFollowing) return
        isFollowing = false
        feed.followers -= 1
        if (feed.followers > 0) return
        feed.stop()
        followed.delete(runId)
      }
    },
    revive: (runId) => {
      const feed = followed.get(runId)
      if (!feed?.hasEnded) return
      feed.stop()
      begin(runId, feed)
    },
  }
}

function startFeed(link: EngineLink, store: RunStore, rings: SampleRings, runId: string, ended: () => void): () => void {
  const recordNow = () => store.getState().runs.get(runId)?.record
  // A record that was dropped from the store starts again at 0, and so must its samples.
  if (!recordNow()) rings.forget(runId)
  return link.follow(
    (call, signal) => call.runs.events({ runId, after: recordNow()?.seq ?? 0 }, { signal }),
    (batch) => rings.take(runId, takeEvents(store, runId, batch)),
    (fault) => {
      ended()
      if (fault) refuseRun(store, runId, fault)
    },
  )
}

/** Whether the list knows more of a run than the record: it goes on, or its stream ended before it did. */
export function isBehind(recordState: RunState | undefined, listedState: RunSummaryState): boolean {
  return recordState !== undefined && recordState !== listedState
}
