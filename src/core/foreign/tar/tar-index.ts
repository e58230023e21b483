// Lists the members of a foreign tar in one pass over its stream, for an index that is made once and kept.
import { textUntilZero } from '../../archive/archive-reader.ts'
import { Fault } from '../../base/fault.ts'
import { type ByteStream, byteStream } from '../byte-stream.ts'
import { memberName, shownName } from '../member-name.ts'
import { type PaxFields, paxFieldsFrom, type TarHeader, tarHeaderFrom } from './tar-header.ts'

export type TarLimits = {
  readonly members: number
  /** Bytes of one member. */
  readonly memberBytes: number
  /** Bytes of the whole stream once unpacked; more is a bomb. */
  readonly totalBytes: number
}
export const tarLimits: TarLimits = { members: 500_000, memberBytes: 2 ** 30, totalBytes: 64 * 2 ** 30 }

/** `offset` of its first byte in the unpacked stream. */
export type TarIndexEntry = { readonly name: string; readonly offset: number; readonly size: number }

export type TarIndex = {
  /** Those whose bytes are all there, in the order of the stream. */
  readonly members: readonly TarIndexEntry[]
  /** Why there are fewer than there should be: FOREIGN_TAR_CUT or FOREIGN_TAR_DAMAGED; undefined when nothing is missing. */
  readonly problem: Fault | undefined
}

export type TarReading = {
  readonly limits?: TarLimits
  /**
   * Called before each member. Gives what shall be done with the bytes, which are then in memory (at most limits.memberBytes) and
   * good until it ends; undefined leaves them out.
   */
  readonly visit?: (member: TarIndexEntry) => ((bytes: Uint8Array) => void | Promise<void>) | undefined
}

const block = 512
const longestExtension = 64 * 1024

/**
 * POSIX ustar, GNU long names and pax headers (path, size). Memory: one chunk and the list, beside what `visit` asks for. The
 * stream is closed at the end of the archive, so bytes after it are not read. Throws for what is hostile: FOREIGN_NAME_*,
 * FOREIGN_LINK, FOREIGN_MEMBER_KIND, FOREIGN_SIZE_NEGATIVE, FOREIGN_MEMBER_TOO_LARGE, FOREIGN_TOO_MANY, FOREIGN_BOMB. Damage is a
 * `problem` and the members before it stay; so is a FOREIGN_TAR_DAMAGED that `chunks` throws, as from a compressed stream that ends
 * early. Other errors of `chunks` pass through.
 */
export async function indexTar(path: string, chunks: AsyncIterable<Uint8Array>, reading: TarReading = {}): Promise<TarIndex> {
  const stream = byteStream(chunks)
  const members: TarIndexEntry[] = []
  try {
    await readMembers(path, stream, members, reading)
    return { members, problem: undefined }
  } catch (error) {
    if (error instanceof Fault && (error.code === 'FOREIGN_TAR_CUT' || error.code === 'FOREIGN_TAR_DAMAGED'))
      return { members, problem: error }
    throw error
  } finally {
    await stream.close()
  }
}

async function readMembers(path: string, stream: ByteStream, members: TarIndexEntry[], { limits = tarLimits, visit }: TarReading) {
  const names = new Set<string>()
  for (;;) {
    const header = await nextMember(path, stream, limits)
    if (header === undefined) return
    const offset = stream.offset()
    if (header.kind === 'file') {
      const entry = { name: checkedName(path, header, names), offset, size: header.size }
      if (members.length >= limits.members)
        throw new Fault('FOREIGN_TOO_MANY', { path, what: 'members', found: members.length + 1, limit: limits.members })
      const use = visit?.(entry)
      const found = use ? await stream.take(header.size) : undefined
      const length = found?.length ?? (await stream.skip(header.size))
      if (length < header.size) throw cut(path, stream)
      members.push(entry)
      if (use && found) await use(found)
    } else {
      memberName(path, header.name)
      if (header.size !== 0) throw damaged(path, offset - block, `the folder ${shownName(header.name)} has bytes of its own`)
    }
    await stream.skip(padding(header.size))
  }
}

