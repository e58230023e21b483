// What a run of My3DIS is found to be: parts, places, times, what is missing and what had to be repaired. Data only.
import type { ArchivePlace } from './archive-lookup.ts'
import type { Repair } from './repair-table.ts'
import type { RunManifest } from './run-manifest.ts'

/** By content, never by name or date alone. */
export type My3disGeneration = 'E0' | 'E1' | 'E2' | 'E3' | 'G-Oct' | 'G-Nov'

/** All paths are absolute. */
export type LevelDescription = {
  readonly level: number
  readonly folder: string
  readonly raw:
    | { readonly form: 'chunks'; readonly folder: string; readonly chunks: number; readonly hasManifest: boolean }
    | { readonly form: 'files'; readonly folder: string; readonly frames: number }
    | { readonly form: 'chunk'; readonly file: string }
    | undefined
  /** arrays: masks lie beside it, one array per frame. */
  readonly filtered: { readonly form: 'masks' | 'arrays'; readonly file: string } | undefined
  /** `rule`: by which rule of the lookup order it was found; undefined for a file that was opened itself. */
  readonly tracking: { readonly file: string; readonly bytes: number; readonly rule: ArchivePlace['rule'] | undefined } | undefined
  readonly objects: { readonly file: string; readonly rule: ArchivePlace['rule'] | undefined } | undefined
  readonly index: string | undefined
  readonly comparisons: { readonly folder: string; readonly pictures: readonly string[] } | undefined
}

export type FramesDescription = {
  /** data: the folder the manifest names; root: the one that was given; subset: the run's own copies or links. */
  readonly from: 'data' | 'root' | 'subset' | 'none'
  /** Where the pictures are; undefined when they are gone. */
  readonly folder: string | undefined
  readonly statedFolder: string | undefined
  /** Where the indices come from; `none` when not even the names are known. */
  readonly indicesFrom: 'manifest' | 'listing' | 'slice' | 'assumed' | 'none'
  /** In the order of selection. `file`: absolute path of the picture, undefined when it is gone. */
  readonly frames: readonly { readonly frameIndex: number; readonly name: string; readonly file: string | undefined }[]
}

export type StageTiming = {
  readonly stage: string
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly seconds: number | undefined
  readonly cpuPeakBytes: number | undefined
  readonly gpuPeakBytes: number | undefined
}

export type MissingPart = { readonly part: 'manifest' | 'raw' | 'filtered' | 'tracking' | 'summary'; readonly level?: number }

export type Description = {
  /** What was opened. A level or file inside of a run is described with that run's frames and manifest. */
  readonly kind: 'run' | 'experiment' | 'level' | 'archive' | 'chunk' | 'filtered'
  readonly path: string
  /** The folder of the run; undefined for an experiment and for a file that belongs to no run. */
  readonly runFolder: string | undefined
  readonly name: string
  readonly scene: string
  readonly generation: My3disGeneration | undefined
  readonly manifest: RunManifest | undefined
  readonly levels: readonly LevelDescription[]
  readonly frames: FramesDescription
  /** Absolute indices of frames with candidates, as the manifest says. */
  readonly candidateIndices: readonly number[]
  readonly timings: readonly StageTiming[]
  /** Milliseconds since 1970, of the whole workflow. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly reportFile: string | undefined
  readonly state: { readonly complete: boolean; readonly missing: readonly MissingPart[] }
  readonly repairs: readonly Repair[]
  /** Of an experiment: its runs. */
  readonly scenes: readonly { readonly name: string; readonly path: string }[]
}
