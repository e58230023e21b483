// What will become of each stage of a run, and why: made before the start, shown before the start, and kept in the record.
import { z } from 'zod'
import { Resolution } from '../model/resolve.ts'

/** One thing a stage's result depends on that is not as it was. `key` names it: `config stages.filter.minArea`, `input frames`, `code version`, `model`, `program`, `stage ssam`. */
export const ChangedKey = z.object({ key: z.string(), before: z.string(), after: z.string() })
export type ChangedKey = z.infer<typeof ChangedKey>

/** Expected from earlier runs; `basis` says from how many, and how. */
export const Prediction = z.object({
  durationMs: z.number().optional(),
  memoryBytes: z.number().optional(),
  diskBytes: z.number().optional(),
  basis: z.string(),
})
export type Prediction = z.infer<typeof Prediction>

export const StagePlan = z.object({
  stage: z.string(),
  /** reuse: taken over from `from`; continue: some of it is committed here already; keep: done in this run; run: from its first frame. */
  action: z.enum(['reuse', 'continue', 'keep', 'run']),
  /** A whole sentence. */
  reason: z.string(),
  /** Against the most similar earlier result; empty when there is none, or nothing changed. */
  changed: z.array(ChangedKey),
  from: z.object({ runId: z.string(), folder: z.string(), name: z.string() }).optional(),
  fingerprint: z.string(),
  device: z.string(),
  prediction: Prediction.optional(),
  /** The model it runs, and why not those before; absent where none is asked for. */
  model: Resolution.optional(),
})
export type StagePlan = z.infer<typeof StagePlan>

/** A reason not to start (error) or to think first (warning); `code` is of the fault table or of the table of degraded paths. */
export const Conflict = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  title: z.string(),
  message: z.string(),
  remedy: z.string(),
})
export type Conflict = z.infer<typeof Conflict>

export const RunPlan = z.object({
  stages: z.array(StagePlan),
  frameCount: z.number().int(),
  conflicts: z.array(Conflict),
  /** Sums over the stages that run; peaks are the largest of any stage. Absent while any of them is unknown. */
  total: z.object({ durationMs: z.number().optional(), memoryBytes: z.number().optional(), diskBytes: z.number().optional() }),
  /** Free on the output folder's disk. */
  freeBytes: z.number(),
})
export type RunPlan = z.infer<typeof RunPlan>