function checkedName(path: string, header: TarHeader, names: Set<string>): string {
  const name = memberName(path, header.name)
  if (name === '') throw new Fault('FOREIGN_NAME_INVALID', { path, member: shownName(header.name) })
  if (names.has(name)) throw new Fault('FOREIGN_NAME_DUPLICATE', { path, member: shownName(name) })
  names.add(name)
  return name
}

/** The next file or folder, with what the headers before it set; undefined at the end of the archive. */
async function nextMember(path: string, stream: ByteStream, limits: TarLimits): Promise<TarHeader | undefined> {
  let longName: string | undefined
  let pax: PaxFields | undefined
  for (;;) {
    const at = stream.offset()
    const bytes = await stream.take(block)
    if (bytes.length < block) throw cut(path, stream)
    if (bytes.every((byte) => byte === 0)) return undefined
    const header = tarHeaderFrom(path, bytes)
    if (header === undefined) throw damaged(path, at, 'there is no header here')
    if (Number.isNaN(header.size)) throw damaged(path, at, 'a size is no number')
    if (header.kind === 'file' || header.kind === 'folder') return withExtensions(path, stream, header, longName, pax, limits)
    const member = shownName(pax?.path ?? longName ?? header.name)
    if (header.kind === 'link') throw new Fault('FOREIGN_LINK', { path, member })
    if (header.kind === 'other') throw new Fault('FOREIGN_MEMBER_KIND', { path, member, kind: `type ${shownName(header.letter)}` })
    const extension = await takeExtension(path, stream, header)
    if (header.kind === 'longName') longName = textUntilZero(extension, 0, extension.length)
    if (header.kind !== 'pax' && header.kind !== 'globalPax') continue
    const fields = paxFieldsFrom(path, extension)
    if (fields === undefined) throw damaged(path, at, 'an extended header is not made of records')
    if (header.kind === 'pax') pax = fields
    else if (fields.path !== undefined || fields.size !== undefined)
      throw damaged(path, at, 'a global header sets the name or size of all members')
  }
}

/** The bytes of a header that extends the next one, and over their padding. */
async function takeExtension(path: string, stream: ByteStream, { size }: TarHeader): Promise<Uint8Array> {
  if (size > longestExtension)
    throw damaged(path, stream.offset() - block, `an extended header has ${size} bytes, at most ${longestExtension} are read`)
  const bytes = Uint8Array.from(await stream.take(size))
  if (bytes.length < size) throw cut(path, stream)
  await stream.skip(padding(size))
  return bytes
}

function withExtensions(
  path: string,
  stream: ByteStream,
  header: TarHeader,
  longName: string | undefined,
  pax: PaxFields | undefined,
  limits: TarLimits,
): TarHeader {
  const name = pax?.path ?? longName ?? header.name
  const size = pax?.size ?? header.size
  const member = shownName(name)
  if (size > limits.memberBytes) throw new Fault('FOREIGN_MEMBER_TOO_LARGE', { path, member, bytes: size, limitBytes: limits.memberBytes })
  if (stream.offset() + size > limits.totalBytes)
    throw new Fault('FOREIGN_BOMB', { path, member, reason: `the archive unpacks to more than ${limits.totalBytes} bytes` })
  // A long name may end with the slash of a folder too.
  return { ...header, kind: name.endsWith('/') ? 'folder' : header.kind, name, size }
}

const padding = (size: number) => (block - (size % block)) % block
const cut = (path: string, stream: ByteStream) => new Fault('FOREIGN_TAR_CUT', { path, offset: stream.offset() })
const damaged = (path: string, offset: number, reason: string) => new Fault('FOREIGN_TAR_DAMAGED', { path, offset, reason })
