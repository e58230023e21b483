// The registry's rows: written by one statement each, so that several engines never undo one another, and read with what is true now.
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type RegistryRow, RunSummary } from '#api/api'
import type { Database, Row } from '../state/database.ts'
import type { ProcessOwner } from './process-owner.ts'
import { foldText } from './registry-tables.ts'
import { asIncomplete, folderGone, partialSummary } from './run-summary.ts'
import { tidyTags } from './run-notes.ts'

/** States that only a living process can bring on. A paused run needs none: it waits on disk. */
const owned: readonly RunSummary['state'][] = ['queued', 'running', 'pausing', 'cancelling']

export function needsOwner(state: RunSummary['state']): boolean {
  return owned.includes(state)
}

export type StoredRun = { readonly summary: RunSummary; readonly owner: ProcessOwner }

/** Writes or replaces the row of a run; what a person wrote about it stays. */
export function putRow(database: Database, summary: RunSummary, owner: ProcessOwner): void {
  const { id, folder, state, name, sceneName, queuedAt, startedAt, endedAt } = summary
  database.run(
    `INSERT INTO registry_runs
      (id, folder, state, summary, name_text, scene_text, folder_text, queued_at, duration_ms, owner_pid, owner_started)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      folder = excluded.folder, state = excluded.state, summary = excluded.summary, name_text = excluded.name_text,
      scene_text = excluded.scene_text, folder_text = excluded.folder_text, queued_at = excluded.queued_at,
      duration_ms = excluded.duration_ms, owner_pid = excluded.owner_pid, owner_started = excluded.owner_started, removing = 0`,
    id,
    folder,
    state,
    JSON.stringify(summary),
    foldText(name),
    foldText(sceneName),
    foldText(folder),
    queuedAt,
    startedAt === undefined || endedAt === undefined ? null : endedAt - startedAt,
    owner.pid,
    owner.started,
  )
}

/** Tags and note replace those before. Call it inside of a transaction. */
export function writeNotesOfRow(database: Database, runId: string, tags: readonly string[], note: string): void {
  database.run('UPDATE registry_runs SET note = ?, note_text = ? WHERE id = ?', note, foldText(note), runId)
  database.run('DELETE FROM registry_tags WHERE run_id = ?', runId)
  for (const tag of tidyTags(tags))
    database.run('INSERT INTO registry_tags (run_id, tag, tag_text) VALUES (?, ?, ?)', runId, tag, foldText(tag))
}

export function deleteRow(database: Database, runId: string): void {
  database.run('DELETE FROM registry_runs WHERE id = ?', runId)
  database.run('DELETE FROM registry_tags WHERE run_id = ?', runId)
}

/** Summaries read before, by their text: checking thousands again for every look at the list would keep the engine from its work. */
export type ReadBefore = Map<string, { readonly text: string; readonly summary: RunSummary }>

export function storedFromRow(row: Row, before?: ReadBefore): StoredRun {
  const owner = { pid: Number(row.owner_pid), started: String(row.owner_started) }
  const text = String(row.summary)
  const known = before?.get(String(row.id))
  if (known?.text === text) return { summary: known.summary, owner }
  const summary = summaryFromRow(row)
  before?.set(String(row.id), { text, summary })
  return { summary, owner }
}

function summaryFromRow(row: Row): RunSummary {
  const parsed = RunSummary.safeParse(JSON.parse(String(row.summary)))
  if (parsed.success) return parsed.data
  // Written by a later version of the program: the row still names its folder, and a scan mends it.
  const bare = partialSummary({ id: String(row.id), name: basename(String(row.folder)), state: 'incomplete', folder: String(row.folder) })
  return asIncomplete(bare, 'its row was written by another version; scan its folder again')
}

/** What the rows do not know by themselves: whose process ended, and whose folder went away. */
export type Now = { readonly dead: ReadonlySet<string>; readonly gone: ReadonlySet<string> }

const nowColumns = 'SELECT id, folder, state, owner_pid, owner_started FROM registry_runs'

/** One look at the process and the folder of one run. */
export function lookAtRun(database: Database, runId: string, isAlive: (owner: ProcessOwner) => boolean): Now {
  return nowOf(database.all(`${nowColumns} WHERE id = ?`, runId), isAlive, () => undefined)
}

/** One look at every process, and at every folder that holds run folders. */
export function lookAtRuns(database: Database, isAlive: (owner: ProcessOwner) => boolean): Now {
  return nowOf(database.all(nowColumns), isAlive, namesIn)
}

function nowOf(
  rows: readonly Row[],
  isAlive: (owner: ProcessOwner) => boolean,
  listing: (folder: string) => ReadonlySet<string> | undefined,
): Now {
  const dead = new Set<string>()
  const gone = new Set<string>()
  const lookedFor = new Map<string, boolean>()
  const listings = new Map<string, ReadonlySet<string> | undefined>()
  for (const row of rows) {
    const [id, folder] = [String(row.id), String(row.folder)]
    const key = `${row.owner_pid}/${row.owner_started}`
    if (owned.some((state) => state === row.state)) {
      const alive = lookedFor.get(key) ?? isAlive({ pid: Number(row.owner_pid), started: String(row.owner_started) })
      lookedFor.set(key, alive)
      if (!alive) dead.add(id)
    }
    const parent = dirname(folder)
    if (!listings.has(parent)) listings.set(parent, listing(parent))
    // One listing of the parent instead of a question per run; the question decides where names are not compared as written.
    if (!listings.get(parent)?.has(basename(folder)) && isFolderGone(folder)) gone.add(id)
  }
  return { dead, gone }
}

function namesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(folder))
  } catch {
    // Each run is asked for by itself then.
    return undefined
  }
}

/** A folder that may not be looked at is not gone. */
export function isFolderGone(folder: string): boolean {
  if (folder === '') return true
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR'
  }
}

export function shownSummary({ summary }: StoredRun, now: Now): RunSummary {
  if (now.gone.has(summary.id)) return summary.state === 'incomplete' ? summary : asIncomplete(summary, folderGone)
  if (summary.fault?.params.reason === folderGone) return asIncomplete(summary, 'its folder is there again; scan its output folder')
  return now.dead.has(summary.id) ? { ...summary, state: 'interrupted', stage: undefined } : summary
}

export function registryRowFrom(row: Row, now: Now): RegistryRow {
  const tags: unknown = JSON.parse(String(row.tags))
  return { ...shownSummary(storedFromRow(row), now), note: String(row.note), tags: Array.isArray(tags) ? tags.map(String) : [] }
}
