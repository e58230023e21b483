// The history of finished runs: My3DIS's CSV out of the registry, and its old files into it.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { RunSummary } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import { candidatePositions } from '#core/pipeline/pipeline'
import type { BadLine } from '#core/registry/csv'
import {
  csvFromHistory,
  type HistoryRow,
  historyFromCsv,
  type Launch,
  launchesFromCsv,
  launchesFromTsv,
  legacyKindOf,
  timeFromText,
  timestampText,
} from '#core/registry/history-csv'
import { runFile } from '../runs/run-folder.ts'
import type { Database } from '../state/database.ts'
import { foreignManifest, readForeignRun } from './foreign-run.ts'
import type { ProcessOwner } from './process-owner.ts'
import { type FoundRun, jsonOf, readAnyRun } from './run-finding.ts'
import { isFolderGone, putRow, storedFromRow } from './run-rows.ts'
import { asIncomplete, folderGone, idOfFolder, partialSummary } from './run-summary.ts'

export type HistoryImport = { readonly added: number; readonly known: number; readonly bad: readonly BadLine[] }

const StoredRow = z.object({
  timestamp: z.string(),
  scene: z.string(),
  experimentName: z.string(),
  configPath: z.string(),
  dataPath: z.string(),
  outputRoot: z.string(),
  runDir: z.string(),
  levels: z.array(z.number()),
  ssamFreq: z.number().optional(),
  framesTotal: z.number().optional(),
  framesSelected: z.number().optional(),
  framesSsam: z.number().optional(),
  parentExperiment: z.string(),
  experimentRoot: z.string(),
  sceneOutputRoot: z.string(),
  sceneIndex: z.number().optional(),
})

/**
 * Every run that succeeded, as My3DIS has only those, and every row taken in or kept from a deleted run; in order of time. A run of
 * My3DIS that its own history tells is not told a second time from its folder.
 */
export async function exportHistory(database: Database): Promise<{ readonly csv: string; readonly rows: number }> {
  const finished = database
    .all(`SELECT * FROM registry_runs WHERE state IN ('succeeded', 'foreign') ORDER BY queued_at, id`)
    .map((row) => storedFromRow(row).summary)
  const stored = storedRows(database)
  const told = new Set(stored.map((row) => row.runDir))
  const rows = [...stored]
  for (const summary of finished) {
    if (!told.has(summary.folder)) rows.push(await historyRowOf(summary))
  }
  rows.sort((a, b) => timeFromText(a.timestamp) - timeFromText(b.timestamp) || (a.runDir < b.runDir ? -1 : 1))
  return { csv: csvFromHistory(rows), rows: rows.length }
}

/** Before a folder is deleted: what the history says of it can be read only now. */
export async function keepInHistory(database: Database, summary: RunSummary): Promise<void> {
  if (summary.state !== 'succeeded' && summary.state !== 'foreign') return
  const row = await historyRowOf(summary)
  if (!storedRows(database).some((one) => one.runDir === row.runDir)) storeRow(database, row)
}

function storedRows(database: Database): HistoryRow[] {
  return database.all('SELECT row FROM registry_history ORDER BY timestamp, run_dir').map(({ row }): HistoryRow => {
    const { ssamFreq, framesTotal, framesSelected, framesSsam, sceneIndex, ...rest } = StoredRow.parse(JSON.parse(String(row)))
    return { ...rest, ssamFreq, framesTotal, framesSelected, framesSsam, sceneIndex }
  })
}

/** False when the row is there already. */
function storeRow(database: Database, row: HistoryRow): boolean {
  const changes = database.run(
    'INSERT OR IGNORE INTO registry_history (timestamp, run_dir, row) VALUES (?, ?, ?)',
    row.timestamp,
    row.runDir,
    JSON.stringify(row),
  )
  return changes > 0
}

/** What its folder can no longer tell is left empty; a run that succeeded is never left out. */
async function historyRowOf(summary: RunSummary): Promise<HistoryRow> {
  return summary.state === 'foreign' ? foreignRow(summary) : ownRow(summary)
}

const RunFacts = z.object({
  scene: z.object({ frameCount: z.number().int(), framesPath: z.string() }),
  config: z.object({ output: z.string(), stages: z.object({ ssam: z.object({ every: z.number().int() }) }) }),
})

async function ownRow(summary: RunSummary): Promise<HistoryRow> {
  const path = join(summary.folder, runFile)
  const bare = { ...bareRow(summary, summary.endedAt ?? summary.queuedAt), configPath: path }
  const facts = RunFacts.safeParse(await jsonOf(path)).data
  if (!facts) return bare
  const { every } = facts.config.stages.ssam
  return {
    ...bare,
    dataPath: facts.scene.framesPath,
    ssamFreq: every,
    framesTotal: facts.scene.frameCount,
    framesSsam: candidatePositions(summary.frameCount, every).length,
  }
}

