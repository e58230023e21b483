// `inspect list` and `inspect show`: what a run holds, or which runs an output folder holds.
import { existsSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { countsInWords, formatBytes, formatCount, formatDuration } from '#core/base/format'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { isRunFolder, runFoldersIn, withRun } from '../run-folders.ts'
import { isOurs } from '../run-reader.ts'
import { showForeign } from './inspect-foreign.ts'

/** Artifacts of a run; for a folder of several runs, these runs. */
export async function inspectList(output: Output, path: string, json: boolean): Promise<ExitCode> {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() && !isRunFolder(folder)) {
    const runs = runFoldersIn(folder)
    if (runs.length > 1) return listRuns(output, runs, json)
  }
  if (existsSync(folder) && !isOurs(folder)) return showForeign(output, folder, json)
  return withRun(path, async ({ listing }) => {
    const entries = [...listing.entries.values()]
    if (json) output.printJson(entries)
    else {
      const rows = entries.map((entry) => [entry.name, entry.kind, formatBytes(entry.length), entry.place])
      output.print(tableText([['artifact', 'kind', 'length', 'place'], ...rows]))
    }
    return exitCodes.done
  })
}

async function listRuns(output: Output, folders: readonly string[], json: boolean): Promise<ExitCode> {
  const rows: { folder: string; name: string; state: string; frames: number; problems: readonly string[] }[] = []
  for (const folder of folders) rows.push(await summaryOf(folder))
  if (json) output.printJson(rows)
  else {
    const cells = rows.map((row) => [basename(row.folder), row.state, `${row.frames} frames`, row.name, row.problems.join('; ')])
    output.print(tableText([['run', 'state', 'frames', 'name', 'problems'], ...cells]))
  }
  return exitCodes.done
}

/** A run that cannot be opened is listed with its reason; the others must not vanish because of it. */
async function summaryOf(folder: string) {
  try {
    return await withRun(folder, async ({ record, problems }) => ({
      folder,
      name: record.name,
      state: record.state as string,
      frames: record.frameIndices.length,
      problems,
    }))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { folder, name: '', state: 'unreadable', frames: 0, problems: [error.message] }
  }
}

export function inspectShow(output: Output, path: string, json: boolean): Promise<ExitCode> {
  if (existsSync(path) && !isOurs(path)) return showForeign(output, path, json)
  return withRun(path, async ({ folder, record, listing, problems }) => {
    if (json) {
      output.printJson({ folder, record, artifacts: listing.entries.size, listedFrom: listing.from, problems })
      return exitCodes.done
    }
    const { scene, config } = record
    output.print(
      tableText([
        ['folder', folder],
        ['name', record.name],
        ['state', record.fault ? `${record.state} (${record.fault.code})` : record.state],
        ['scene', `${scene.name} (${scene.kind}), ${scene.width} x ${scene.height}, ${scene.frameCount} frames`],
        ['selected', `${formatCount(record.frameIndices.length)} frames, levels ${config.levels.join(', ')}`],
        ['made by', `${record.appVersion} (build ${record.buildId})`],
        ['device', [record.device, record.gpu].filter(Boolean).join(', ') || 'not started'],
        ['artifacts', `${formatCount(listing.entries.size)} (listed from the ${listing.from})`],
        ...record.warnings.map(({ title, message }) => ['warning', `${title}: ${message}`]),
        ...problems.map((problem) => ['problem', problem]),
      ]),
    )
    const stages = record.stages.map((stage) => [
      stage.id,
      stage.state,
      stage.durationMs === undefined ? '' : formatDuration(stage.durationMs),
      stage.backend ?? '',
      stage.resources.samples > 0 ? formatBytes(stage.resources.memoryBytesPeak) : '',
      countsInWords(stage.counts).join(', '),
    ])
    output.print(`\n${tableText([['stage', 'state', 'took', 'backend', 'memory', 'counts'], ...stages])}`)
    return exitCodes.done
  })
}
