// All that can happen to a run, in past tense. The journal is these, one a line; the page and the terminal fold the same.
import { z } from 'zod'
import { RunConfig } from './run-config.ts'
import { Sample } from './sample.ts'

export const FaultNoteSchema = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })

/** Counts a stage reports when it ends: frames, candidates, kept, dropped, tracks, … */
export const Counts = z.record(z.string(), z.number())

const stamped = {
  /** Counts events of the run from 1. */
  seq: z.number().int().positive(),
  /** Milliseconds since 1970. */
  at: z.number(),
}
const staged = { ...stamped, stage: z.string() }

export const RunEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('runQueued'),
    ...stamped,
    runId: z.string(),
    name: z.string(),
    config: RunConfig,
    scene: z.object({
      name: z.string(),
      kind: z.string(),
      /** Folder the frames are read from. */
      framesPath: z.string(),
      frameCount: z.number(),
      width: z.number(),
      height: z.number(),
    }),
    /** Absolute indices of the selected frames, and their file names. */
    frameIndices: z.array(z.number().int()),
    frameNames: z.array(z.string()),
    appVersion: z.string(),
    buildId: z.string(),
  }),
  z.object({ type: z.literal('runStarted'), ...stamped, device: z.string(), gpu: z.string() }),
  z.object({
    type: z.literal('stageStarted'),
    ...staged,
    total: z.number().int(),
    unit: z.string(),
    backend: z.string().optional(),
    /** Why this backend, in words: "chosen", "default; no model was chosen". */
    backendReason: z.string().optional(),
    generation: z.number().int(),
  }),
  z.object({
    type: z.literal('stageProgressed'),
    ...staged,
    done: z.number().int(),
    total: z.number().int(),
    frameIndex: z.number().int().optional(),
  }),
  z.object({
    type: z.literal('artifactWritten'),
    ...staged,
    name: z.string(),
    kind: z.string(),
    level: z.number().int().optional(),
    frameIndex: z.number().int().optional(),
    counts: Counts.optional(),
  }),
  z.object({ type: z.literal('sampleTaken'), ...staged, sample: Sample }),
  z.object({
    type: z.literal('logWritten'),
    ...stamped,
    source: z.string(),
    severity: z.enum(['info', 'warning', 'error']),
    text: z.string(),
  }),
  z.object({
    type: z.literal('warningRaised'),
    ...stamped,
    stage: z.string().optional(),
    title: z.string(),
    message: z.string(),
    remedy: z.string(),
  }),
  z.object({
    type: z.literal('stageFinished'),
    ...staged,
    state: z.enum(['succeeded', 'failed', 'cancelled']),
    durationMs: z.number(),
    counts: Counts,
  }),
  z.object({ type: z.literal('cancelRequested'), ...stamped }),
  z.object({
    type: z.literal('runFinished'),
    ...stamped,
    state: z.enum(['succeeded', 'failed', 'cancelled', 'interrupted']),
    fault: FaultNoteSchema.optional(),
  }),
])
export type RunEvent = z.infer<typeof RunEvent>
/** An event before the journal gave it number and time. */
export type RunHappening = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'seq' | 'at'> : never) : never
