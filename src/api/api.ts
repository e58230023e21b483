// THE contract: the only place where a page, the command line and the engine agree.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ExportSettings } from '#core/export/export-settings'
import { Origins, Provenance } from '#core/run/provenance'
import { RunConfig } from '#core/run/run-config'
import { PauseMode, RunEvent } from '#core/run/run-event'
import { RunDescription, RunProgram } from '#core/run/run-description'
import { RunPlan } from '#core/run/run-plan'
import { SceneSummary } from '#core/scene/scene'
import { ObjectChange, ObjectNote } from '#core/segment/object-note'
import { Track } from '#core/segment/track'
import { TrackOrigin } from '#core/segment/track-origin'
import { base, FaultNote } from './contract-base.ts'
import { modelsApi } from './models-api.ts'
import { promptsApi } from './prompts-api.ts'
import { QueueState } from './queue-state.ts'
import { RunSummaryState } from './run-summary-state.ts'

export const RunRef = z.object({ runId: z.string().min(1) })
export type RunRef = z.infer<typeof RunRef>

export const RunSummary = z.object({
  id: z.string(),
  name: z.string(),
  state: RunSummaryState,
  /** Who wrote it; absent: we did. */
  program: RunProgram.optional(),
  /** Folder of the run on the machine that computes. */
  folder: z.string(),
  sceneName: z.string(),
  scenePath: z.string(),
  frameCount: z.number().int(),
  levels: z.array(z.number().int()),
  queuedAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** The running stage, with its progress. */
  stage: z.string().optional(),
  done: z.number(),
  total: z.number(),
  /** Tracks once there are any, else candidates. */
  counts: z.record(z.string(), z.number()),
  backends: z.record(z.string(), z.string()),
  fault: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }).optional(),
  warningCount: z.number().int(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** A row of the registry: the summary, and what a person wrote about it. */
export const RegistryRow = RunSummary.extend({ tags: z.array(z.string()), note: z.string() })
export type RegistryRow = z.infer<typeof RegistryRow>

export const RegistryQuery = z.object({
  /** Matched in name, scene, folder, note and tags; upper and lower case are one. */
  text: z.string().default(''),
  states: z.array(RunSummaryState).default([]),
  tags: z.array(z.string()).default([]),
  sort: z.enum(['newest', 'oldest', 'name', 'scene', 'longest']).default('newest'),
  limit: z.number().int().min(1).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
})
export type RegistryQuery = z.infer<typeof RegistryQuery>

export const FolderEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'image', 'video', 'run', 'other']),
  sizeBytes: z.number().optional(),
})
export type FolderEntry = z.infer<typeof FolderEntry>

export const DoctorLine = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'absent', 'broken']),
  found: z.string(),
  remedy: z.string().optional(),
})
export type DoctorLine = z.infer<typeof DoctorLine>

/** Which artifacts can be looked at, for one stage: levels and the frames already written (absolute indices, ascending). */
export const StageCoverage = z.object({
  stage: z.enum(['ssam', 'filter', 'tracker']),
  level: z.number().int(),
  frameIndices: z.array(z.number().int()),
})
export type StageCoverage = z.infer<typeof StageCoverage>

/** Settings, who gave them their values, and optionally the stage from which all is computed anew although it could be reused. */
export const StartRequest = RunConfig.extend({ origins: Origins.optional(), rerunFrom: z.string().optional() })
export type StartRequest = z.infer<typeof StartRequest>

export const ReferenceSummary = z.object({
  path: z.string(),
  name: z.string(),
  /** Frames of the run that the folder annotates: absolute indices, ascending. */
  frameIndices: z.array(z.number().int()),
  /** Files in the folder. */
  files: z.number().int(),
})
export type ReferenceSummary = z.infer<typeof ReferenceSummary>

/** One answer of a comparison: a stage of a run, or a folder of annotated masks. */
export const AnswerRef = z.union([
  z.object({ runId: z.string().min(1), stage: z.enum(['ssam', 'filter', 'tracker']) }),
  z.object({ reference: z.string().min(1) }),
])
export type AnswerRef = z.infer<typeof AnswerRef>

