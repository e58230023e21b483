// Samples of live stages, outside of react: charts subscribe to their own stage and draw once per animation frame.
import type { RunEvent } from '#core/run/run-event'
import { type Sample, thinned } from '#core/run/sample'

/** Samples kept per stage: one a second for twenty minutes, then every second old one goes. */
export const ringCapacity = 1200

/** A frame was done then; without one, the stage began (again). */
export type WorkStep = { readonly at: number; readonly frameIndex: number | undefined }
/** Steps kept per stage; then every second old one goes. */
const stepCapacity = 4096

export type SampleRings = {
  take(runId: string, events: readonly RunEvent[]): void
  of(runId: string, stage: string): readonly Sample[]
  /** Ascending in time. */
  stepsOf(runId: string, stage: string): readonly WorkStep[]
  subscribe(runId: string, stage: string, listener: () => void): () => void
  forget(runId: string): void
}

export function makeSampleRings(): SampleRings {
  const rings = new Map<string, readonly Sample[]>()
  const steps = new Map<string, WorkStep[]>()
  const listeners = new Map<string, Set<() => void>>()
  const keyOf = (runId: string, stage: string) => `${runId}\n${stage}`
  return {
    take: (runId, events) => {
      const changed = new Set<string>()
      for (const event of events) {
        const step = stepOf(event)
        if (step) {
          const kept = steps.get(keyOf(runId, step.stage)) ?? []
          kept.push({ at: event.at, frameIndex: step.frameIndex })
          steps.set(keyOf(runId, step.stage), kept.length > stepCapacity ? thinnedSteps(kept) : kept)
        }
        if (event.type !== 'sampleTaken') continue
        const key = keyOf(runId, event.stage)
        rings.set(key, thinned(rings.get(key) ?? [], event.sample, ringCapacity))
        changed.add(key)
      }
      for (const key of changed) for (const listener of listeners.get(key) ?? []) listener()
    },
    of: (runId, stage) => rings.get(keyOf(runId, stage)) ?? [],
    stepsOf: (runId, stage) => steps.get(keyOf(runId, stage)) ?? [],
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
      for (const kept of [rings, steps]) for (const key of kept.keys()) if (key.startsWith(`${runId}\n`)) kept.delete(key)
    },
  }
}

function stepOf(event: RunEvent): { readonly stage: string; readonly frameIndex: number | undefined } | undefined {
  if (event.type === 'stageStarted') return { stage: event.stage, frameIndex: undefined }
  if (event.type !== 'stageProgressed' || event.frameIndex === undefined) return undefined
  return { stage: event.stage, frameIndex: event.frameIndex }
}

/** Starts stay: without them a pause would look like work. */
const thinnedSteps = (kept: readonly WorkStep[]) => kept.filter((step, i) => step.frameIndex === undefined || i % 2 === 0)
