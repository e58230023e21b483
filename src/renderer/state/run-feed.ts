// Streams of events into the run store: one per run that is looked at, resumed after its last event when the link was cut.
import { hasEnded } from '#core/run/run'
import type { EngineLink } from '../host/link.ts'
import { refuseRun, type RunStore, takeEvents } from './run-store.ts'
import type { SampleRings } from './sample-rings.ts'

export type RunFeed = {
  /** Follows a run until the answer is called. Several followers of one run share one stream. */
  follow(runId: string): () => void
}

export function makeRunFeed(link: EngineLink, store: RunStore, rings: SampleRings): RunFeed {
  const followed = new Map<string, { followers: number; stop: () => void }>()
  return {
    follow: (runId) => {
      const known = followed.get(runId)
      const feed = known ?? { followers: 0, stop: startFeed(link, store, rings, runId) }
      feed.followers += 1
      followed.set(runId, feed)
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
  }
}

function startFeed(link: EngineLink, store: RunStore, rings: SampleRings, runId: string): () => void {
  const recordNow = () => store.getState().runs.get(runId)?.record
  const record = recordNow()
  if (record && hasEnded(record.state)) return () => {}
  // A record that was dropped from the store starts again at 0, and so must its samples.
  if (!record) rings.forget(runId)
  return link.follow(
    (call, signal) => call.runs.events({ runId, after: recordNow()?.seq ?? 0 }, { signal }),
    (batch) => rings.take(runId, takeEvents(store, runId, batch)),
    (fault) => {
      if (fault) refuseRun(store, runId, fault)
    },
  )
}