export const CompareExport = z.object({
  /** report: tables and pictures as HTML and Markdown. hardFrames: the frames that differ most, with masks and a manifest. */
  what: z.enum(['report', 'hardFrames']),
  answers: z.array(AnswerRef).min(2).max(4),
  /** A folder of annotated masks that every answer is scored against. */
  truth: z.string().min(1).optional(),
  /** Empty: all that are shared. */
  levels: z.array(z.number().int()).default([]),
  /** Only frames that all answers have; else each pair on those that it shares. */
  onlyShared: z.boolean().default(false),
  /** Hard frames, at most. */
  most: z.number().int().min(1).max(1000).default(50),
  out: z.string().min(1),
})
export type CompareExport = z.infer<typeof CompareExport>

export const api = {
  app: {
    /** Who answers, and of which build: a page of another build reloads. */
    hello: base.output(
      z.object({
        buildId: z.string(),
        version: z.string(),
        machine: z.string(),
        defaultOutput: z.string(),
        home: z.string(),
        platform: z.string(),
      }),
    ),
    doctor: base.output(z.array(DoctorLine)),
  },
  files: {
    /** Lists a folder under the permitted roots; an empty path lists the roots. */
    list: base
      .input(z.object({ path: z.string() }))
      .output(z.object({ path: z.string(), parent: z.string().optional(), entries: z.array(FolderEntry) })),
  },
  scenes: {
    /** What is at a path: frames, their size, depth and poses. Reads two headers, not the pictures. */
    probe: base.input(z.object({ path: z.string().min(1) })).output(SceneSummary),
    /** Scenes in a folder of scenes, in order: folders named scene_*, else all that hold frames. */
    find: base
      .input(z.object({ path: z.string().min(1) }))
      .output(
        z.object({ path: z.string(), scenes: z.array(z.object({ name: z.string(), path: z.string(), frameCount: z.number().int() })) }),
      ),
  },
  runs: {
    list: base.output(z.array(RunSummary)),
    /** The list now, and again whenever something in it changed (at most four times a second). */
    watchList: base.output(eventIterator(z.array(RunSummary))),
    /** Checks everything that can be checked before starting (frames, folder, disk), writes the record, queues the run. */
    start: base.input(StartRequest).output(RunRef),
    startDemo: base.output(RunRef),
    /** What `start` would do, stage by stage and why, with predictions and conflicts. Nothing is written. */
    plan: base.input(RunConfig.extend({ rerunFrom: z.string().optional() })).output(RunPlan),
    /** Several scenes: each is checked and queued on its own; one that cannot start is told and stops no other. */
    startAll: base
      .input(z.object({ runs: z.array(StartRequest).min(1).max(10_000) }))
      .output(z.array(z.object({ scene: z.string(), runId: z.string().optional(), fault: FaultNote.optional() }))),
    /** Resolves when the run has ended and no process of it is left. */
    cancel: base.input(RunRef).output(z.object({ state: z.string() })),
    /** Resolves when the pause has taken hold: worker gone, its memory given back. */
    pause: base.input(RunRef.extend({ mode: PauseMode })).output(z.object({ state: z.string() })),
    /** Puts a paused, interrupted, failed or cancelled run back into the queue; it goes on at the frame after the last committed one. */
    continue: base.input(RunRef).output(z.object({ state: z.string() })),
    /** The same, but `stage` and the stages that need it begin anew. */
    retry: base.input(RunRef.extend({ stage: z.string() })).output(z.object({ state: z.string() })),
    /** Where its result came from; undefined in runs of version 0.1. */
    provenance: base.input(RunRef).output(z.object({ provenance: Provenance.optional(), configuration: RunConfig })),
    /** What kind of run it is, what had to be repaired to read it, and what of it is missing. */
    describe: base.input(RunRef).output(RunDescription),
    /** Its pictures are in that folder now; remembered, for other runs of the same dataset too. Throws when none of them is there. */
    setPictures: base.input(RunRef.extend({ path: z.string().min(1) })).output(RunDescription),
    /** Writes it down in another format, into a folder that must not be there yet; the last item says what was written. Ends early when the caller goes. */
    export: base.input(RunRef.extend({ out: z.string().min(1), settings: ExportSettings })).output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          written: z.object({ out: z.string(), files: z.number().int(), notes: z.array(z.string()) }).optional(),
          /** Why it ended without: a fault thrown inside of a stream would lose its code. */
          fault: FaultNote.optional(),
        }),
      ),
    ),
    /** Takes a run folder anywhere under the permitted roots into the list. */
    open: base.input(z.object({ path: z.string().min(1) })).output(RunRef),
    /**
     * Takes in whatever a person points at: a run of ours or of My3DIS, one archive, level or list of the latter (then `runId`), or a folder
     * that holds runs (then `found`, and they are in the registry).
     */
    take: base
      .input(z.object({ path: z.string().min(1) }))
      .output(z.object({ runId: z.string().optional(), found: z.number().int().optional() })),
    /** Takes a run out of the list; nothing on disk is touched. */
    forget: base.input(RunRef).output(z.object({})),
    /** All events after `after` (exclusive; 0 = from the start) in batches, then live ones; ends after runFinished. Old samples come thinned. */
    events: base.input(RunRef.extend({ after: z.number().int().min(0) })).output(eventIterator(z.array(RunEvent))),
    coverage: base.input(RunRef).output(z.array(StageCoverage)),
    /** Tracks known so far. */
    tracks: base.input(RunRef).output(z.object({ framesDone: z.number().int(), tracks: z.array(Track) })),
  },
  compare: {
    /** A folder of annotated PNG masks as seen by a run: which of its selected frames are annotated. Throws TRUTH_MISMATCH. */
    openReference: base.input(RunRef.extend({ path: z.string().min(1) })).output(ReferenceSummary),
    /** Compares and writes it into a folder that must not be there yet. Ends early when the caller goes; nothing is left behind then. */
    export: base.input(CompareExport).output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          written: z.object({ out: z.string(), pictures: z.number().int(), hardFrames: z.number().int() }).optional(),
          /** Why it ended without: a fault thrown inside of a stream would lose its code. */
          fault: FaultNote.optional(),
        }),
      ),
    ),
  },
  models: modelsApi,
  /** What a person wrote about single objects (tracks) of a run; kept in the state folder, also for runs of other programs. */
  objects: {
    /** In order of ids; only those with a star or a note. */
    notes: base.input(RunRef).output(z.array(ObjectNote)),
    /** What is left out stays as it is. Throws RUN_NOT_FOUND. */
    annotate: base.input(RunRef.extend(ObjectChange.shape)).output(z.object({})),
    /** What was found to be this track, and what became of the candidates beside its prompt. Throws ARTIFACT_MISSING. */
    origin: base.input(RunRef.extend({ objectId: z.number().int().positive() })).output(TrackOrigin),
  },
  /** Masks by clicks: asked for on a frame, kept by scene in the state folder, given to the tracker of a new run. */
  prompts: promptsApi,
  queue: {
    /** The queue now, and again whenever it changed (at most four times a second). */
    watch: base.output(eventIterator(QueueState)),
    /** Before the run `before`, or to the end. Only waiting runs move. */
    move: base.input(RunRef.extend({ before: z.string().optional() })).output(z.object({})),
    /** Nothing new starts while the queue is paused; what runs goes on. */
    setPaused: base.input(z.object({ paused: z.boolean() })).output(z.object({})),
    setParallel: base.input(z.object({ parallel: z.number().int().min(1).max(64) })).output(z.object({})),
  },
  registry: {
    search: base.input(RegistryQuery).output(z.object({ rows: z.array(RegistryRow), total: z.number().int(), tags: z.array(z.string()) })),
    annotate: base
      .input(RunRef.extend({ tags: z.array(z.string().min(1).max(60)).max(50), note: z.string().max(10_000) }))
      .output(z.object({})),
    /** Bytes that deleting would free (`freed`), and all it holds (`total`): bytes shared with other runs are freed by the last. */
    size: base.input(RunRef).output(z.object({ freedBytes: z.number(), totalBytes: z.number(), files: z.number().int() })),
    /** Deletes the folder. Refuses what is running, and what is no run folder. */
    delete: base.input(RunRef).output(z.object({})),
    /** Looks for run folders in an output root and takes them in. */
    scan: base
      .input(z.object({ path: z.string().min(1) }))
      .output(z.object({ found: z.number().int(), added: z.number().int(), problems: z.array(z.string()) })),
    /** CSV with My3DIS's header. */
    exportHistory: base.output(z.object({ csv: z.string(), rows: z.number().int() })),
    importHistory: base
      .input(z.object({ path: z.string().min(1) }))
      .output(z.object({ added: z.number().int(), known: z.number().int(), problems: z.array(z.string()) })),
  },
} as const

