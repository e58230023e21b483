// Names of what lies in a run folder, and the records that say what is finished and what is committed. Spec: docs/formats/run.md.
import { z } from 'zod'
import { Counts } from '#core/run/run-event'

export const manifestFile = 'manifest.ndjson'
/** One record for each finished stage, written last: a stage is finished when, and only when, its record is there. */
export const stagesFolder = 'stages'
/** What a stage in progress needs to go on, in a folder named after it; gone when the stage is finished. */
export const workFolder = '.work'
export const commitsFile = 'commits.ndjson'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What a stage's result depends on, by name; equal fingerprints mean equal keys. */
export const FingerprintKey = z.object({ key: z.string(), value: z.string() })
export type FingerprintKey = z.infer<typeof FingerprintKey>

export const StageRecord = z.object({
  format: z.literal('scenewright.stage'),
  version: z.literal(1),
  stage: z.string(),
  fingerprint: z.string(),
  keys: z.array(FingerprintKey),
  counts: Counts,
  backend: z.string().optional(),
  durationMs: z.number(),
  /** The stage's tar, when it wrote into one. */
  tar: z.object({ file: z.string(), sizeBytes: z.number().int(), sha256 }).optional(),
  /** Length of the manifest before and after this stage's lines, in bytes, and the number of its last line. */
  manifest: z.object({ start: z.number().int(), end: z.number().int(), seq: z.number().int() }),
  /** The run it was taken over from. */
  from: z.object({ runId: z.string(), folder: z.string() }).optional(),
})
export type StageRecord = z.infer<typeof StageRecord>

/** Everything before `position` (in units of the stage's progress) is done and can be read. */
export const CommitPoint = z.object({
  stage: z.string(),
  /** What the stage was begun with: with another one it begins anew. */
  fingerprint: z.string(),
  position: z.number().int().nonnegative(),
  counts: Counts,
  manifestLength: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
  tarLength: z.number().int().nonnegative(),
  /** All of it was synced before this line was written: after a power cut nothing before it need be looked at. */
  synced: z.boolean(),
  state: z.object({ file: z.string(), sizeBytes: z.number().int(), sha256 }).optional(),
})
export type CommitPoint = z.infer<typeof CommitPoint>

export const tarOfStage = (stage: string): string => `${stage}.tar`
export const recordOfStage = (stage: string): string => `${stage}.json`
