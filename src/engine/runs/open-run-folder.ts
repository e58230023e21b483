// A run folder opened for reading by programs that look into it: the record, the listing, and each artifact's bytes.
import type { ArchiveListing } from '#core/archive/archive-reader'
import type { ManifestEntry } from '#core/archive/manifest'
import type { RunRecord } from '#core/run/run'
import { openArchive } from '../archive/open-archive.ts'
import { readStageRecords } from '../archive/recover.ts'
import type { StageRecord } from '../archive/run-files.ts'
import { readRunFolder } from './run-folder.ts'

export type RunFolder = {
  readonly folder: string
  readonly record: RunRecord
  readonly listing: ArchiveListing
  /** Of finished stages, in the order of the pipeline; none in runs of version 0.1. */
  readonly stages: readonly StageRecord[]
  /** What is cut or missing, in words; empty when nothing is. */
  readonly problems: readonly string[]
  readArtifact(entry: ManifestEntry): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** Throws RUN_FOLDER_EXPECTED when the folder holds no run, ARCHIVE_TRUNCATED when nothing of its archive can be listed. */
export async function openRunFolder(folder: string): Promise<RunFolder> {
  const { record, problems } = await readRunFolder(folder)
  const archive = await openArchive(folder)
  const stages = await readStageRecords(folder)
  const all = archive.listing.problem === undefined ? problems : [...problems, archive.listing.problem]
  return { folder, record, listing: archive.listing, stages, problems: all, readArtifact: archive.read, close: archive.close }
}
