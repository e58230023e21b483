// manifest.json of a My3DIS run folder, for a run of ours.
import type { RunRecord } from '../run/run.ts'
import { textFromFrameSlice } from '../scene/frame-slice.ts'
import {
  levelFolder,
  rawFormat,
  runManifestName,
  settledSegmentsName,
  segmentsName,
  subsetFolder,
  subsetFrameName,
} from '../my3dis/layout.ts'
import { type PythonValue, pythonFloat } from '../my3dis/text/python-json.ts'

/** What was written of a level; undefined where a stage has nothing. */
export type LevelWritten = {
  readonly level: number
  readonly raw: { readonly candidates: number; readonly frames: readonly number[] } | undefined
  readonly filtered: { readonly frames: number; readonly kept: number; readonly dropped: number } | undefined
  /** `ratio`: of the tracks' masks. */
  readonly tracks: { readonly objects: number; readonly ratio: number } | undefined
}

export type ManifestPlaces = {
  /** The run folder as its files name it: absolute. */
  readonly folder: string
  readonly layout: 'scene_level' | 'plain'
  /** Asked for, of stored masks. */
  readonly scale: number
}

export type Tree = { readonly [key: string]: PythonValue | undefined }

/** Relative to the run folder. */
export function archivePath(kind: 'video' | 'object', level: number, ratio: number, layout: ManifestPlaces['layout']): string {
  const name = layout === 'scene_level' ? settledSegmentsName(kind, level) : `tracking/${segmentsName(kind, ratio)}`
  return `${levelFolder(level)}/${name}`
}

export function runManifest(record: RunRecord, levels: readonly LevelWritten[], places: ManifestPlaces): Tree {
  const { config, scene, frameIndices, frameNames } = record
  const { ssam, filter, tracker } = config.stages
  const ssamIndices = new Set(levels.flatMap(({ raw }) => raw?.frames ?? []))
  const locals = frameIndices.flatMap((index, local) => (ssamIndices.has(index) ? [local] : []))
  const seconds = Math.floor((record.startedAt ?? record.queuedAt) / 1000)
  const perLevel = (told: (level: LevelWritten) => PythonValue | undefined) =>
    new Map(levels.flatMap((level) => pair(String(level.level), told(level))))
  const rawArchives = perLevel(({ raw }) => (raw ? `raw/${runManifestName}` : undefined))
  const tracked = levels.find(({ tracks }) => tracks)?.tracks
  return {
    mode: 'candidates_only',
    levels: levels.map(({ level }) => level),
    frames: textFromFrameSlice(config.frames),
    min_area: ssam.minArea,
    fill_area: ssam.fillArea,
    stability_threshold: pythonFloat(filter.stabilityThreshold),
    data_path: scene.framesPath,
    selected_frames: frameNames,
    selected_indices: frameIndices,
    ssam_frames: locals.map((local) => frameNames[local] ?? ''),
    ssam_indices: locals,
    ssam_absolute_indices: locals.map((local) => frameIndices[local]!),
    ssam_freq: ssam.every,
    sam2_max_propagate: tracker.maxPropagate === 0 ? null : tracker.maxPropagate,
    experiment_tag: null,
    subset_dir: `${places.folder}/${subsetFolder}`,
    subset_map: new Map(frameIndices.map((index, local) => [String(index), subsetFrameName(local)])),
    sam_ckpt: ssam.model,
    ts_epoch: seconds,
    timestamp: null,
    output_root: places.folder,
    gap_fill: { fill_area: ssam.fillArea, add_gaps: ssam.addGaps },
    mask_scale_ratio: pythonFloat(tracked?.ratio ?? places.scale),
    mask_downscale: { enabled: places.scale < 1, ratio: pythonFloat(places.scale) },
    filtering: {
      applied: levels.some(({ filtered }) => filtered),
      min_area: filter.minArea,
      stability_threshold: pythonFloat(filter.stabilityThreshold),
      ts_epoch: seconds,
      stats: perLevel(({ filtered }) => filtered && { ...filtered }),
      use_cascade: filter.cascade,
    },
    ...(rawArchives.size > 0
      ? { raw_storage: { enabled: true, format: rawFormat, dir_name: 'raw', archives: rawArchives }, raw_archives: rawArchives }
      : { raw_storage: { enabled: false } }),
    scene: scene.name,
    frames_total: scene.frameCount,
    frames_selected: frameIndices.length,
    frames_ssam: locals.length,
    generation_summary: levels.map(({ level, raw, filtered }) => ({
      level,
      frame_count: raw?.frames.length ?? 0,
      raw_candidates: raw?.candidates ?? 0,
      filtered_masks: filtered?.kept ?? 0,
      filtering_applied: filtered !== undefined,
    })),
    render_viz: false,
    tracking_artifacts: new Map(
      levels.flatMap(({ level, tracks }) =>
        pair(
          levelFolder(level),
          tracks && {
            video_segments: archivePath('video', level, tracks.ratio, places.layout),
            object_segments: archivePath('object', level, tracks.ratio, places.layout),
            comparison_images: [],
          },
        ),
      ),
    ),
  }
}

function pair(key: string, value: PythonValue | undefined): [string, PythonValue][] {
  return value === undefined ? [] : [[key, value]]
}
