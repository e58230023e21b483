// What the report says, gathered once; Markdown and HTML are two ways to write it down.
import { warningOf } from '#core/base/degraded-table'
import { formatBytes, formatCount, formatDuration } from '#core/base/format'
import type { RunResources } from '#core/run/resource-report'
import type { RunRecord, StageRecord } from '#core/run/run'
import { textFromFrameSlice } from '#core/scene/frame-slice'
import type { TrackList } from '#core/segment/track'
import type { ReportPicture } from './report-picture.ts'
import type { ReportTable } from './report-table.ts'
import { changeTable, provenanceTables } from './report-context.ts'
import type { PreviewWarning } from './preview-warnings.ts'

export type ReportModel = {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly tables: readonly ReportTable[]
  readonly warnings: RunRecord['warnings']
  readonly pictures: readonly ReportPicture[]
  /** Sentences about pictures that are not there. */
  readonly notes: readonly string[]
}

/** What the report stage found out itself, after the record was made. */
export type OwnFindings = {
  readonly pictures: readonly ReportPicture[]
  readonly warnings: readonly PreviewWarning[]
  readonly notes: readonly string[]
  /** What the run before of the same pipeline used. */
  readonly previous?: RunResources | undefined
}

export function reportModel(record: RunRecord, tracks: TrackList, { pictures, warnings, notes, previous }: OwnFindings): ReportModel {
  const { config, scene } = record
  const done = record.stages.filter((stage) => stage.id !== 'report')
  return {
    title: `Report: ${record.name}`,
    facts: [
      ['Scene', `${scene.name} (${scene.kind}), ${formatCount(scene.frameCount)} frames of ${scene.width} × ${scene.height}`],
      ['Frames', `${formatCount(record.frameIndices.length)} selected by ${textFromFrameSlice(config.frames)}`],
      ['Levels', config.levels.join(', ')],
      ['Started', record.startedAt === undefined ? 'unknown' : new Date(record.startedAt).toISOString()],
      ['Device', `${record.device ?? config.device}; GPU: ${record.gpu ?? 'unknown'}`],
      ['Scenewright', `${record.appVersion}, build ${record.buildId}`],
    ],
    tables: [
      countsTable(done),
      timesTable(done),
      resourcesTable(done),
      changeTable(record, previous),
      tracksTable(config.levels, tracks),
      settingsTable(record),
      ...provenanceTables(record),
    ],
    warnings: [...record.warnings, ...warnings.map(({ code, params }) => ({ stage: 'report', ...warningOf(code, params) }))],
    pictures,
    notes,
  }
}

function countsTable(stages: readonly StageRecord[]): ReportTable {
  const rows = stages.flatMap((stage) => Object.entries(stage.counts).map(([name, count]) => [stage.id, words(name), formatCount(count)]))
  return { heading: 'Counts', columns: ['Stage', 'What', 'Count'], rows }
}

function timesTable(stages: readonly StageRecord[]): ReportTable {
  const rows = stages.map((stage) => [
    stage.id,
    stage.backend ?? '',
    formatDuration(stage.durationMs ?? Number.NaN),
    stage.durationMs && stage.total ? `${formatDuration(stage.durationMs / stage.total)} a ${stage.unit.replace(/s$/, '')}` : '',
  ])
  const total = stages.reduce((sum, stage) => sum + (stage.durationMs ?? 0), 0)
  return {
    heading: 'Times',
    columns: ['Stage', 'Backend', 'Time', 'Pace'],
    rows: [...rows, ['all', '', formatDuration(total), '']],
    note: 'The report stage itself is not in here: it was still writing.',
  }
}

function resourcesTable(stages: readonly StageRecord[]): ReportTable {
  const pair = (mean: number | undefined, peak: number | undefined, words: (value: number) => string) =>
    mean === undefined || peak === undefined ? 'not read' : `${words(mean)} / ${words(peak)}`
  const percent = (value: number) => `${Math.round(value)} %`
  const rate = (value: number) => `${formatBytes(value)}/s`
  const rows = stages.map(({ id, resources: r }) =>
    r.samples === 0
      ? [id, '0', 'too short to sample', '', '', '', '', '']
      : [
          id,
          String(r.samples),
          pair(r.cpuPercentMean, r.cpuPercentPeak, percent),
          pair(r.memoryBytesMean, r.memoryBytesPeak, formatBytes),
          pair(r.gpuPercentMean, r.gpuPercentPeak, percent),
          pair(r.gpuMemoryBytesMean, r.gpuMemoryBytesPeak, formatBytes),
          pair(r.readBytesPerSecondMean, r.readBytesPerSecondPeak, rate),
          pair(r.writeBytesPerSecondMean, r.writeBytesPerSecondPeak, rate),
        ],
  )
  return {
    heading: 'Resources',
    columns: ['Stage', 'Samples', 'CPU', 'Memory', 'GPU', 'GPU memory', 'Disk read', 'Disk write'],
    rows,
    note:
      'Mean / peak of one reading a second; long stages keep fewer samples, each for several readings. 100 % CPU is one core, of the worker; memory is the resident memory of worker and engine ' +
      'together; disk is what reached the disks for both, not what was read from memory again.',
  }
}

function tracksTable(levels: readonly number[], { tracks }: TrackList): ReportTable {
  const rows = levels.map((level) => {
    const own = tracks.filter((track) => track.level === level)
    const mean = (pick: (track: (typeof own)[number]) => number) =>
      own.length === 0 ? 0 : own.reduce((sum, track) => sum + pick(track), 0) / own.length
    return [
      String(level),
      formatCount(own.length),
      mean((track) => track.frameCount).toFixed(1),
      mean((track) => track.meanScore ?? 0).toFixed(2),
      formatCount(own.reduce((sum, track) => sum + (track.merged ?? 0), 0)),
      formatCount(own.filter((track) => track.orphan).length),
    ]
  })
  return { heading: 'Tracks', columns: ['Level', 'Tracks', 'Frames each', 'Mean score', 'Candidates merged in', 'Orphans'], rows }
}

function settingsTable(record: RunRecord): ReportTable {
  const rows: string[][] = []
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key)
    else rows.push([path, Array.isArray(value) ? value.join(', ') : String(value)])
  }
  walk(record.config.stages, 'stages')
  return { heading: 'Settings', columns: ['Setting', 'Value'], rows }
}

/** camelCase as words. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