/** Questions answered with bytes. */
export const BytesQuery = z.discriminatedUnion('what', [
  /**
   * One frame: the picture and the masks of one stage at some levels, always of the same frame.
   * Answer header: FrameHeader; bytes: picture file as stored, then one FrameMasks JSON per part.
   */
  z.object({
    what: z.literal('frame'),
    runId: z.string(),
    frameIndex: z.number().int().min(0),
    stage: z.enum(['ssam', 'filter', 'tracker']),
    levels: z.array(z.number().int()).min(1).max(6),
    withImage: z.boolean(),
  }),
  /** The same of a folder of annotated masks, as the run sees it: its picture, and the annotated masks once under each level asked for. */
  z.object({
    what: z.literal('reference'),
    runId: z.string(),
    path: z.string().min(1),
    frameIndex: z.number().int().min(0),
    levels: z.array(z.number().int()).min(1).max(6),
    withImage: z.boolean(),
  }),
  /** One file of a run folder, by relative path (report.html, its pictures). */
  z.object({ what: z.literal('file'), runId: z.string(), path: z.string() }),
  /**
   * Depth or labels that came with the scene, for one frame. Answer header: SceneRasterHeader; bytes: one unsigned number of 16 bits per
   * pixel, little-endian, row by row; 0 = nothing known. Depth counts millimetres.
   */
  z.object({ what: z.literal('sceneRaster'), runId: z.string(), frameIndex: z.number().int().min(0), kind: z.enum(['depth', 'label']) }),
  /** Which of those the scene of a run has. Answer header: SceneLayersHeader; no bytes. */
  z.object({ what: z.literal('sceneLayers'), runId: z.string() }),
  /** A small WebP of a frame; `width` pixels at most. */
  z.object({
    what: z.literal('thumbnail'),
    runId: z.string(),
    frameIndex: z.number().int().min(0),
    width: z.number().int().min(16).max(1024),
  }),
])
export type BytesQuery = z.infer<typeof BytesQuery>

