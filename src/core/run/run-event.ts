// All that can happen to a run, in past tense. The journal is these, one a line; the page and the terminal fold the same.
import { z } from 'zod'
import { Provenance } from './provenance.ts'
import { RunConfig } from './run-config.ts'
import { Sample } from './sample.ts'
import { StagePlan } from './run-plan.ts'

export const FaultNoteSchema = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })

/** Counts a stage reports when it ends: frames, candidates, kept, dropped, tracks, … */
export const Counts = z.record(z.string(), z.number())

/** When a pause takes hold: after the frame being worked on, after the running stage, or at once (the frame begun is given up). */
export const PauseMode = z.enum(['afterFrame', 'afterStage', 'now'])
export type PauseMode = z.infer<typeof PauseMode>

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
    /** Where everything came from; absent in runs of version 0.1. */
    provenance: Provenance.optional(),
  }),
  /** Told again when a run goes on after a pause, a stop of its engine, or a retry. */
  z.object({ type: z.literal('runStarted'), ...stamped, device: z.string(), gpu: z.string() }),
  /** What will become of each stage, and why; told before the first stage, and again when a run goes on. */
  z.object({ type: z.literal('runPlanned'), ...stamped, stages: z.array(StagePlan) }),
  /** The stage's result was taken over from another run: nothing was computed. */
  z.object({
    type: z.literal('stageReused'),
    ...staged,
    from: z.object({ runId: z.string(), folder: z.string() }),
    backend: z.string().optional(),
    counts: Counts,
    durationMs: z.number(),
  }),
  /** The stage waits for its device, memory or its turn; said once per reason. */
  z.object({ type: z.literal('stageWaited'), ...staged, reason: z.string() }),
  z.object({
    type: z.literal('stageStarted'),
    ...staged,
    total: z.number().int(),
    unit: z.string(),
    /** What it may use until it ends. */
    lease: z.object({ device: z.string(), memoryBytes: z.number(), cores: z.number() }).optional(),
    /** From 1; more after a lost worker. */
    attempt: z.number().int().optional(),
    /** Units that were committed earlier and are not done again. */
    alreadyDone: z.number().int().optional(),
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
    /** Row of the table of degraded paths (core/base/degraded-table.ts); absent in runs of version 0.1. */
    code: z.string().optional(),
    title: z.string(),
    message: z.string(),
    remedy: z.string(),
  }),
  z.object({
    type: z.literal('stageFinished'),
    ...staged,
    /** paused: what was committed stays, and the stage goes on there later. */
    state: z.enum(['succeeded', 'failed', 'cancelled', 'paused']),
    durationMs: z.number(),
    counts: Counts,
    fault: FaultNoteSchema.optional(),
  }),
  /** The stage failed in a way that another try may cure. */
  z.object({ type: z.literal('stageRetried'), ...staged, attempt: z.number().int(), fault: FaultNoteSchema, alone: z.boolean() }),
  z.object({ type: z.literal('cancelRequested'), ...stamped }),
  z.object({ type: z.literal('pauseRequested'), ...stamped, mode: PauseMode }),
  z.object({ type: z.literal('runPaused'), ...stamped }),
  /** Back in the queue. `person`: somebody asked; `engine`: the engine had stopped, and goes on by itself. */
  z.object({
    type: z.literal('runRequeued'),
    ...stamped,
    by: z.enum(['person', 'engine']),
    reason: z.string(),
    stage: z.string().optional(),
  }),
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
