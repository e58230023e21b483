// What the engine says to a worker, and what the worker says back. Plain objects on a channel that clones.
import { z } from 'zod'
import { RunConfig } from '#core/run/run-config'
import { ManifestEntry } from '#core/archive/manifest'
import { Counts } from '#core/run/run-event'

/** Everything a stage needs to know. Paths are on the machine that computes. */
export const Assignment = z.object({
  id: z.string(),
  stage: z.enum(['ssam', 'filter', 'tracker', 'report']),
  config: RunConfig,
  /** The selected frames in order: absolute index, and the file to read. */
  frames: z.array(z.object({ frameIndex: z.number().int(), name: z.string(), file: z.string() })),
  width: z.number().int(),
  height: z.number().int(),
  archivePath: z.string(),
  /** Artifacts of earlier stages: newest entry of each name. */
  artifacts: z.array(ManifestEntry),
  /** For the report stage: the run so far, as its record. */
  record: z.unknown(),
})
export type Assignment = z.infer<typeof Assignment>

export const ToWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assign'), assignment: Assignment }),
  /** Cooperative: the stage stops before its next frame. The engine ends the process when that takes too long. */
  z.object({ type: z.literal('cancel'), id: z.string() }),
  /** The artifact `ticket` can be read from the archive now. */
  z.object({ type: z.literal('written'), ticket: z.number().int() }),
])
export type ToWorker = z.infer<typeof ToWorker>

const assigned = { id: z.string() }
export const FromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.number().int() }),
  z.object({
    type: z.literal('began'),
    ...assigned,
    total: z.number().int(),
    backend: z.string().optional(),
    backendReason: z.string().optional(),
  }),
  z.object({
    type: z.literal('progress'),
    ...assigned,
    done: z.number().int(),
    total: z.number().int(),
    frameIndex: z.number().int().optional(),
  }),
  z.object({
    type: z.literal('artifact'),
    ...assigned,
    ticket: z.number().int(),
    name: z.string(),
    kind: z.string(),
    level: z.number().int().optional(),
    frameIndex: z.number().int().optional(),
    mediaType: z.string(),
    place: z.enum(['archive', 'file']),
    counts: Counts.optional(),
    bytes: z.instanceof(Uint8Array),
  }),
  z.object({ type: z.literal('log'), ...assigned, severity: z.enum(['info', 'warning', 'error']), text: z.string() }),
  z.object({ type: z.literal('warning'), ...assigned, title: z.string(), message: z.string(), remedy: z.string() }),
  z.object({ type: z.literal('done'), ...assigned, counts: Counts }),
  z.object({
    type: z.literal('failed'),
    ...assigned,
    fault: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
    stack: z.string().optional(),
  }),
  z.object({ type: z.literal('cancelled'), ...assigned }),
])
export type FromWorker = z.infer<typeof FromWorker>
export type WorkerArtifact = Extract<FromWorker, { type: 'artifact' }>
