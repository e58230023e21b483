// What the writers of one archive share: the files that all stages write to, and how failures of the system are told.
import { join } from 'node:path'
import type { ManifestEntry } from '#core/archive/manifest'
import { Fault, reasonOfError } from '#core/base/fault'
import type { Disk } from '../disk/disk.ts'
import type { LineFile } from './line-file.ts'
import type { StageRecord } from './run-files.ts'

/** A line of the manifest before it has a number. */
export type NewEntry = Omit<Extract<ManifestEntry, { place: 'archive' }>, 'seq'> | Omit<Extract<ManifestEntry, { place: 'file' }>, 'seq'>

/** What the writers of one archive share. */
export type ArchiveParts = {
  readonly disk: Disk
  readonly folder: string
  readonly manifest: LineFile
  readonly counter: { readonly seq: number }
  /** Numbers the entry and writes its line; the artifact's bytes are written before. */
  readonly note: (entry: NewEntry) => Promise<ManifestEntry>
  /** The same for many at once, in one write. */
  readonly noteAll: (entries: readonly NewEntry[]) => Promise<readonly ManifestEntry[]>
  /** Syncs the manifest, then writes the record: from then on the stage is finished. */
  readonly finish: (record: StageRecord) => Promise<StageRecord>
}

/** Unless told otherwise, the new name would survive a power cut. */
export async function makeFolder(disk: Disk, parent: string, name: string, sync = true): Promise<void> {
  const made = await disk.makeFolder(join(parent, name)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      return false
    },
  )
  if (made && sync) await disk.syncFolder(parent)
}

/** The folders above the file `name` of a run folder, made where they are missing. */
export async function makeFoldersFor(disk: Disk, folder: string, name: string): Promise<void> {
  const steps = name.split('/').slice(0, -1)
  for (let i = 0; i < steps.length; i += 1) await makeFolder(disk, join(folder, ...steps.slice(0, i)), steps[i]!)
}

/** Failures of the system as faults that say what to do. */
export async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault || !(error instanceof Error) || !('code' in error)) throw error
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT') throw new Fault('DISK_FULL', { path: folder }, error)
    throw new Fault('FOLDER_NOT_WRITABLE', { path: folder, reason: reasonOfError(error) }, error)
  }
}
