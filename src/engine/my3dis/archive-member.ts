// Members of My3DIS's archives as bytes and text: each by one range of the file, with what goes wrong told as a fault of that file.
import type { ByteSource } from '#core/archive/archive-reader'
import { Fault, reasonOfError } from '#core/base/fault'
import { readMember, type ZipArchive } from '#core/foreign/zip/zip-reader'

/** Characters of the longest text that V8 can hold. */
const longestText = 0x1fffffe8
/** Fixed bytes of a member's own header, and room for a name and fields that differ from those of the directory. */
const headerRoom = 30 + 2048

/**
 * Unpacked bytes of a member: header and bytes are taken by one read of the source. Throws the faults of `readMember`, and
 * FOREIGN_MEMBER_TOO_LARGE for more than `limitBytes`.
 */
export async function memberBytes(zip: ZipArchive, name: string, limitBytes = longestText): Promise<Uint8Array> {
  const member = zip.members.get(name)
  if (member === undefined) return readMember(zip, name)
  if (member.size > limitBytes)
    throw new Fault('FOREIGN_MEMBER_TOO_LARGE', { path: zip.source.name, member: name, bytes: member.size, limitBytes })
  const length = Math.min(member.bound - member.headerOffset, headerRoom + member.length)
  const window = await windowOf(zip.source, member.headerOffset, length)
  return readMember({ ...zip, source: window }, name)
}

/** Text of a member. Throws RangeError for bytes that are not UTF-8. */
export async function memberText(zip: ZipArchive, name: string): Promise<string> {
  const bytes = await memberBytes(zip, name)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new RangeError(`it is no text in UTF-8 (${reasonOfError(error)})`)
  }
}

/** A source that has one range in memory already; what lies outside is read as before. */
async function windowOf(source: ByteSource, start: number, length: number): Promise<ByteSource> {
  const held = await source.read(start, length)
  return {
    name: source.name,
    size: () => source.size(),
    read: async (offset, wanted) =>
      offset >= start && offset + wanted <= start + held.length
        ? held.subarray(offset - start, offset - start + wanted)
        : source.read(offset, wanted),
  }
}

/**
 * What `read` gives. A RangeError, as readers in core throw it for content that does not hold, and an error of the file system become
 * MY3DIS_FILE_DAMAGED with `path`; faults go on as they are, and so does a bug.
 */
export async function toldAsFault<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const ofContent = error instanceof RangeError || (error instanceof Error && 'syscall' in error)
    throw ofContent ? new Fault('MY3DIS_FILE_DAMAGED', { path, reason: reasonOfError(error).replace(/\.$/, '') }, error) : error
  }
}
