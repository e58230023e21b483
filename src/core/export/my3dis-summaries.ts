// What My3DIS's workflow leaves beside its results: timings, environment, summaries and a row of history, for a run of ours.
import type { HistoryRow } from '../registry/history-csv.ts'
import type { RunRecord, StageRecord } from '../run/run.ts'
import { textFromFrameSlice } from '../scene/frame-slice.ts'
import { durationText, workflowTime } from '../my3dis/text/my3dis-time.ts'
import { type PythonValue, pythonFloat } from '../my3dis/text/python-json.ts'
import { archivePath, type LevelWritten, type ManifestPlaces, type Tree } from './my3dis-manifest.ts'

export type SummaryTimes = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** East of Greenwich is positive. */
  readonly offsetMinutes: number
}

const mib = (bytes: number) => pythonFloat(Math.round((bytes / 2 ** 20) * 100) / 100)

/** stage_timings.json. The total is the sum of the stages. */
export function stageTimings(record: RunRecord, { at, offsetMinutes }: SummaryTimes): Tree {
  const stages = finishedStages(record)
  const total = stages.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / 1000
  return {
    generated_at: workflowTime(at, offsetMinutes),
    total_duration_sec: pythonFloat(total),
    total_duration_text: durationText(total),
    stages: stages.map((stage) => ({
      stage: stage.id,
      ...timesOf(stage, offsetMinutes),
      ...peaksOf(stage),
    })),
  }
}

/** Those that have a result, also when another run had made it. */
function finishedStages(record: RunRecord): StageRecord[] {
  return record.stages.filter(({ state }) => state === 'succeeded' || state === 'reused')
}

function timesOf({ startedAt, durationMs, lease }: StageRecord, offsetMinutes: number): Tree {
  const seconds = (durationMs ?? 0) / 1000
  return {
    duration_sec: pythonFloat(seconds),
    duration_text: durationText(seconds),
    started_at: startedAt === undefined ? null : workflowTime(startedAt, offsetMinutes),
    ended_at: startedAt === undefined ? null : workflowTime(startedAt + seconds * 1000, offsetMinutes),
    gpu: lease?.device.startsWith('cuda:') ? lease.device.slice('cuda:'.length) : null,
  }
}

function peaksOf({ resources }: StageRecord): Tree {
  if (resources.samples === 0) return {}
  return { cpu_peak_rss_bytes: resources.memoryBytesPeak, cpu_peak_rss_mib: mib(resources.memoryBytesPeak), cpu_samples: resources.samples }
}

/** environment_snapshot.json. What My3DIS tells of Python has no counterpart and is left out. */
export function environmentSnapshot({ provenance, appVersion }: RunRecord, { at, offsetMinutes }: SummaryTimes): Tree {
  const machine = provenance?.machine
  return {
    generated_at: workflowTime(at, offsetMinutes),
    platform: machine && { system: machine.system, processor: machine.processor },
    environment: {},
    git: { commit: provenance?.app.commit.value ?? null },
    scenewright: { version: appVersion, node: machine?.node, config_sha256: provenance?.configSha256 },
  }
}

export type Summaries = { readonly environment: Tree; readonly timings: Tree; readonly summary: Tree; readonly workflow: Tree }

/** All of them; `summary` (summary.json) belongs to the scene_level layout only. */
export function workflowSummaries(
  record: RunRecord,
  levels: readonly LevelWritten[],
  manifest: Tree,
  places: ManifestPlaces,
  times: SummaryTimes,
): Summaries {
  const environment = environmentSnapshot(record, times)
  const timings = stageTimings(record, times)
  const experiment = experimentOf(record, levels, places)
  const config = configSnapshot(record, levels, places)
  const stages = new Map(
    finishedStages(record).map((stage): [string, PythonValue] => [
      stage.id,
      { ...timesOf(stage, times.offsetMinutes), ...resourcesOf(stage), params: stageParams(record, levels, places)[stage.id] },
    ]),
  )
  const generated_at = workflowTime(times.at, times.offsetMinutes)
  const summary = {
    generated_at,
    scene: record.scene.name,
    experiment,
    config,
    stages,
    manifest,
    levels: new Map(
      levels.map(({ level, tracks }): [string, PythonValue] => [
        String(level),
        tracks
          ? {
              object_segments: archivePath('object', level, tracks.ratio, places.layout),
              video_segments: archivePath('video', level, tracks.ratio, places.layout),
              report_images: [],
            }
          : { report_images: [] },
      ]),
    ),
    timings,
  }
  const settled = places.layout === 'scene_level'
  const workflow = {
    config_path: '',
    invoked_at: workflowTime(record.startedAt ?? record.queuedAt, times.offsetMinutes),
    generated_at,
    run_dir: places.folder,
    config_snapshot: config,
    experiment,
    order: [...stages.keys()],
    stages,
    environment,
    artifacts: {
      environment_snapshot: `${places.folder}/environment_snapshot.json`,
      scene_layout: settled ? 'scene_level' : undefined,
    },
    ...(settled ? { summary_json: `${places.folder}/summary.json`, scene_level_summary: summary } : {}),
  }
  return { environment, timings, summary, workflow }
}

