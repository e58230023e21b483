// THE contract: the only place where a page, the command line and the engine agree.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { RunConfig } from '#core/run/run-config'
import { RunEvent } from '#core/run/run-event'
import { SceneSummary } from '#core/scene/scene'
import { Track } from '#core/segment/track'

/** Faults cross as a typed error: code and parameters, never a stack. */
export const faultErrors = {
  FAULT: { status: 422, data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) },
} as const

const base = oc.errors(faultErrors)
export const RunRef = z.object({ runId: z.string().min(1) })
export type RunRef = z.infer<typeof RunRef>

export const RunSummary = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted']),
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
  },
  runs: {
    list: base.output(z.array(RunSummary)),
    /** The list now, and again whenever something in it changed (at most four times a second). */
    watchList: base.output(eventIterator(z.array(RunSummary))),
    /** Checks everything that can be checked before starting (frames, folder, disk), writes the record, queues the run. */
    start: base.input(RunConfig).output(RunRef),
    startDemo: base.output(RunRef),
    /** Resolves when the run has ended and no process of it is left. */
    cancel: base.input(RunRef).output(z.object({ state: z.string() })),
    /** Takes a run folder anywhere under the permitted roots into the list. */
    open: base.input(z.object({ path: z.string().min(1) })).output(RunRef),
    /** Takes a run out of the list; nothing on disk is touched. */
    forget: base.input(RunRef).output(z.object({})),
    /** All events after `after` (exclusive; 0 = from the start) in batches, then live ones; ends after runFinished. Old samples come thinned. */
    events: base.input(RunRef.extend({ after: z.number().int().min(0) })).output(eventIterator(z.array(RunEvent))),
    coverage: base.input(RunRef).output(z.array(StageCoverage)),
    /** Tracks known so far. */
    tracks: base.input(RunRef).output(z.object({ framesDone: z.number().int(), tracks: z.array(Track) })),
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
  /** One file of a run folder, by relative path (report.html, its pictures). */
  z.object({ what: z.literal('file'), runId: z.string(), path: z.string() }),
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
  parts: z.array(z.object({ level: z.number().int(), offset: z.number().int(), length: z.number().int(), maskCount: z.number().int() })),
})
export type FrameHeader = z.infer<typeof FrameHeader>

export type BytesAnswer = { readonly mediaType: string; readonly header: unknown; readonly bytes: Uint8Array }