async function foreignRow(summary: RunSummary): Promise<HistoryRow> {
  const bare = bareRow(summary, summary.endedAt ?? summary.queuedAt)
  const read = await readForeignRun(summary.folder, [foreignManifest]).catch(() => undefined)
  if (!read?.manifest || !read.summary) return bare
  const { manifest, summary: foreign } = read
  const { experiment } = foreign
  return {
    ...bare,
    timestamp: foreign.generated_at ?? bare.timestamp,
    experimentName: experiment?.name ?? '',
    configPath: foreign.config_path ?? '',
    outputRoot: experiment?.output_root ?? bare.outputRoot,
    ssamFreq: manifest.ssam_freq,
    framesTotal: manifest.frames_total,
    framesSsam: manifest.frames_ssam,
    parentExperiment: experiment?.parent_experiment ?? '',
    experimentRoot: experiment?.experiment_root ?? '',
    sceneOutputRoot: experiment?.scene_output_root ?? bare.sceneOutputRoot,
    sceneIndex: experiment?.scene_index,
  }
}

function bareRow(summary: RunSummary, at: number): HistoryRow {
  return {
    timestamp: timestampText(at, -new Date(at).getTimezoneOffset()),
    scene: summary.sceneName,
    experimentName: summary.name,
    configPath: '',
    dataPath: summary.scenePath,
    outputRoot: dirname(summary.folder),
    runDir: summary.folder,
    levels: summary.levels,
    ssamFreq: undefined,
    framesTotal: undefined,
    framesSelected: summary.frameCount,
    framesSsam: undefined,
    parentExperiment: '',
    experimentRoot: '',
    sceneOutputRoot: summary.folder,
    sceneIndex: undefined,
  }
}

type ImportParts = {
  readonly database: Database
  readonly path: string
  readonly permit: (path: string) => Promise<string>
  readonly takeIn: (found: FoundRun) => unknown
  readonly owner: ProcessOwner
}

export async function importHistory(parts: ImportParts): Promise<HistoryImport> {
  const path = await parts.permit(parts.path)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('FOLDER_NOT_READABLE', { path, reason: reasonOfError(error) }, error)
  })
  const kind = legacyKindOf(text)
  if (kind === undefined)
    throw new Fault('CONFIG_INVALID', { where: path, reason: 'it is neither a workflow_history.csv nor a run_pid_map.csv or .tsv' })
  const counts = { added: 0, known: 0 }
  const bad: BadLine[] = []
  const parsed = kind === 'history' ? historyFromCsv(text) : kind === 'launches-csv' ? launchesFromCsv(text) : launchesFromTsv(text)
  for (const { line, row } of parsed.rows) {
    try {
      const isNew = 'pid' in row ? importLaunch(parts, row) : await importRow({ ...parts, path }, row)
      counts[isNew ? 'added' : 'known'] += 1
    } catch (error) {
      bad.push({ line, reason: reasonOfError(error) })
    }
  }
  return { ...counts, bad: [...parsed.bad, ...bad].sort((a, b) => a.line - b.line) }
}

async function importRow({ database, path, permit, takeIn, owner }: ImportParts, row: HistoryRow): Promise<boolean> {
  const folder = await permit(folderOfRow(path, row.runDir))
  const known = database.get(`SELECT 1 FROM registry_runs WHERE folder = ? AND state NOT IN ('incomplete', 'foreign')`, folder)
  // A run of ours in a history that we exported ourselves.
  if (known) return false
  const isNew = storeRow(database, { ...row, runDir: folder })
  if (!isNew) return false
  const found = isFolderGone(folder) ? undefined : await readAnyRun(folder).catch(() => undefined)
  if (found) {
    takeIn(found)
    return true
  }
  const at = timeFromText(row.timestamp)
  const bare = partialSummary({
    id: idOfFolder(folder),
    name: row.experimentName || row.scene || basename(folder),
    state: 'incomplete',
    folder,
    sceneName: row.scene,
    scenePath: row.dataPath,
    frameCount: row.framesSelected ?? 0,
    levels: [...row.levels],
    queuedAt: at,
    endedAt: at,
  })
  putRow(database, asIncomplete(bare, isFolderGone(folder) ? folderGone : 'nothing in it can be read as a run'), owner)
  return true
}

/** My3DIS wrote relative paths as seen from where it was started: beside the file, or above its logs folder. */
function folderOfRow(path: string, runDir: string): string {
  const beside = resolve(dirname(path), runDir)
  if (!isFolderGone(beside)) return beside
  const above = resolve(dirname(path), '..', runDir)
  return isFolderGone(above) ? beside : above
}

/** A start of which no run is known, so that sweeps that failed can be found too; its folder was never written down. */
function importLaunch({ database, owner }: ImportParts, launch: Launch): boolean {
  const id = `launch-${createHash('sha256').update(JSON.stringify(launch)).digest('hex').slice(0, 16)}`
  if (database.get('SELECT 1 FROM registry_runs WHERE id = ?', id)) return false
  const bare = partialSummary({
    id,
    name: basename(launch.config || launch.command.split(/\s/, 1)[0] || 'launch'),
    state: 'incomplete',
    folder: '',
    scenePath: launch.config,
    queuedAt: timeFromText(launch.timestamp),
  })
  const told = `only its start is recorded (process ${launch.pid}, output ${launch.stdoutTarget || 'unknown'}): ${launch.command}`
  putRow(database, asIncomplete(bare, told), owner)
  return true
}
