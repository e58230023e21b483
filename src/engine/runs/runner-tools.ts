// What the parts of the runner hand each other: its tools, the archive as it is now, and how things ended.
import type { Fault } from '#core/base/fault'
import type { RunResources } from '#core/run/resource-report'
import type { RunArchive } from '../archive/run-archive.ts'
import type { StageRecord } from '../archive/run-files.ts'
import type { Disk } from '../disk/disk.ts'
import type { GpuProbe } from '../monitor/gpu-probe.ts'
import type { FileHashes } from '../state/file-hashes.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { MemoryJudge, StageUse } from './memory-judge.ts'
import type { PlannedStage } from './plan-stages.ts'
import type { StageIndex } from './stage-index.ts'
import type { WorkerPool } from './worker-pool.ts'

export type RunnerTools = {
  readonly disk: Disk
  readonly pool: WorkerPool
  readonly gpu: GpuProbe
  readonly dispatcher: Dispatcher
  readonly index: StageIndex
  readonly hashes: FileHashes
  readonly memory: MemoryJudge
  /** What becomes of each stage, given what the run has already. */
  readonly plan: (here: RunArchive) => Promise<readonly PlannedStage[]>
  /** Told whenever the archive of the run was opened anew: readers read from this one. */
  readonly opened: (archive: RunArchive) => void
  /** What a finished stage took, for the predictions of later ones. */
  readonly noteUse: (use: StageUse) => void
  /** What the run before of the same pipeline used, for the report. */
  readonly previous: () => Promise<RunResources | undefined>
  /** Peak memory to expect of a stage, in bytes. */
  readonly expectedMemory: (stage: string) => number
}

/** The archive of a run as it is now; after a lost worker it is opened anew, cut back to the last commit. */
export type ArchiveSeat = {
  readonly archive: RunArchive
  /** Records of finished stages are written while the next stage already works; each is told here. */
  readonly finishing: Promise<void>[]
  reopen(): Promise<RunArchive>
}

/** How a stretch of a run ended. `stopped`: by order; which one tells whether it was cancelled, paused or out of time. */
export type StretchEnd =
  | { readonly state: 'succeeded' }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly fault: Fault }
/** `record` resolves when the stage is finished on disk; the next stage may begin before. */
export type StageEnd = Exclude<StretchEnd, { state: 'succeeded' }> | { readonly state: 'finished'; readonly record: Promise<StageRecord> }
