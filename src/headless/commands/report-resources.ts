// `report resources`: what the last runs used, stage by stage, and the change against the run before.
import { resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { formatBytes, formatDuration } from '#core/base/format'
import {
  compareResources,
  type MeasuredValue,
  measures,
  type RunComparison,
  type RunResources,
  resourcesOfRun,
  type Unit,
  wasMeasured,
} from '#core/run/resource-report'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { oneLine, type RegistryDoor, withRegistry } from '../registry-session.ts'
import { runFoldersIn } from '../run-folders.ts'

export type ResourceSettings = {
  /** An output folder; undefined = every run of the registry. */
  readonly folder: string | undefined
  /** How many runs are shown, from 1. */
  readonly last: number
}

/** Runs before those shown that are read to find one of the same scene; each costs the reading of its journal. */
const earlierLimit = 200

export function reportResources(output: Output, settings: ResourceSettings, json: boolean): Promise<ExitCode> {
  if (settings.last < 1) throw new Fault('USAGE', { reason: '--last has to be 1 or more.' })
  return withRegistry(output, async (registry) => {
    const folders = settings.folder === undefined ? await foldersOf(registry) : runFoldersIn(resolve(settings.folder)).reverse()
    const { runs, unread } = await readRuns(registry, folders, settings.last)
    const comparisons = compareResources(runs, settings.last)
    if (json) output.printJson({ runs: comparisons, unread })
    else {
      output.print(comparisons.length === 0 ? 'No runs.' : comparisons.map(textOf).join('\n\n'))
      for (const { folder, reason } of unread) output.tell(`${oneLine(folder)}: ${reason}`)
    }
    return exitCodes.done
  })
}

async function foldersOf(registry: RegistryDoor): Promise<string[]> {
  return (await registry.list()).map((run) => run.folder)
}

/** Newest first, and no further than is needed. A run that cannot be read is told, and stops nothing. */
async function readRuns(registry: RegistryDoor, folders: readonly string[], last: number) {
  const runs: RunResources[] = []
  const unread: { folder: string; reason: string }[] = []
  for (const folder of folders) {
    if (runs.length >= last + earlierLimit || hasAllBefore(runs, last)) break
    try {
      runs.push(resourcesOfRun(await registry.readRecord(folder), folder))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      unread.push({ folder, reason: error.message })
    }
  }
  return { runs, unread }
}

function hasAllBefore(runs: readonly RunResources[], last: number): boolean {
  return (
    runs.length > last && wasMeasured(runs.at(-1)!) && compareResources(runs, last).every((one) => one.comparedWith?.sameScene === true)
  )
}

function textOf({ run, comparedWith, stages }: RunComparison): string {
  const time = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  const against = comparedWith
    ? `compared with ${oneLine(comparedWith.name)} (${comparedWith.runId}) of ${time(comparedWith.queuedAt)}, ${comparedWith.sameScene ? 'the same scene' : 'another scene'}`
    : 'no earlier run of this pipeline to compare with'
  const heading = `${oneLine(run.name)} (${run.runId}), ${run.state}, ${time(run.queuedAt)}, scene ${oneLine(run.sceneName)}; ${against}`
  const rows = stages.flatMap(({ stage, samples, values }) =>
    values.map((value, i) => [
      i === 0 ? stage : '',
      i === 0 ? String(samples) : '',
      titleOf(value),
      amount(value.value, value.unit),
      ...changeOf(value),
    ]),
  )
  if (rows.length === 0) return `${heading}\nNothing was measured.`
  return `${heading}\n${tableText([['stage', 'samples', 'what', 'now', 'before', 'change', ''], ...rows])}`
}

function titleOf(value: MeasuredValue): string {
  return measures.find((measure) => measure.key === value.measure)?.title ?? value.measure
}

function changeOf({ before, change, changePercent, unit }: MeasuredValue): string[] {
  if (before === undefined || change === undefined) return ['', '', '']
  const sign = change < 0 ? '-' : '+'
  const percent = changePercent === undefined ? '' : `${changePercent < 0 ? '-' : '+'}${Math.abs(changePercent).toFixed(1)} %`
  return [amount(before, unit), `${sign}${amount(Math.abs(change), unit)}`, percent]
}

function amount(value: number, unit: Unit): string {
  if (unit === 'ms') return formatDuration(value)
  if (unit === 'percent') return `${value.toFixed(1)} %`
  return unit === 'bytes' ? formatBytes(value) : `${formatBytes(value)}/s`
}
