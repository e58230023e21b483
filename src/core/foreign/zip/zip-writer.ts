// Writes ZIP archives member by member, as Python's zipfile does for My3DIS's archives and NumPy's npz: the caller deflates and appends.
import { joinedBytes } from '../../base/joined-bytes.ts'
import { crc32 } from '../crc32.ts'

/** A member as it goes into the archive. `bytes` are deflated (raw, RFC 1951) or plain; `size` and `crc32` are those of the plain bytes. */
export type ZipMember = {
  readonly name: string
  readonly method: 'store' | 'deflate'
  readonly bytes: Uint8Array
  readonly size: number
  readonly crc32: number
}

export type ZipWriting = {
  /** Where the archive begins in its file, in bytes; offsets count from the file's front. */
  readonly start?: number
  /** Gives every local header the ZIP64 field that NumPy asks for, beside the real sizes (as Python 3.11 leaves them). */
  readonly roomyHeaders?: boolean
}

export type ZipWriter = {
  /** What is to be appended next, in order. Throws RangeError for a name that is empty, too long or already there. */
  readonly add: (member: ZipMember) => readonly Uint8Array[]
  /** The central directory; call once, last. */
  readonly finish: () => readonly Uint8Array[]
}

/** 1980-01-01 00:00:00: what zipfile writes without a time, so that equal members give equal bytes. */
const dosDate = 33
const unix = 3
/** rw-------, as zipfile's writestr. */
const attributes = 0o600 * 0x10000
const utf8Flag = 0x800
const full = 0xffffffff
const plainVersion = 20
const zip64Version = 45

/** `crc`: that of a host, where it has a faster one. */
export function zipMember(
  name: string,
  plain: Uint8Array,
  deflate?: (plain: Uint8Array) => Uint8Array,
  crc: (plain: Uint8Array) => number = crc32,
): ZipMember {
  const method = deflate ? 'deflate' : 'store'
  return { name, method, bytes: deflate ? deflate(plain) : plain, size: plain.length, crc32: crc(plain) }
}

/** A whole archive in one array. */
export function zipBytes(members: Iterable<ZipMember>, writing: ZipWriting = {}): Uint8Array<ArrayBuffer> {
  const writer = createZipWriter(writing)
  const parts: Uint8Array[] = []
  for (const member of members) parts.push(...writer.add(member))
  parts.push(...writer.finish())
  return joinedBytes(parts)
}

/** ZIP64 fields appear where a size or place does not fit 32 bits, or where there are 65,535 members or more. */
export function createZipWriter(writing: ZipWriting = {}): ZipWriter {
  const directory: Uint8Array[] = []
  const names = new Set<string>()
  let at = writing.start ?? 0
  return {
    add(member) {
      const name = new TextEncoder().encode(member.name)
      if (name.length === 0 || name.length > 0xffff) throw new RangeError(`A member's name has 1 to 65535 bytes; got ${name.length}.`)
      if (names.has(member.name)) throw new RangeError(`There already is a member ${JSON.stringify(member.name)}.`)
      names.add(member.name)
      const header = localHeader(member, name, writing.roomyHeaders ?? false)
      directory.push(directoryEntry(member, name, at))
      at += header.length + member.bytes.length
      return [header, member.bytes]
    },
    finish() {
      const size = directory.reduce((total, entry) => total + entry.length, 0)
      return [...directory, directoryEnd(directory.length, size, at)]
    },
  }
}

function localHeader(member: ZipMember, name: Uint8Array, roomy: boolean): Uint8Array {
  const large = member.size >= full || member.bytes.length >= full
  const fields = roomy || large ? zip64Field([member.size, member.bytes.length]) : new Uint8Array(0)
  const out = littleEndian(30 + name.length + fields.length)
  out.u32(0x04034b50)
  out.u16(large ? zip64Version : plainVersion)
  writeCommon(out, member, name, large)
  out.u16(fields.length)
  out.raw(name)
  out.raw(fields)
  return out.bytes
}

function directoryEntry(member: ZipMember, name: Uint8Array, offset: number): Uint8Array {
  const large = member.size >= full || member.bytes.length >= full
  const values = [...(large ? [member.size, member.bytes.length] : []), ...(offset >= full ? [offset] : [])]
  const fields = values.length > 0 ? zip64Field(values) : new Uint8Array(0)
  const version = values.length > 0 ? zip64Version : plainVersion
  const out = littleEndian(46 + name.length + fields.length)
  out.u32(0x02014b50)
  out.u16((unix << 8) | version)
  out.u16(version)
  writeCommon(out, member, name, large)
  out.u16(fields.length)
  out.u16(0) // comment
  out.u16(0) // disk
  out.u16(0) // internal attributes
  out.u32(attributes)
  out.u32(Math.min(offset, full))
  out.raw(name)
  out.raw(fields)
  return out.bytes
}

/** What both headers have between version and lengths of extra fields. */
function writeCommon(out: LittleEndian, member: ZipMember, name: Uint8Array, large: boolean): void {
  out.u16(name.length === member.name.length ? 0 : utf8Flag)
  out.u16(member.method === 'deflate' ? 8 : 0)
  out.u16(0) // time
  out.u16(dosDate)
  out.u32(member.crc32)
  out.u32(large ? full : member.bytes.length)
  out.u32(large ? full : member.size)
  out.u16(name.length)
}

function zip64Field(values: readonly number[]): Uint8Array {
  const out = littleEndian(4 + values.length * 8)
  out.u16(1)
  out.u16(values.length * 8)
  for (const value of values) out.u64(value)
  return out.bytes
}

function directoryEnd(count: number, size: number, offset: number): Uint8Array {
  const large = count >= 0xffff || size >= full || offset >= full
  const out = littleEndian(22 + (large ? 76 : 0))
  if (large) {
    out.u32(0x06064b50)
    out.u64(44) // bytes of this record behind this field
    out.u16((unix << 8) | zip64Version)
    out.u16(zip64Version)
    out.u32(0) // this disk
    out.u32(0) // disk of the directory
    out.u64(count)
    out.u64(count)
    out.u64(size)
    out.u64(offset)
    out.u32(0x07064b50)
    out.u32(0) // disk of the record above
    out.u64(offset + size)
    out.u32(1) // disks
  }
  out.u32(0x06054b50)
  out.u16(0)
  out.u16(0)
  out.u16(Math.min(count, 0xffff))
  out.u16(Math.min(count, 0xffff))
  out.u32(Math.min(size, full))
  out.u32(Math.min(offset, full))
  out.u16(0) // comment
  return out.bytes
}

type LittleEndian = ReturnType<typeof littleEndian>
function littleEndian(length: number) {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  let at = 0
  return {
    bytes,
    u16(value: number) {
      view.setUint16(at, value, true)
      at += 2
    },
    u32(value: number) {
      view.setUint32(at, value, true)
      at += 4
    },
    u64(value: number) {
      view.setBigUint64(at, BigInt(value), true)
      at += 8
    },
    raw(part: Uint8Array) {
      bytes.set(part, at)
      at += part.length
    },
  }
}
