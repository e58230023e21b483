// The central directory of a ZIP as a list of members, with everything refused that a reader cannot trust.
import type { ByteSource } from '../../archive/archive-reader.ts'
import { Fault } from '../../base/fault.ts'
import { memberName, shownName } from '../member-name.ts'
import { damagedZip, findZipEnd, readExactly, uint64At } from './zip-end.ts'

export type ZipLimits = {
  /** Members of one archive. */
  readonly members: number
  /** Bytes of the central directory, which is held in memory while it is read. */
  readonly directoryBytes: number
  /** Bytes of one member once unpacked. */
  readonly memberBytes: number
  /** Unpacked bytes for each packed one; deflate cannot reach more than 1032. */
  readonly ratio: number
}
export const zipLimits: ZipLimits = { members: 500_000, directoryBytes: 64 * 2 ** 20, memberBytes: 2 ** 30, ratio: 1032 }

export type ZipEntry = {
  readonly name: string
  /** 0 stored, 8 deflate. */
  readonly method: 0 | 8
  readonly crc: number
  /** Bytes as they lie in the file. */
  readonly length: number
  /** Bytes once unpacked. */
  readonly size: number
  readonly headerOffset: number
  /** Where the next member or the directory begins: this one ends there or before. */
  readonly bound: number
}

const entrySignature = 0x02014b50
const entryBytes = 46
const headerBytes = 30
const encryptedFlags = 0x0001 | 0x0040 | 0x2000
const utf8Flag = 0x0800

type Entry = Omit<ZipEntry, 'method' | 'bound'> & { readonly method: number; readonly nameBytes: number; readonly folder: boolean }

/**
 * The files of an archive in the order of its directory; folders are left out. Reads the end of the file and the directory,
 * nothing else. Throws a FOREIGN_* fault for whatever cannot be trusted, before any member is read.
 */
export async function readZipDirectory(source: ByteSource, limits: ZipLimits = zipLimits): Promise<readonly ZipEntry[]> {
  const path = source.name
  const end = await findZipEnd(source)
  if (end.count > limits.members) throw new Fault('FOREIGN_TOO_MANY', { path, what: 'members', found: end.count, limit: limits.members })
  if (end.bytes > limits.directoryBytes)
    throw new Fault('FOREIGN_TOO_MANY', { path, what: 'bytes in its directory', found: end.bytes, limit: limits.directoryBytes })
  const view = await readExactly(source, end.offset, end.bytes, 'the directory')
  const names = new Set<string>()
  const decoder = new TextDecoder()
  const entries: Entry[] = []
  let at = 0
  for (let i = 0; i < end.count; i++) {
    const [entry, next] = entryAt(source, view, at, end.offset, decoder)
    if (names.has(entry.name)) throw new Fault('FOREIGN_NAME_DUPLICATE', { path, member: shownName(entry.name) })
    names.add(entry.name)
    checkEntry(path, entry, end.offset, limits)
    entries.push(entry)
    at = next
  }
  if (at !== end.bytes) throw damagedZip(source, end.offset + at, `the directory goes on after its ${end.count} members`)
  return withBounds(path, entries, end.offset)
}

function entryAt(
  source: ByteSource,
  view: DataView<ArrayBuffer>,
  at: number,
  base: number,
  decoder: InstanceType<typeof TextDecoder>,
): readonly [Entry, next: number] {
  const cut = () => damagedZip(source, base + at, 'the directory is cut')
  if (at + entryBytes > view.byteLength) throw cut()
  if (view.getUint32(at, true) !== entrySignature) throw damagedZip(source, base + at, 'the directory has no entry here')
  const flags = view.getUint16(at + 8, true)
  const nameBytes = view.getUint16(at + 28, true)
  const extraBytes = view.getUint16(at + 30, true)
  const extraAt = at + entryBytes + nameBytes
  const next = extraAt + extraBytes + view.getUint16(at + 32, true)
  if (next > view.byteLength) throw cut()
  const stated = nameFrom(new Uint8Array(view.buffer, view.byteOffset + at + entryBytes, nameBytes), (flags & utf8Flag) !== 0, decoder)
  const name = memberName(source.name, stated)
  if ((flags & encryptedFlags) !== 0) throw new Fault('FOREIGN_ENCRYPTED', { path: source.name, member: shownName(stated) })
  checkKind(source.name, stated, view.getUint32(at + 38, true) >>> 28)
  const wide = extraBytes === 0 ? [] : wideFields(new DataView(view.buffer, view.byteOffset + extraAt, extraBytes))
  const field = (offset: number) => {
    const value = view.getUint32(at + offset, true)
    if (value !== 0xffffffff) return value
    // Without a 64-bit field the number means itself.
    return wide.shift() ?? value
  }
  const size = field(24)
  const length = field(20)
  const headerOffset = field(42)
  const method = view.getUint16(at + 10, true)
  const crc = view.getUint32(at + 16, true)
  return [{ name, method, crc, length, size, headerOffset, nameBytes, folder: name === '' || /[/\\]$/.test(stated) }, next]
}

