// The registry: every run of every output folder, as an index that run folders can rebuild and that several engines share.
import { dirname, isAbsolute, resolve } from 'node:path'
import { RegistryQuery, type RegistryRow, type RunSummary } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import { type Disk, realDisk } from '../disk/disk.ts'
import type { Database } from '../state/database.ts'
import { findRuns, type ScanProblem } from './folder-scan.ts'
import { exportHistory, type HistoryImport, importHistory, keepInHistory } from './history.ts'
import { isOwnerAlive, ownerOfProcess, type ProcessOwner } from './process-owner.ts'
import { takeOverRunsFile } from './runs-file.ts'
import { type FoundRun, readAnyRun, reasonAgainstRemoval } from './run-finding.ts'
import { tidyTags, writeNotes } from './run-notes.ts'
import { removeRunFolder } from './run-removal.ts'
import {
  deleteRow,
  isFolderGone,
  lookAtRun,
  lookAtRuns,
  needsOwner,
  type Now,
  putRow,
  type ReadBefore,
  shownSummary,
  storedFromRow,
  writeNotesOfRow,
} from './run-rows.ts'
import { findRow, searchRows } from './run-search.ts'
import { type FolderSize, sizeOfFolder } from './run-size.ts'
import { idOfFolder } from './run-summary.ts'
import { rememberRoot, takeInRun } from './take-in.ts'

export type ScanResult = {
  readonly found: number
  readonly added: number
  readonly problems: readonly ScanProblem[]
}

export type Registry = {
  /** What the old list of runs held could not be taken over, in words; empty as a rule. */
  readonly problems: readonly string[]
  /** Runs of ours whose folder is there, newest first. A run whose engine is gone is told as interrupted. */
  list(): Promise<RunSummary[]>
  /** Any run, of another program too; undefined for one of ours whose folder is gone. */
  find(runId: string): Promise<RunSummary | undefined>
  /** Writes the run's row; this process is its owner from now on. Tags and note stay. */
  put(summary: RunSummary): Promise<void>
  /** Takes a run out; nothing on disk is touched. */
  forget(runId: string): Promise<void>
  /** Takes in the run in a folder, of whatever kind. Throws RUN_FOLDER_EXPECTED when there is none. */
  open(folder: string): Promise<RunSummary>
  search(query: Partial<RegistryQuery>): Promise<{ readonly rows: RegistryRow[]; readonly total: number }>
  /** Throws RUN_NOT_FOUND. `reason`: why tags and note are kept by the registry alone, undefined when the run folder has them too. */
  annotate(
    runId: string,
    notes: { readonly tags: readonly string[]; readonly note: string },
  ): Promise<{ readonly reason: string | undefined }>
  allTags(): Promise<string[]>
  /** Folders that hold runs, in order: those scanned, and those runs were written to. */
  outputRoots(): Promise<string[]>
  /** Takes in every run one or two levels down. Throws FOLDER_NOT_READABLE for the root itself, and the signal's reason. */
  scan(outputRoot: string, signal?: AbortSignal, progress?: (looked: number, found: number) => void): Promise<ScanResult>
  /** Throws RUN_NOT_FOUND, or RUN_FOLDER_EXPECTED when the folder is gone. */
  sizeOf(runId: string): Promise<FolderSize>
  /** Deletes the folder of a run. Throws RUN_NOT_FOUND, RUN_FOLDER_EXPECTED, RUN_IN_USE, FOLDER_NOT_WRITABLE. */
  remove(runId: string): Promise<void>
  /** My3DIS's CSV of all runs that succeeded, in order of time. */
  exportHistory(): Promise<{ readonly csv: string; readonly rows: number }>
  /** Takes in a workflow_history.csv or run_pid_map.csv / .tsv. Throws FOLDER_NOT_READABLE, CONFIG_INVALID when it is neither. */
  importHistory(path: string): Promise<HistoryImport>
}

export type RegistryOptions = {
  /** Where an old runs.json may lie; it is taken over once. */
  readonly stateFolder?: string
  /** Rejects for a path that may not be touched. Default: everything may. */
  readonly permit?: (path: string) => Promise<string>
  readonly disk?: Disk
  /** Given in tests. */
  readonly owner?: ProcessOwner
  readonly isAlive?: (owner: ProcessOwner) => boolean
}

