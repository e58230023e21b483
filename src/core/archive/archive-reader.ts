// Reads one artifact out of an archive, whatever the bytes come from; and rebuilds the listing of an archive that lost its manifest.
import { Fault } from '../base/fault.ts'
import { archiveOf, type ArchivedEntry, type ManifestEntry, manifestFromLines, newestEntries } from './manifest.ts'

/** Bytes by range. `read` gives exactly `length` bytes or fewer when the source ends; it never waits for more. */
export type ByteSource = {
  readonly name: string
  size(): Promise<number>
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

const block = 512
export const manifestMember = 'manifest.ndjson'

/** One artifact's bytes: one range read. Throws ARCHIVE_DAMAGED when the archive ends before them. */
export async function readArtifact(source: ByteSource, entry: ArchivedEntry): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(entry.offset, entry.length)
  if (bytes.length !== entry.length) {
    throw new Fault('ARCHIVE_DAMAGED', {
      path: source.name,
      offset: entry.offset,
      reason: `${entry.name} needs ${entry.length} bytes, ${bytes.length} are there`,
    })
  }
  return bytes
}

export type TarMember = { readonly name: string; readonly offset: number; readonly length: number }

/**
 * Walks tar headers from the front (POSIX ustar: name at 0, size at 124 in octal or base-256, checksum at 148, prefix at 345).
 * Stops without an error where the archive is cut or damaged; `end` tells how and where.
 */
export async function scanTar(
  source: ByteSource,
): Promise<{ readonly members: TarMember[]; readonly end: 'complete' | 'cut' | 'damaged'; readonly at: number }> {
  const members: TarMember[] = []
  const size = await source.size()
  let offset = 0
  while (offset + block <= size) {
    const header = await source.read(offset, block)
    if (header.every((byte) => byte === 0)) return { members, end: 'complete', at: offset }
    const length = checkedSize(header)
    if (length === undefined) return { members, end: 'damaged', at: offset }
    const start = offset + block
    if (start + length > size) return { members, end: 'cut', at: offset }
    members.push({ name: nameFromHeader(header), offset: start, length })
    offset = start + Math.ceil(length / block) * block
  }
  return { members, end: 'cut', at: offset }
}

function nameFromHeader(header: Uint8Array): string {
  const prefix = textUntilZero(header, 345, 155)
  const name = textUntilZero(header, 0, 100)
  return prefix ? `${prefix}/${name}` : name
}

/** The text of a header's field, up to its first zero byte. */
export function textUntilZero(header: Uint8Array, start: number, length: number): string {
  let end = start
  while (end < start + length && header[end] !== 0) end += 1
  return new TextDecoder().decode(header.subarray(start, end))
}

/** Whether a header of 512 bytes fits its checksum: the sum of its bytes, those of the checksum itself counted as spaces. */
export function tarHeaderHolds(header: Uint8Array): boolean {
  const expected = Number.parseInt(textUntilZero(header, 148, 8).trim(), 8)
  let sum = 0
  for (let i = 0; i < block; i += 1) sum += i >= 148 && i < 156 ? 32 : header[i]!
  return sum === expected
}

function checkedSize(header: Uint8Array): number | undefined {
  if (!tarHeaderHolds(header)) return undefined
  if (header[124]! & 0x80) {
    let size = header[124]! & 0x7f
    for (let i = 125; i < 136; i += 1) size = size * 256 + header[i]!
    return Number.isSafeInteger(size) ? size : undefined
  }
  const size = Number.parseInt(textUntilZero(header, 124, 12).trim() || '0', 8)
  return Number.isInteger(size) && size >= 0 ? size : undefined
}

export type ArchiveListing = {
  /** Newest entry of each name. */
  readonly entries: ReadonlyMap<string, ManifestEntry>
  /** Where the listing was taken from. */
  readonly from: 'manifest' | 'member'
  /** Why the listing is shorter than it should be; undefined when nothing is missing. */
  readonly problem: string | undefined
}

/**
 * The listing out of the manifest that stands beside the archives, without the entries whose bytes an archive no longer has.
 * `sizeOf` gives the length in bytes of a tar by its name, 0 for one that is not there.
 */
export function listingFromManifest(manifestText: string, sizeOf: (archive: string) => number): ArchiveListing {
  const { entries, reason } = manifestFromLines(manifestText)
  const readable = entries.filter((entry) => entry.place === 'file' || entry.offset + entry.length <= sizeOf(archiveOf(entry)))
  const lost = entries.length - readable.length
  const problem =
    lost > 0
      ? `the archive is cut: ${lost} of ${entries.length} artifacts are gone`
      : reason === undefined
        ? undefined
        : `the manifest is cut: ${reason}`
  return { entries: newestEntries(readable), from: 'manifest', problem }
}

/** The listing out of the archive alone: its last member is the manifest. Undefined when the archive has none (it is unfinished or cut). */
export async function listingFromArchive(source: ByteSource): Promise<ArchiveListing | undefined> {
  const { members } = await scanTar(source)
  const member = members.findLast((candidate) => candidate.name === manifestMember)
  if (!member) return undefined
  const { entries, reason } = manifestFromLines(new TextDecoder().decode(await source.read(member.offset, member.length)))
  return { entries: newestEntries(entries), from: 'member', problem: reason }
}
