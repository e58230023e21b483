// Opens what a run found for reading, whatever state its folder was left in: the listing, and each artifact by one range read.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArchiveListing, listingFromArchive, listingFromManifest, readArtifact } from '#core/archive/archive-reader'
import { archiveOf, type ManifestEntry, manifestFromLines, newestEntries } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { ifThere } from '../disk/if-there.ts'
import { type FileSource, openFileSource } from './file-source.ts'
import { manifestFile } from './run-files.ts'

export type OpenArchive = {
  readonly listing: ArchiveListing
  read(entry: ManifestEntry): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** Thrown to readers of an archive that was closed meanwhile, because its run rests or was opened anew: they ask for the run again. */
export class ArchiveClosed extends Error {}

/** Each tar is opened when it is first read from. */
export type TarFiles = { open(name: string): Promise<FileSource>; close(): Promise<void> }

export function tarFilesIn(folder: string): TarFiles {
  const files = new Map<string, Promise<FileSource>>()
  let isClosed = false
  return {
    open: (name) => {
      if (isClosed) return Promise.reject(new ArchiveClosed(`${folder} was closed`))
      const known = files.get(name) ?? openFileSource(join(folder, name))
      files.set(name, known)
      known.catch(() => files.delete(name))
      return known
    },
    close: async () => {
      isClosed = true
      const open = await Promise.allSettled(files.values())
      files.clear()
      await Promise.all(open.map((file) => (file.status === 'fulfilled' ? file.value.close() : undefined)))
    },
  }
}

/** Lists by the manifest in the folder, else by the last member of each tar. Throws RUN_FOLDER_EXPECTED when there is neither. */
export async function openArchive(folder: string): Promise<OpenArchive> {
  const tars = tarFilesIn(folder)
  const manifest = await ifThere(readFile(join(folder, manifestFile), 'utf8'))
  try {
    const listing = manifest === undefined ? await listingOfTars(folder, tars) : await listingOf(manifest, tars)
    return { listing, read: readerOf(folder, tars), close: () => tars.close() }
  } catch (error) {
    await tars.close()
    throw error
  }
}

/** Out of the last member of each tar. One that was not ended has none: then its artifacts are not listed, and that is said. */
async function listingOfTars(folder: string, tars: TarFiles): Promise<ArchiveListing> {
  const there: readonly string[] = await readdir(folder).catch((): string[] => [])
  const names = there.filter((name) => name.endsWith('.tar')).sort()
  // A run that waits for its first stage, or was paused or cancelled before it, has written nothing yet.
  if (names.length === 0 && there.includes('journal.ndjson')) return { entries: new Map(), from: 'manifest', problem: undefined }
  if (names.length === 0) throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: `it has neither ${manifestFile} nor a tar` })
  const listings = await Promise.all(names.map(async (name) => listingFromArchive(await tars.open(name))))
  const found = listings.flatMap((listing) => (listing ? [...listing.entries.values()] : []))
  const lost = names.filter((_, i) => listings[i] === undefined)
  // A power cut before the first commit may leave a tar alone: the run is there, and goes on from its beginning.
  if (found.length === 0 && there.includes('journal.ndjson'))
    return { entries: new Map(), from: 'member', problem: `${manifestFile} is missing, and ${lost.join(', ')} ends without its own` }
  if (found.length === 0) throw new Fault('ARCHIVE_TRUNCATED', { path: join(folder, lost[0]!), readable: 0, expected: 'an unknown number' })
  const problem =
    lost.length > 0
      ? `${manifestFile} is missing, and ${lost.join(', ')} ends without its own`
      : listings.find((one) => one?.problem)?.problem
  return { entries: newestEntries(found.sort((a, b) => a.seq - b.seq)), from: 'member', problem }
}

/** Without the entries whose bytes are gone; a tar that is missing has lost all of its entries. */
async function listingOf(text: string, tars: TarFiles): Promise<ArchiveListing> {
  const names = new Set(manifestFromLines(text).entries.flatMap((entry) => (entry.place === 'archive' ? [archiveOf(entry)] : [])))
  const sizes = new Map<string, number>()
  for (const name of names)
    sizes.set(
      name,
      await tars.open(name).then(
        (source) => source.size(),
        () => 0,
      ),
    )
  return listingFromManifest(text, (name) => sizes.get(name) ?? 0)
}

function readerOf(folder: string, tars: TarFiles): OpenArchive['read'] {
  return async (entry) => {
    if (entry.place === 'file') return new Uint8Array(await readFile(join(folder, entry.name)))
    return readArtifact(await tars.open(archiveOf(entry)), entry)
  }
}

/** What is being written, read while it grows: `entries` are the writer's. */
export function openGrowing(folder: string, entries: () => ReadonlyMap<string, ManifestEntry>): OpenArchive {
  const tars = tarFilesIn(folder)
  return {
    get listing(): ArchiveListing {
      return { entries: entries(), from: 'manifest', problem: undefined }
    },
    read: readerOf(folder, tars),
    close: () => tars.close(),
  }
}