export function openRegistry(database: Database, options: RegistryOptions = {}): Registry {
  const owner = options.owner ?? ownerOfProcess(process.pid)
  const isAlive = options.isAlive ?? isOwnerAlive
  const permit = options.permit ?? (async (path: string) => resolve(path))
  const disk = options.disk ?? realDisk
  const problems = options.stateFolder === undefined ? [] : takeOverRunsFile(database, options.stateFolder)
  const look = (): Now => lookAtRuns(database, isAlive)
  const readBefore: ReadBefore = new Map()
  const rowOf = (runId: string): RegistryRow => {
    const row = findRow(database, runId, lookAtRun(database, runId, isAlive))
    if (!row) throw new Fault('RUN_NOT_FOUND', { run: runId })
    return row
  }
  const takeIn = (found: FoundRun) => takeInRun(database, found, isAlive)

  return {
    problems,
    list: async () => {
      const now = look()
      return database
        .all(
          `SELECT id, folder, summary, owner_pid, owner_started FROM registry_runs WHERE state NOT IN ('incomplete', 'foreign') ORDER BY queued_at DESC, id`,
        )
        .filter((row) => !now.gone.has(String(row.id)))
        .map((row) => shownSummary(storedFromRow(row, readBefore), now))
    },
    find: async (runId) => {
      const now = lookAtRun(database, runId, isAlive)
      const row = database.get('SELECT * FROM registry_runs WHERE id = ?', runId)
      if (!row) return undefined
      const stored = storedFromRow(row)
      const ours = stored.summary.state !== 'incomplete' && stored.summary.state !== 'foreign'
      return ours && now.gone.has(runId) ? undefined : shownSummary(stored, now)
    },
    put: async (summary) => {
      // Whoever opens the folder of a run that another engine carries out reads it as interrupted, and must not spoil its row.
      const row = summary.state === 'interrupted' ? database.get('SELECT * FROM registry_runs WHERE id = ?', summary.id) : undefined
      const known = row && storedFromRow(row)
      if (known && needsOwner(known.summary.state) && known.owner.pid !== owner.pid && isAlive(known.owner)) return
      putRow(database, summary, owner)
      rememberRoot(database, dirname(summary.folder))
    },
    forget: async (runId) => {
      database.transact(() => deleteRow(database, runId))
      readBefore.delete(runId)
    },
    open: async (folder) => {
      const path = await permit(folder)
      const found = await readAnyRun(path).catch((error: unknown) => {
        throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: reasonOfError(error) }, error)
      })
      if (!found) throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: 'it holds no run' })
      const taken = takeIn(found)
      if (taken.problem !== undefined) throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: taken.problem })
      return rowOf(found.summary.id)
    },
    search: async (query) => searchRows(database, RegistryQuery.parse(query), look()),
    annotate: async (runId, { tags, note }) => {
      const { folder } = rowOf(runId)
      const tidy = tidyTags(tags)
      let reason: string | undefined
      if (isFolderGone(folder)) reason = 'the folder of the run is gone'
      else
        try {
          await writeNotes(disk, await permit(folder), { tags: tidy, note })
        } catch (error) {
          reason = reasonOfError(error)
        }
      database.transact(() => writeNotesOfRow(database, runId, tidy, note))
      return { reason }
    },
    allTags: async () => database.all('SELECT DISTINCT tag FROM registry_tags ORDER BY tag_text, tag').map((row) => String(row.tag)),
    outputRoots: async () => outputRoots(database),
    scan: (root, signal, progress) => scan({ database, takeIn, disk, root, permit, signal, progress }),
    sizeOf: async (runId) => {
      const { folder } = rowOf(runId)
      return sizeOfFolder(await permit(namedFolder(folder))).catch((error: unknown) => {
        throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: reasonOfError(error) }, error)
      })
    },
    remove: async (runId) => {
      const row = rowOf(runId)
      const path = await permit(namedFolder(row.folder))
      await checkRemovable(path, runId)
      await keepInHistory(database, row)
      markRemoving(database, runId, isAlive)
      await removeRunFolder(disk, path, () => database.transact(() => deleteRow(database, runId))).catch((error: unknown) => {
        database.run('UPDATE registry_runs SET removing = 0 WHERE id = ?', runId)
        throw new Fault('FOLDER_NOT_WRITABLE', { path, reason: reasonOfError(error) }, error)
      })
    },
    exportHistory: () => exportHistory(database),
    importHistory: (path) => importHistory({ database, path, permit, takeIn, owner: nobody }),
  }
}

