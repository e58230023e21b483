// Takes a run that was found on disk into the registry, without touching one that is being carried out.
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from '../state/database.ts'
import type { ProcessOwner } from './process-owner.ts'
import type { FoundRun } from './run-finding.ts'
import { deleteRow, isFolderGone, needsOwner, putRow, storedFromRow, writeNotesOfRow } from './run-rows.ts'

/** `added`: it was not known before. `problem`: why it was not taken in. */
export type TakenIn = { readonly added: boolean; readonly problem: string | undefined }

const nobody: ProcessOwner = { pid: 0, started: '' }

export function takeInRun(database: Database, { summary, notes }: FoundRun, isAlive: (owner: ProcessOwner) => boolean): TakenIn {
  return database.transact(() => {
    const row = database.get('SELECT * FROM registry_runs WHERE id = ?', summary.id)
    const known = row && storedFromRow(row)
    if (known && needsOwner(known.summary.state) && isAlive(known.owner)) return { added: false, problem: undefined }
    // Between reading it and this, somebody may have deleted it.
    if (isFolderGone(summary.folder)) return { added: false, problem: 'it went away while it was read' }
    const other = known?.summary.folder
    if (other !== undefined && !isSameFolder(other, summary.folder) && !isFolderGone(other))
      return { added: false, problem: `it is a copy of the run in ${other}; only one of them can be listed` }
    const here = other !== undefined && isSameFolder(other, summary.folder) ? other : summary.folder
    // What stood for this folder under another id (an unreadable run that can be read now, a line of a history) is replaced by it.
    const before = database.all('SELECT id, note FROM registry_runs WHERE folder = ? AND id <> ?', here, summary.id)
    putRow(database, { ...summary, folder: here }, nobody)
    for (const { id } of before) deleteRow(database, String(id))
    if (notes) writeNotesOfRow(database, summary.id, notes.tags, notes.note)
    if (summary.state !== 'foreign') rememberRoot(database, dirname(here))
    return { added: !known && before.length === 0, problem: undefined }
  })
}

export function rememberRoot(database: Database, path: string): void {
  database.run('INSERT OR IGNORE INTO registry_roots (path) VALUES (?)', path)
}

function isSameFolder(a: string, b: string): boolean {
  if (a === b) return true
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}