/** The numbers of the ZIP64 extra field (id 1), in the order in which the fields that overflowed take them. */
export function wideFields(extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const bytes = extra.getUint16(at + 2, true)
    const end = at + 4 + bytes
    if (end > extra.byteLength) return []
    if (extra.getUint16(at, true) === 1) {
      const fields: number[] = []
      for (let field = at + 4; field + 8 <= end; field += 8) fields.push(uint64At(extra, field))
      return fields
    }
    at = end
  }
  return []
}

function nameFrom(bytes: Uint8Array, utf8: boolean, decoder: InstanceType<typeof TextDecoder>): string {
  // Without the flag a name is in code page 437; My3DIS has ASCII only, so that anything else counts as no name.
  if (!utf8 && bytes.some((byte) => byte > 127)) return '\u{fffd}'
  return decoder.decode(bytes)
}

/** The kind of file as Unix writes it into the highest four bits: 0 unknown, 8 plain, 4 folder, 10 link. */
function checkKind(path: string, stated: string, kind: number): void {
  if (kind === 0 || kind === 8 || kind === 4) return
  const member = shownName(stated)
  if (kind === 10) throw new Fault('FOREIGN_LINK', { path, member })
  throw new Fault('FOREIGN_MEMBER_KIND', { path, member, kind: `file type ${kind}` })
}

function checkEntry(path: string, entry: Entry, directoryOffset: number, limits: ZipLimits): void {
  const end = entry.headerOffset + headerBytes + entry.nameBytes + entry.length
  const isSound = entry.method === 8 || (entry.method === 0 && entry.size === entry.length)
  if (isSound && end <= directoryOffset && entry.size <= entry.length * limits.ratio && entry.size <= limits.memberBytes) return
  const member = shownName(entry.name)
  if (entry.method !== 0 && entry.method !== 8) throw new Fault('FOREIGN_METHOD', { path, member, method: entry.method })
  if (end > directoryOffset) throw new Fault('FOREIGN_SIZE_BEYOND_FILE', { path, member, end, size: directoryOffset })
  if (!isSound) throw new Fault('FOREIGN_BOMB', { path, member, reason: `it is stored in ${entry.length} bytes and claims ${entry.size}` })
  if (entry.size > entry.length * limits.ratio)
    throw new Fault('FOREIGN_BOMB', {
      path,
      member,
      reason: `${entry.length} bytes claim to unpack to ${entry.size}, more than ${limits.ratio} times as many`,
    })
  throw new Fault('FOREIGN_MEMBER_TOO_LARGE', { path, member, bytes: entry.size, limitBytes: limits.memberBytes })
}

function withBounds(path: string, entries: readonly Entry[], directoryOffset: number): readonly ZipEntry[] {
  const order = entries.toSorted((a, b) => a.headerOffset - b.headerOffset)
  const bounds = new Map<Entry, number>()
  for (const [i, entry] of order.entries()) {
    const next = order[i + 1]
    const bound = next?.headerOffset ?? directoryOffset
    if (entry.headerOffset + headerBytes + entry.nameBytes + entry.length > bound)
      throw new Fault('FOREIGN_OVERLAP', { path, member: shownName(entry.name), other: shownName(next?.name ?? 'the directory') })
    bounds.set(entry, bound)
  }
  return entries
    .filter((entry) => !entry.folder)
    .map((entry) => ({
      name: entry.name,
      method: entry.method === 8 ? 8 : 0,
      crc: entry.crc,
      length: entry.length,
      size: entry.size,
      headerOffset: entry.headerOffset,
      bound: bounds.get(entry) ?? directoryOffset,
    }))
}
