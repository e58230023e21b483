// Parameters and counts of two to four answers that are runs beside each other, and whether they differ.
import { formatCount, formatDuration } from '#core/base/format'
import { settingPaths } from '#core/config/config-paths'
import { valueAt } from '#core/config/config-problem'
import type { RunRecord } from '#core/run/run'
import { textFromFrameSlice } from '#core/scene/frame-slice'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import { wordOfStage } from '../../frame/stage-words.ts'

export type FactRow = {
  readonly name: string
  readonly hint: string
  /** One for each answer that is a run. */
  readonly values: readonly string[]
  readonly differs: boolean
}
export type FactGroup = { readonly title: string; readonly rows: readonly FactRow[] }

/** Told as facts of the run. */
const toldElsewhere: ReadonlySet<string> = new Set(['scene', 'output', 'name', 'frames.start', 'frames.end', 'frames.step', 'levels'])

/** A run with the stage of it that is compared. */
export type ComparedStage = {
  readonly record: RunRecord
  readonly stage: StageOfMasks | undefined
  /** On which that stage has written masks. */
  readonly frameCount: number
}

/** What the masks of a stage are called in its counts. */
const countOfStage: Readonly<Record<StageOfMasks, string>> = { ssam: 'candidates', filter: 'kept', tracker: 'tracks' }

/**
 * Stages of one run share its parameters, counts and times, which therefore do not differ: what tells them apart is in the group of what is
 * compared.
 */
export function factGroups(compared: readonly ComparedStage[]): readonly FactGroup[] {
  const records = compared.map(({ record }) => record)
  const shown = (name: string, of: (one: ComparedStage) => unknown, hint: string): FactRow => {
    const values = compared.map((one) => wordsOf(of(one)))
    return { name, hint, values, differs: values.some((value) => value !== values[0]) }
  }
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
      title: 'Compared',
      rows: [
        shown('stage', ({ stage }) => stage && wordOfStage(stage), 'Whose masks are compared'),
        shown('frames with masks', ({ frameCount }) => frameCount, 'Frames on which this stage has written masks'),
        shown('counted', countWords, 'What this stage counted over the run'),
      ],
    },
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

function countWords({ record, stage }: ComparedStage): string | undefined {
  if (stage === undefined) return undefined
  const count = record.stages.find(({ id }) => id === stage)?.counts[countOfStage[stage]]
  return count === undefined ? undefined : `${formatCount(count)} ${countOfStage[stage]}`
}

/** Why no row differs; `letters`: of all answers that are runs. */
export function samenessWords(compared: readonly ComparedStage[], letters: readonly string[]): string {
  if (compared.length < 2) return 'There is one run among the answers.'
  const isOneRun = compared.every(({ record }) => record.id === compared[0]?.record.id)
  const names = `${letters.slice(0, -1).join(', ')} and ${letters.at(-1)}`
  return isOneRun ? `${names} are the same stage of one run.` : `The runs ${names} were told the same and counted the same.`
}

function wordsOf(value: unknown): string {
  if (value === undefined || value === '') return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : String(value)
  if (Array.isArray(value) && value.length === 0) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
