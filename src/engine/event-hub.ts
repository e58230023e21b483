// Gathers the events of one run and hands them on in batches to whoever follows, from any sequence number on.
import type { RunEvent } from '#core/run/run-event'

export type EventHub = {
  publish(event: RunEvent): void
  /** Batches of events with seq > after: first what is kept, then live ones about every 100 ms, until `end` was called. */
  follow(after: number, signal: AbortSignal | undefined): AsyncGenerator<RunEvent[]>
  end(): void
  /** How many events are kept; old samples and progress steps are thinned. */
  readonly kept: number
}

const batchMs = 100
/** Above this many kept events of one thinnable kind, every second old one goes. */
const thinnableLimit = 1200

export function createEventHub(earlier: readonly RunEvent[] = []): EventHub {
  let kept: RunEvent[] = [...earlier]
  let ended = false
  let wake = new Set<() => void>()
  const wakeAll = () => {
    const sleepers = wake
    wake = new Set()
    for (const sleeper of sleepers) sleeper()
  }
  return {
    publish: (event) => {
      kept.push(event)
      if (kept.length % 512 === 0) kept = thinEvents(kept, thinnableLimit)
      wakeAll()
    },
    end: () => {
      ended = true
      wakeAll()
    },
    get kept() {
      return kept.length
    },
    follow: async function* (after, signal) {
      let seen = after
      while (!signal?.aborted) {
        const batch = newerThan(kept, seen)
        if (batch.length > 0) {
          seen = batch.at(-1)!.seq
          yield batch
          await sleep(batchMs, signal)
        } else if (ended) return
        else {
          await new Promise<void>((resolve) => {
            wake.add(resolve)
            signal?.addEventListener('abort', () => resolve(), { once: true })
          })
        }
      }
    },
  }
}

/** Events are in order of seq, so the tail is found from the end. */
function newerThan(events: readonly RunEvent[], seq: number): RunEvent[] {
  let from = events.length
  while (from > 0 && events[from - 1]!.seq > seq) from -= 1
  return events.slice(from)
}

/** Drops every second old sample and progress step of kinds that hold more than `limit`; state changes and artifacts always stay. */
export function thinEvents(events: readonly RunEvent[], limit: number): RunEvent[] {
  let result = [...events]
  for (const type of ['sampleTaken', 'stageProgressed', 'logWritten'] as const) {
    while (true) {
      const total = result.reduce((count, event) => count + (event.type === type ? 1 : 0), 0)
      if (total <= limit) break
      let number = 0
      result = result.filter((event) => {
        if (event.type !== type) return true
        number += 1
        return number % 2 === 1 || number > total - limit / 4
      })
      if (result.reduce((count, event) => count + (event.type === type ? 1 : 0), 0) === total) break
    }
  }
  return result
}

function sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