function resourcesOf({ resources }: StageRecord): Tree {
  if (resources.samples === 0) return {}
  const { memoryBytesPeak: peak, samples } = resources
  return { resources: { cpu: { peak_rss_bytes: peak, peak_rss_mib: mib(peak), samples } } }
}

function experimentOf(record: RunRecord, levels: readonly LevelWritten[], { folder }: ManifestPlaces): Tree {
  return {
    name: record.name,
    scene: record.scene.name,
    data_path: record.scene.framesPath,
    output_root: folder,
    levels: levels.map(({ level }) => level),
    tag: null,
    scene_output_root: folder,
  }
}

/** The settings under My3DIS's names. */
function configSnapshot(record: RunRecord, levels: readonly LevelWritten[], places: ManifestPlaces): Tree {
  const { start, end, step } = record.config.frames
  return {
    experiment: {
      name: record.name,
      data_path: record.scene.framesPath,
      output_root: places.folder,
      levels: levels.map(({ level }) => level),
      frames: { start, end, step },
      output_layout: places.layout === 'scene_level' ? 'scene_level' : null,
    },
    stages: stageParams(record, levels, places),
  }
}

function stageParams(record: RunRecord, levels: readonly LevelWritten[], { scale }: ManifestPlaces): { readonly [stage: string]: Tree } {
  const { ssam, filter, tracker, report } = record.config.stages
  const wanted = levels.map(({ level }) => level)
  return {
    ssam: {
      levels: wanted,
      frames: textFromFrameSlice(record.config.frames),
      ssam_freq: ssam.every,
      min_area: ssam.minArea,
      fill_area: ssam.fillArea,
      persist_raw: true,
      skip_filtering: true,
      downscale_masks: scale < 1,
      downscale_ratio: pythonFloat(scale),
    },
    filter: {
      levels: wanted,
      min_area: filter.minArea,
      stability_threshold: pythonFloat(filter.stabilityThreshold),
      update_manifest: true,
    },
    tracker: {
      levels: wanted,
      max_propagate: tracker.maxPropagate === 0 ? null : tracker.maxPropagate,
      iou_threshold: pythonFloat(tracker.iouThreshold),
      downscale_ratio: pythonFloat(scale),
      render_viz: false,
    },
    report: { max_width: report.maxWidth },
  }
}

/** The row of logs/workflow_history.csv. `framesSsam`: frames with candidates. */
export function historyRow(
  record: RunRecord,
  levels: readonly LevelWritten[],
  { folder }: ManifestPlaces,
  { at, offsetMinutes }: SummaryTimes,
): HistoryRow {
  return {
    timestamp: workflowTime(record.endedAt ?? at, offsetMinutes),
    scene: record.scene.name,
    experimentName: record.name,
    configPath: '',
    dataPath: record.scene.framesPath,
    outputRoot: folder,
    runDir: folder,
    levels: levels.map(({ level }) => level),
    ssamFreq: record.config.stages.ssam.every,
    framesTotal: record.scene.frameCount,
    framesSelected: record.frameIndices.length,
    framesSsam: new Set(levels.flatMap(({ raw }) => raw?.frames ?? [])).size,
    parentExperiment: '',
    experimentRoot: '',
    sceneOutputRoot: folder,
    sceneIndex: undefined,
  }
}
