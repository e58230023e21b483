// Samples of live stages, outside of react: charts subscribe to their own stage and draw once per animation frame.
import type { RunEvent } from '#core/run/run-event'
import { type Sample, thinned } from '#core/run/sample'

/** Samples kept per stage: one a second for twenty minutes, then every second old one goes. */
export const ringCapacity = 1200

export type SampleRings = {
  take(runId: string, events: readonly RunEvent[]): void
  of(runId: string, stage: string): readonly Sample[]
  subscribe(runId: string, stage: string, listener: () => void): () => void
  forget(runId: string): void
}

export function makeSampleRings(): SampleRings {
  const rings = new Map<string, readonly Sample[]>()
  const listeners = new Map<string, Set<() => void>>()
  const keyOf = (runId: string, stage: string) => `${runId}\n${stage}`
  return {
    take: (runId, events) => {
      const changed = new Set<string>()
      for (const event of events) {
        if (event.type !== 'sampleTaken') continue
        const key = keyOf(runId, event.stage)
        rings.set(key, thinned(rings.get(key) ?? [], event.sample, ringCapacity))
        changed.add(key)
      }
      for (const key of changed) for (const listener of listeners.get(key) ?? []) listener()
    },
    of: (runId, stage) => rings.get(keyOf(runId, stage)) ?? [],
    subscribe: (runId, stage, listener) => {
      const key = keyOf(runId, stage)
      const own = listeners.get(key) ?? new Set()
      listeners.set(key, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(key)
      }
    },
    forget: (runId) => {
      for (const key of rings.keys()) if (key.startsWith(`${runId}\n`)) rings.delete(key)
    },
  }
}
