// Parameters and counts of two to four runs beside each other, and whether they differ.
import { formatCount, formatDuration } from '#core/base/format'
import { settingPaths } from '#core/config/config-paths'
import { valueAt } from '#core/config/config-problem'
import type { RunRecord } from '#core/run/run'
import { textFromFrameSlice } from '#core/scene/frame-slice'

export type FactRow = {
  readonly name: string
  readonly hint: string
  /** One for each run. */
  readonly values: readonly string[]
  readonly differs: boolean
}
export type FactGroup = { readonly title: string; readonly rows: readonly FactRow[] }

/** Told as facts of the run. */
const toldElsewhere: ReadonlySet<string> = new Set(['scene', 'output', 'name', 'frames.start', 'frames.end', 'frames.step', 'levels'])

export function factGroups(records: readonly RunRecord[]): readonly FactGroup[] {
  const row = (name: string, of: (record: RunRecord) => unknown, hint = ''): FactRow => {
    const values = records.map((record) => wordsOf(of(record)))
    return { name, hint, values, differs: values.some((value) => value !== values[0]) }
  }
  const settings = settingPaths
    .filter(({ path, ofRun }) => ofRun && !toldElsewhere.has(path))
    .map(({ path, title }) => row(path.replace(/^stages\./, ''), ({ config }) => valueAt(config, path), title))
  const stages = [...new Set(records.flatMap(({ stages: own }) => own.map(({ id }) => id)))]
  const stageOf = (record: RunRecord, id: string) => record.stages.find((stage) => stage.id === id)
  const counts = stages.flatMap((id) => {
    const names = [...new Set(records.flatMap((record) => Object.keys(stageOf(record, id)?.counts ?? {})))]
    return names.map((name) => row(`${id} ${name}`, (record) => stageOf(record, id)?.counts[name]))
  })
  const durations = stages.map((id) =>
    row(`${id} took`, (record) => {
      const { durationMs, state } = stageOf(record, id) ?? {}
      return state === 'reused' ? 'taken over' : durationMs === undefined ? undefined : formatDuration(durationMs)
    }),
  )
  return [
    {
      title: 'Run',
      rows: [
        row('scene', ({ scene }) => scene.name),
        row('frame size', ({ scene }) => `${scene.width} × ${scene.height}`),
        row('frames', ({ frameIndices }) => frameIndices.length),
        row('slice', ({ config }) => textFromFrameSlice(config.frames)),
        row('levels', ({ config }) => config.levels.join(' ')),
        row('state', ({ state }) => state),
        row('device', ({ device }) => device),
        row('made by', ({ appVersion }) => appVersion),
      ],
    },
    { title: 'Parameters', rows: settings },
    { title: 'Counts', rows: counts },
    { title: 'Time', rows: durations },
  ]
}

function wordsOf(value: unknown): string {
  if (value === undefined || value === '') return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : String(value)
  if (Array.isArray(value) && value.length === 0) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