const nobody: ProcessOwner = { pid: 0, started: '' }

function outputRoots(database: Database): string[] {
  return database.all('SELECT path FROM registry_roots ORDER BY path').map((row) => String(row.path))
}

async function scan(parts: {
  readonly database: Database
  readonly takeIn: (found: FoundRun) => { readonly added: boolean; readonly problem: string | undefined }
  readonly disk: Disk
  readonly root: string
  readonly permit: (path: string) => Promise<string>
  readonly signal: AbortSignal | undefined
  readonly progress: ((looked: number, found: number) => void) | undefined
}): Promise<ScanResult> {
  const { database, takeIn, disk, permit, signal, progress } = parts
  const root = await permit(parts.root)
  const { runs, problems, leftovers } = await findRuns(root, signal, progress).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw new Fault('FOLDER_NOT_READABLE', { path: root, reason: reasonOfError(error) }, error)
  })
  const told = [...problems]
  let added = 0
  for (const found of runs) {
    const { folder } = found.summary
    try {
      // A link in the root may lead out of what may be touched.
      await permit(folder)
      const taken = takeIn(found)
      if (taken.added) added += 1
      if (taken.problem !== undefined) told.push({ folder, reason: taken.problem })
    } catch (error) {
      told.push({ folder, reason: reasonOfError(error) })
    }
  }
  for (const folder of leftovers)
    await disk
      .remove(folder)
      .catch((error: unknown) => told.push({ folder, reason: `left by a deletion and not removed: ${reasonOfError(error)}` }))
  database.run('INSERT OR IGNORE INTO registry_roots (path) VALUES (?)', root)
  return { found: runs.length, added, problems: told }
}

/** Some rows name no folder (a start that My3DIS only noted down), and an empty path would stand for wherever this process runs. */
function namedFolder(folder: string): string {
  if (isAbsolute(folder)) return folder
  throw new Fault('RUN_FOLDER_EXPECTED', { path: folder || 'Nothing', reason: 'it was never written down where the run lies' })
}

/** Throws unless the folder is that of this run, and of no other. */
async function checkRemovable(path: string, runId: string): Promise<void> {
  const refuse = (reason: string) => new Fault('RUN_FOLDER_EXPECTED', { path, reason })
  const reason = await reasonAgainstRemoval(path).catch(reasonOfError)
  if (reason !== undefined) throw refuse(reason)
  // A folder may have been emptied by hand and written by another run since its row was made.
  const found = await readAnyRun(path).catch(() => undefined)
  if (found?.summary.id !== runId && idOfFolder(path) !== runId)
    throw refuse(`it now holds another run, ${found?.summary.id ?? 'which cannot be read'}; scan its output folder first`)
  const inside = await runsInside(path)
  if (inside !== undefined) throw refuse(`another run lies in it, ${inside}`)
}

/** My3DIS may write a run right into its output root, beside the folders of others. */
async function runsInside(path: string): Promise<string | undefined> {
  const { runs } = await findRuns(path, undefined, undefined, true)
  return runs[0]?.summary.folder
}

/** From here on a row without its folder is no row. Throws RUN_IN_USE while somebody carries the run out. */
function markRemoving(database: Database, runId: string, isAlive: (owner: ProcessOwner) => boolean): void {
  database.transact(() => {
    const row = database.get('SELECT * FROM registry_runs WHERE id = ?', runId)
    if (!row) throw new Fault('RUN_NOT_FOUND', { run: runId })
    const { summary, owner } = storedFromRow(row)
    if (needsOwner(summary.state) && isAlive(owner))
      throw new Fault('RUN_IN_USE', { run: summary.name, state: summary.state, ...(owner.pid === process.pid ? {} : { owner: owner.pid }) })
    database.run('UPDATE registry_runs SET removing = 1 WHERE id = ?', runId)
  })
}