export const FrameHeader = z.object({
  frameIndex: z.number().int(),
  frameName: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** Byte range of the picture in the answer; length 0 when it was not asked for. */
  image: z.object({ offset: z.number().int(), length: z.number().int(), mediaType: z.string() }),
  /** One part per level that has masks; a level asked for but missing here is not written (yet). */
  /** Why there is no picture, in words; then a plain one stands in its place. */
  pictureMissing: z.string().optional(),
  parts: z.array(z.object({ level: z.number().int(), offset: z.number().int(), length: z.number().int(), maskCount: z.number().int() })),
})
export type FrameHeader = z.infer<typeof FrameHeader>

export const SceneRasterHeader = z.object({
  frameIndex: z.number().int(),
  kind: z.enum(['depth', 'label']),
  /** Path of the file, relative to the pictures of the scene. */
  file: z.string(),
  /** Its own size, which may be smaller than that of the pictures. */
  width: z.number().int(),
  height: z.number().int(),
  /** The range that most known values lie in: 2 of 100 are below, 2 above. */
  low: z.number().int(),
  high: z.number().int(),
})
export type SceneRasterHeader = z.infer<typeof SceneRasterHeader>

export const SceneLayersHeader = z.object({ kinds: z.array(z.enum(['depth', 'label'])) })
export type SceneLayersHeader = z.infer<typeof SceneLayersHeader>

export type BytesAnswer = { readonly mediaType: string; readonly header: unknown; readonly bytes: Uint8Array }
