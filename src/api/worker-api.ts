// What the engine says to a worker, and what the worker says back. Plain objects on a channel that clones.
import { z } from 'zod'
import { Resolution } from '#core/model/resolve'
import { RunConfig } from '#core/run/run-config'
import { ManifestEntry } from '#core/archive/manifest'
import { Counts } from '#core/run/run-event'
import { MaskQuestion, OfferedMask } from '#core/segment/mask-question'
import { ProviderReport } from '#core/model/provider-report'
import { TrialOrder, TrialReport } from '#core/model/trial-report'
import { UsableModel } from '#core/model/usable-model'

/** Everything a stage needs to know. Paths are on the machine that computes. */
export const Assignment = z.object({
  id: z.string(),
  stage: z.string(),
  config: RunConfig,
  /** The selected frames in order: absolute index, and the file to read. */
  frames: z.array(z.object({ frameIndex: z.number().int(), name: z.string(), file: z.string() })),
  width: z.number().int(),
  height: z.number().int(),
  /** The run's folder, with the tars of its stages. */
  folder: z.string(),
  /** `cpu` or `cuda:<index>`. */
  device: z.string(),
  /** Which model the stage runs, or that its built-in backend does; absent where none was asked for. */
  model: Resolution.optional(),
  /** Artifacts of earlier stages: newest entry of each name. */
  artifacts: z.array(ManifestEntry),
  /** What was committed of this stage before: it goes on at `position`, as if it had never stopped. */
  resume: z.object({ position: z.number().int(), counts: Counts, state: z.instanceof(Uint8Array).optional() }).optional(),
  /** For the report stage: the run so far, as its record. */
  record: z.unknown(),
  /** For the report stage: what the run before of the same pipeline used (RunResources); undefined when there is none. */
  previous: z.unknown().optional(),
})
export type Assignment = z.infer<typeof Assignment>

/** What a person asks about one frame, between stages: the worker keeps what it made of the frame, for the next question is about it too. */
export const FrameQuestion = z.object({
  id: z.string(),
  frame: z.object({ frameIndex: z.number().int(), name: z.string(), file: z.string() }),
  width: z.number().int(),
  height: z.number().int(),
  /** `cpu` or `cuda:<index>`. */
  device: z.string(),
  /** Absent: the built-in segmenter answers. */
  model: UsableModel.optional(),
  question: MaskQuestion,
})
export type FrameQuestion = z.infer<typeof FrameQuestion>

export const ToWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assign'), assignment: Assignment }),
  z.object({ type: z.literal('ask'), asked: FrameQuestion }),
  /** Of a worker that is thrown away afterwards: a driver or a network may crash it. */
  z.object({ type: z.literal('try'), id: z.string(), order: TrialOrder }),
  z.object({ type: z.literal('probe'), id: z.string() }),
  /** Cooperative: the stage stops before its next frame. The engine ends the process when that takes too long. */
  z.object({ type: z.literal('cancel'), id: z.string() }),
  /** The stage stops after its next commit, and says that it was cancelled. */
  z.object({ type: z.literal('pause'), id: z.string() }),
  /** The artifact or commit `ticket` is written. */
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
  /** A file that the stage wrote into the run folder itself, at `name`. */
  z.object({
    type: z.literal('file'),
    ...assigned,
    ticket: z.number().int(),
    name: z.string(),
    kind: z.string(),
    mediaType: z.string(),
    sizeBytes: z.number().int(),
    sha256: z.string(),
  }),
  /** Everything before `position` is emitted; `state` is what going on from there needs besides. */
  z.object({
    type: z.literal('commit'),
    ...assigned,
    ticket: z.number().int(),
    position: z.number().int().nonnegative(),
    counts: Counts,
    state: z.instanceof(Uint8Array).optional(),
  }),
  z.object({ type: z.literal('log'), ...assigned, severity: z.enum(['info', 'warning', 'error']), text: z.string() }),
  /** A row of the table of degraded paths. */
  z.object({
    type: z.literal('warning'),
    ...assigned,
    code: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  /** Processes that the stage started, by a mark in their environment: they go when it goes. */
  z.object({ type: z.literal('spawned'), ...assigned, pid: z.number().int(), mark: z.string() }),
  z.object({ type: z.literal('done'), ...assigned, counts: Counts }),
  z.object({
    type: z.literal('failed'),
    ...assigned,
    fault: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
    stack: z.string().optional(),
  }),
  z.object({ type: z.literal('cancelled'), ...assigned }),
  /** To `ask`; `failed` and `cancelled` are the other two answers. */
  z.object({
    type: z.literal('answered'),
    ...assigned,
    /** Best first. */
    masks: z.array(OfferedMask),
    backend: z.string(),
    /** Where it ran, and on what. */
    reason: z.string(),
  }),
  /** To `try`; `failed` is the other answer. */
  z.object({ type: z.literal('tried'), ...assigned, reports: z.array(TrialReport) }),
  /** To `probe`; `failed` is the other answer. */
  z.object({ type: z.literal('probed'), ...assigned, providers: z.array(ProviderReport) }),
])
export type FromWorker = z.infer<typeof FromWorker>
export type WorkerArtifact = Extract<FromWorker, { type: 'artifact' }>
export type WorkerFile = Extract<FromWorker, { type: 'file' }>
export type WorkerCommit = Extract<FromWorker, { type: 'commit' }>
