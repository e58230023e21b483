// Reads single members out of a ZIP by ranges: its directory once, then one header and the bytes of the member asked for.
import type { ByteSource } from '../../archive/archive-reader.ts'
import { Fault, reasonOfError } from '../../base/fault.ts'
import { crc32 as ownCrc32 } from '../crc32.ts'
import { cleanName, shownName } from '../member-name.ts'
import { readZipDirectory, wideFields, type ZipLimits, type ZipEntry, zipLimits } from './zip-directory.ts'
import { damagedZip, readExactly } from './zip-end.ts'

/** What core cannot do by itself, or not as fast as a host. */
export type ZipTools = {
  /** Raw deflate. Rejects with a RangeError when more than `limit` bytes (1 or more) come out, with anything else when the bytes are damaged. */
  readonly inflate: (deflated: Uint8Array<ArrayBuffer>, limit: number) => Promise<Uint8Array>
  /** CRC-32 of ZIP, 0..2^32-1; ours is used where the host has none. */
  readonly crc32?: (bytes: Uint8Array) => number
}

export type ZipArchive = {
  readonly source: ByteSource
  readonly tools: ZipTools
  /** By name, in the order of the directory. */
  readonly members: ReadonlyMap<string, ZipEntry>
}

/** Where a member's bytes lie; with it, reading takes one range and no directory. An index may keep it. */
export type ZipPlace = {
  readonly name: string
  readonly offset: number
  /** Bytes in the file. */
  readonly length: number
  readonly method: 0 | 8
  readonly crc: number
  /** Bytes once unpacked. */
  readonly size: number
}

const headerSignature = 0x04034b50
const headerBytes = 30
const encryptedFlag = 1
const descriptorFlag = 8

/** Reads the directory. Faults: those of `readZipDirectory`. */
export async function openZip(source: ByteSource, tools: ZipTools, limits: ZipLimits = zipLimits): Promise<ZipArchive> {
  const members = await readZipDirectory(source, limits)
  return { source, tools, members: new Map(members.map((member) => [member.name, member])) }
}

/** Reads the member's own header and holds it against the directory. Throws FOREIGN_MEMBER_MISSING, FOREIGN_ZIP_DAMAGED, FOREIGN_OVERLAP. */
export async function locateMember(zip: ZipArchive, name: string): Promise<ZipPlace> {
  const member = zip.members.get(name)
  if (!member) throw new Fault('FOREIGN_MEMBER_MISSING', { path: zip.source.name, member: shownName(name) })
  const header = await readExactly(zip.source, member.headerOffset, headerBytes, 'the header of a member')
  const damaged = (reason: string) => damagedZip(zip.source, member.headerOffset, `${shownName(name)} ${reason}`)
  if (header.getUint32(0, true) !== headerSignature) throw damaged('has no header here')
  const flags = header.getUint16(6, true)
  if ((flags & encryptedFlag) !== 0) throw new Fault('FOREIGN_ENCRYPTED', { path: zip.source.name, member: shownName(name) })
  if (header.getUint16(8, true) !== member.method) throw damaged('has another method in its header than in the directory')
  const nameBytes = header.getUint16(26, true)
  const variable = nameBytes + header.getUint16(28, true)
  const offset = member.headerOffset + headerBytes + variable
  if (offset + member.length > member.bound)
    throw new Fault('FOREIGN_OVERLAP', { path: zip.source.name, member: shownName(name), other: `what begins at byte ${member.bound}` })
  const rest = await readExactly(zip.source, member.headerOffset + headerBytes, variable, 'the name of a member')
  // The directory has checked its own name; a header with another one would let two readers see two archives.
  const stated = new TextDecoder().decode(new Uint8Array(rest.buffer, rest.byteOffset, nameBytes))
  if (cleanName(stated) !== name) throw damaged(`is called ${shownName(stated)} in its header`)
  // Behind a data descriptor the header has no sizes yet.
  if ((flags & descriptorFlag) === 0)
    checkSizes(header, new DataView(rest.buffer, rest.byteOffset + nameBytes, variable - nameBytes), member, damaged)
  return { name, offset, length: member.length, method: member.method, crc: member.crc, size: member.size }
}

function checkSizes(header: DataView, extra: DataView, member: ZipEntry, damaged: (reason: string) => Fault): void {
  const wide = wideFields(extra)
  const field = (at: number) => (header.getUint32(at, true) === 0xffffffff ? (wide.shift() ?? 0xffffffff) : header.getUint32(at, true))
  const [size, length] = [field(22), field(18)]
  if (size !== member.size || length !== member.length || header.getUint32(14, true) !== member.crc)
    throw damaged('has other sizes in its header than in the directory')
}

/**
 * The unpacked bytes of a place: one range read. Throws FOREIGN_ZIP_DAMAGED when they are cut or no deflate, FOREIGN_BOMB when
 * more comes out than the directory states, FOREIGN_CHECKSUM when they are not the bytes that were packed.
 */
export async function readPlace(source: ByteSource, tools: ZipTools, place: ZipPlace): Promise<Uint8Array> {
  const view = await readExactly(source, place.offset, place.length, shownName(place.name))
  const packed = new Uint8Array(view.buffer, view.byteOffset, place.length)
  const given = place.method === 0 ? packed : await inflated(source, tools, place, packed)
  // A host may give its own kind of bytes (Node's Buffer), whose methods differ.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length)
  if (bytes.length !== place.size)
    throw damagedZip(source, place.offset, `${shownName(place.name)} unpacks to ${bytes.length} bytes instead of ${place.size}`)
  const found = (tools.crc32 ?? ownCrc32)(bytes)
  if (found !== place.crc)
    throw new Fault('FOREIGN_CHECKSUM', { path: source.name, member: shownName(place.name), found: hex(found), expected: hex(place.crc) })
  return bytes
}

async function inflated(source: ByteSource, tools: ZipTools, place: ZipPlace, packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await tools.inflate(packed, Math.max(1, place.size))
  } catch (error) {
    if (error instanceof RangeError)
      throw new Fault('FOREIGN_BOMB', {
        path: source.name,
        member: shownName(place.name),
        reason: `it unpacks to more than the ${place.size} bytes that it states`,
      })
    throw damagedZip(source, place.offset, `${shownName(place.name)} is no sound deflate (${reasonOfError(error)})`)
  }
}

/** Unpacked bytes of a member by its name: `locateMember`, then `readPlace`. */
export async function readMember(zip: ZipArchive, name: string): Promise<Uint8Array> {
  return readPlace(zip.source, zip.tools, await locateMember(zip, name))
}

const hex = (crc: number) => crc.toString(16).padStart(8, '0')
