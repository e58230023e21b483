// What runs used, stage by stage, beside the run before of the same pipeline.
import type { StageId } from '../pipeline/pipeline.ts'
import type { RunRecord } from './run.ts'
import type { ResourceSummary } from './sample.ts'

export type RunResources = {
  readonly runId: string
  readonly name: string
  readonly state: string
  readonly folder: string
  readonly pipeline: string
  readonly sceneName: string
  readonly framesPath: string
  /** Milliseconds since 1970. */
  readonly queuedAt: number
  readonly stages: readonly StageResources[]
}
export type StageResources = { readonly stage: StageId; readonly durationMs: number | undefined; readonly resources: ResourceSummary }

export function resourcesOfRun(record: RunRecord, folder: string): RunResources {
  return {
    runId: record.id,
    name: record.name,
    state: record.state,
    folder,
    pipeline: record.config.pipeline,
    sceneName: record.scene.name,
    framesPath: record.scene.framesPath,
    queuedAt: record.queuedAt,
    stages: record.stages.map(({ id, durationMs, resources }) => ({ stage: id, durationMs, resources })),
  }
}

export type Unit = 'ms' | 'percent' | 'bytes' | 'bytesPerSecond'
export type Measure = { readonly key: string; readonly title: string; readonly unit: Unit; of(stage: StageResources): number | undefined }

const sampled = (value: (resources: ResourceSummary) => number | undefined) => (stage: StageResources) =>
  stage.resources.samples === 0 ? undefined : value(stage.resources)

/** CPU in percent of one core; memory of worker and engine together. */
export const measures: readonly Measure[] = [
  { key: 'durationMs', title: 'time', unit: 'ms', of: (stage) => stage.durationMs },
  { key: 'cpuPercentMean', title: 'CPU mean', unit: 'percent', of: sampled((r) => r.cpuPercentMean) },
  { key: 'cpuPercentPeak', title: 'CPU peak', unit: 'percent', of: sampled((r) => r.cpuPercentPeak) },
  { key: 'memoryBytesMean', title: 'memory mean', unit: 'bytes', of: sampled((r) => r.memoryBytesMean) },
  { key: 'memoryBytesPeak', title: 'memory peak', unit: 'bytes', of: sampled((r) => r.memoryBytesPeak) },
  { key: 'gpuPercentMean', title: 'GPU mean', unit: 'percent', of: sampled((r) => r.gpuPercentMean) },
  { key: 'gpuPercentPeak', title: 'GPU peak', unit: 'percent', of: sampled((r) => r.gpuPercentPeak) },
  { key: 'gpuMemoryBytesMean', title: 'GPU memory mean', unit: 'bytes', of: sampled((r) => r.gpuMemoryBytesMean) },
  { key: 'gpuMemoryBytesPeak', title: 'GPU memory peak', unit: 'bytes', of: sampled((r) => r.gpuMemoryBytesPeak) },
  { key: 'readBytesPerSecondMean', title: 'disk read mean', unit: 'bytesPerSecond', of: sampled((r) => r.readBytesPerSecondMean) },
  { key: 'readBytesPerSecondPeak', title: 'disk read peak', unit: 'bytesPerSecond', of: sampled((r) => r.readBytesPerSecondPeak) },
  { key: 'writeBytesPerSecondMean', title: 'disk write mean', unit: 'bytesPerSecond', of: sampled((r) => r.writeBytesPerSecondMean) },
  { key: 'writeBytesPerSecondPeak', title: 'disk write peak', unit: 'bytesPerSecond', of: sampled((r) => r.writeBytesPerSecondPeak) },
]

export type MeasuredValue = {
  readonly measure: string
  readonly unit: Unit
  readonly value: number
  /** Of the run before; undefined when it has none. */
  readonly before: number | undefined
  readonly change: number | undefined
  /** Of `before`; undefined also when that was 0. */
  readonly changePercent: number | undefined
}

export type RunComparison = {
  readonly run: RunResources
  readonly comparedWith:
    | { readonly runId: string; readonly name: string; readonly queuedAt: number; readonly sameScene: boolean }
    | undefined
  readonly stages: readonly { readonly stage: StageId; readonly samples: number; readonly values: readonly MeasuredValue[] }[]
}

/**
 * The `last` newest runs, newest first, each beside the newest run before it of the same pipeline that was measured: one of the same
 * scene where there is one, since another scene has other frames; else of any scene. `runs` come in any order. A measure that was not
 * read in a stage is left out, and so is a stage that never ran.
 */
export function compareResources(runs: readonly RunResources[], last: number): RunComparison[] {
  const newestFirst = [...runs].sort((a, b) => b.queuedAt - a.queuedAt || (a.runId < b.runId ? -1 : 1))
  return newestFirst.slice(0, last).map((run, place) => {
    const earlier = newestFirst.slice(place + 1).filter((one) => one.pipeline === run.pipeline && wasMeasured(one))
    const before = earlier.find((one) => one.framesPath === run.framesPath) ?? earlier[0]
    return {
      run,
      comparedWith: before && {
        runId: before.runId,
        name: before.name,
        queuedAt: before.queuedAt,
        sameScene: before.framesPath === run.framesPath,
      },
      stages: run.stages.flatMap((stage) => {
        const values = valuesOf(
          stage,
          before?.stages.find((one) => one.stage === stage.stage),
        )
        return values.length === 0 ? [] : [{ stage: stage.stage, samples: stage.resources.samples, values }]
      }),
    }
  })
}

export function wasMeasured(run: RunResources): boolean {
  return run.stages.some((stage) => stage.resources.samples > 0)
}

function valuesOf(stage: StageResources, earlier: StageResources | undefined): MeasuredValue[] {
  return measures.flatMap(({ key, unit, of }) => {
    const value = of(stage)
    if (value === undefined) return []
    const before = earlier && of(earlier)
    const change = before === undefined ? undefined : value - before
    const changePercent = change === undefined || before === undefined || before === 0 ? undefined : (change / before) * 100
    return [{ measure: key, unit, value, before, change, changePercent }]
  })
}
