// Opens the archive of a run folder for reading, whatever state it was left in.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArchiveListing, listingFromArchive, listingFromManifest, readArtifact } from '#core/archive/archive-reader'
import { type ManifestEntry, newestEntries } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { archiveFile, manifestFile } from './archive-writer.ts'
import { openFileSource } from './file-source.ts'

export type OpenArchive = {
  readonly listing: ArchiveListing
  read(entry: ManifestEntry): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** Lists by the manifest beside the archive, else by the archive's own last member. Throws RUN_FOLDER_EXPECTED when there is neither. */
export async function openArchive(folder: string): Promise<OpenArchive> {
  const path = join(folder, archiveFile)
  const source = await openFileSource(path).catch((error: unknown) => {
    throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: `it has no ${archiveFile}` }, error)
  })
  try {
    const manifest = await readFile(join(folder, manifestFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    const listing = manifest === undefined ? await listingFromArchive(source) : await listingFromManifest(source, manifest)
    if (!listing) throw new Fault('ARCHIVE_TRUNCATED', { path, readable: 0, expected: 'an unknown number' })
    const read = async (entry: ManifestEntry) =>
      entry.place === 'archive' ? readArtifact(source, entry) : new Uint8Array(await readFile(join(folder, entry.name)))
    return { listing, read, close: () => source.close() }
  } catch (error) {
    await source.close()
    throw error
  }
}

/** A live archive: the writer's entries as they come, read from the growing file. */
export async function openGrowing(folder: string): Promise<OpenArchive & { add(entry: ManifestEntry): void }> {
  const source = await openFileSource(join(folder, archiveFile))
  const entries = newestEntries([])
  return {
    listing: { entries, from: 'manifest', problem: undefined },
    add: (entry) => {
      entries.set(entry.name, entry)
    },
    read: async (entry) =>
      entry.place === 'archive' ? readArtifact(source, entry) : new Uint8Array(await readFile(join(folder, entry.name))),
    close: () => source.close(),
  }
}
