// Finds the end of a ZIP: where its central directory lies, in the 32-bit form or the 64-bit one.
import type { ByteSource } from '../../archive/archive-reader.ts'
import { Fault } from '../../base/fault.ts'

export const endSignature = 0x06054b50
export const end64Signature = 0x06064b50
export const locator64Signature = 0x07064b50
const endBytes = 22
const longestComment = 0xffff
/** Enough for an end record without a comment and its 64-bit companions, which is what nearly every file has. */
const firstLook = 1024

/** `offset` and `bytes` of the directory, `count` of its members. The directory ends where the first end record begins. */
export type ZipEnd = { readonly offset: number; readonly bytes: number; readonly count: number }

/** Exactly `length` bytes. Throws FOREIGN_ZIP_DAMAGED when the source has fewer. */
export async function readExactly(source: ByteSource, offset: number, length: number, what: string): Promise<DataView<ArrayBuffer>> {
  const bytes = await source.read(offset, length)
  if (bytes.length !== length) throw damagedZip(source, offset, `${what} needs ${length} bytes, ${bytes.length} are there`)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

export function damagedZip(source: ByteSource, offset: number, reason: string): Fault {
  return new Fault('FOREIGN_ZIP_DAMAGED', { path: source.name, offset, reason })
}

/** A 64-bit number; above 2^53 it is only near, which is far beyond every file all the same. */
export function uint64At(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}

/**
 * At most the last 64 KiB + 22 bytes are searched, as the format allows. Throws FOREIGN_ZIP_UNRECOGNISED where there is no end
 * record and FOREIGN_ZIP_DAMAGED where its numbers do not fit the file.
 */
export async function findZipEnd(source: ByteSource): Promise<ZipEnd> {
  const size = await source.size()
  for (const look of [firstLook, endBytes + longestComment]) {
    const length = Math.min(size, look)
    const tail = await readExactly(source, size - length, length, 'the end of the file')
    const at = endRecordAt(tail)
    if (at !== undefined) return checkedEnd(source, await endFrom(source, tail, at, size - length), size)
    if (length === size) break
  }
  throw new Fault('FOREIGN_ZIP_UNRECOGNISED', { path: source.name })
}

/** The last place where an end record fits together with its comment, which must reach the end of the file. */
function endRecordAt(tail: DataView): number | undefined {
  for (let at = tail.byteLength - endBytes; at >= 0; at--) {
    if (tail.getUint32(at, true) === endSignature && at + endBytes + tail.getUint16(at + 20, true) === tail.byteLength) return at
  }
  return undefined
}

type FoundEnd = ZipEnd & { readonly countHere: number; readonly disks: number; readonly recordOffset: number }

async function endFrom(source: ByteSource, tail: DataView, at: number, tailOffset: number): Promise<FoundEnd> {
  const offset = tailOffset + at
  const found = {
    disks: tail.getUint16(at + 4, true) + tail.getUint16(at + 6, true),
    countHere: tail.getUint16(at + 8, true),
    count: tail.getUint16(at + 10, true),
    bytes: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
    recordOffset: offset,
  }
  if (offset < 20) return found
  const locator = await readExactly(source, offset - 20, 20, 'the locator of the end record')
  if (locator.getUint32(0, true) !== locator64Signature) return found
  const recordOffset = uint64At(locator, 8)
  if (recordOffset + 56 > offset - 20) throw damagedZip(source, offset - 20, 'the 64-bit end record lies outside of the file')
  const record = await readExactly(source, recordOffset, 56, 'the 64-bit end record')
  if (record.getUint32(0, true) !== end64Signature) throw damagedZip(source, recordOffset, 'there is no 64-bit end record')
  if (recordOffset + 12 + uint64At(record, 4) !== offset - 20)
    throw damagedZip(source, recordOffset, 'the 64-bit end record has a wrong length')
  return {
    disks: record.getUint32(16, true) + record.getUint32(20, true),
    countHere: uint64At(record, 24),
    count: uint64At(record, 32),
    bytes: uint64At(record, 40),
    offset: uint64At(record, 48),
    recordOffset,
  }
}

function checkedEnd(source: ByteSource, end: FoundEnd, size: number): ZipEnd {
  if (end.disks !== 0 || end.count !== end.countHere) throw damagedZip(source, end.recordOffset, 'the archive is one part of several')
  if (end.offset + end.bytes !== end.recordOffset)
    throw damagedZip(
      source,
      end.recordOffset,
      `the directory should end here, in a file of ${size} bytes, but it is said to end at ${end.offset + end.bytes}`,
    )
  return { offset: end.offset, bytes: end.bytes, count: end.count }
}
