// Chunks of raw candidates, read member by member: their indexes are kept, and the unpacked chunk that was used last stays in memory.
import { z } from 'zod'
import { Fault, noteFromError } from '#core/base/fault'
import { byteStream } from '#core/foreign/byte-stream'
import { indexTar, type TarIndexEntry } from '#core/foreign/tar/tar-index'
import { jsonFromBytes, RawFrameMeta } from '#core/my3dis/masks/candidate-schema'
import { rawFromEntry } from '#core/my3dis/layout'
import { openFileSource } from '../../archive/file-source.ts'
import { indexOf } from '../index-cache.ts'
import { compressionOf, unpacked } from '../unpack.ts'

const indexKind = 'my3dis.chunk.1'
const Place = z.object({ offset: z.number().int().nonnegative(), size: z.number().int().nonnegative() })
const ChunkIndex = z.object({
  frames: z.array(
    z.object({
      frameIndex: z.number().int().nonnegative(),
      frameName: z.string().optional(),
      count: z.number().int().nonnegative(),
      meta: Place,
      masks: Place.optional(),
    }),
  ),
  /** Whether the file is a plain tar: members are read by ranges then. */
  plain: z.boolean(),
  /** Why frames may be missing. */
  problem: z.string().optional(),
})
export type ChunkIndex = z.infer<typeof ChunkIndex>
export type ChunkFrame = ChunkIndex['frames'][number]
export type MemberPlace = z.infer<typeof Place>

export type ChunkStore = {
  readonly cacheFolder: string
  /** Frames that can be read, in the order of the chunk. `notKept`: why the index has to be made again next time. Throws what is hostile (FOREIGN_*), MY3DIS_UNPACKER_MISSING. */
  index(path: string): Promise<{ readonly value: ChunkIndex; readonly notKept: string | undefined }>
  /** The bytes of one member; fewer than its size where the chunk ends early. Not to be changed. */
  read(path: string, place: MemberPlace): Promise<Uint8Array>
  /** Bytes that are held now: never more than the limit. */
  heldBytes(): number
  clear(): void
}

export type ChunkStoreOptions = {
  readonly cacheFolder: string
  /** Of unpacked chunks in memory; a larger chunk is unpacked anew for each read, in constant memory. */
  readonly heldBytes?: number
  /** Where programs that unpack are looked for; PATH unless given. */
  readonly searchPath?: string
}

export const standardHeldBytes = 64 * 2 ** 20

type Unpacked = { readonly bytes: Uint8Array; readonly problem: Fault | undefined }

export function createChunkStore({ cacheFolder, heldBytes: limit = standardHeldBytes, searchPath }: ChunkStoreOptions): ChunkStore {
  /** The one used last is the last. */
  const held = new Map<string, Unpacked>()
  const indexes = new Map<string, ReturnType<ChunkStore['index']>>()
  const underWay = new Map<string, Promise<Unpacked | undefined>>()
  const heldBytes = () => [...held.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)

  /** Undefined when it is larger than what may be held. */
  function whole(path: string): Promise<Unpacked | undefined> {
    const known = held.get(path)
    if (known) {
      held.delete(path)
      held.set(path, known)
      return Promise.resolve(known)
    }
    const running = underWay.get(path)
    if (running) return running
    const begun = collect(path, limit, searchPath).finally(() => underWay.delete(path))
    underWay.set(path, begun)
    return begun.then((found) => {
      if (found) hold(path, found)
      return found
    })
  }

  function hold(path: string, found: Unpacked): void {
    held.delete(path)
    for (const oldest of held.keys()) {
      if (heldBytes() + found.bytes.length <= limit) break
      held.delete(oldest)
    }
    held.set(path, found)
  }

  async function makeIndex(path: string): Promise<ChunkIndex> {
    const plain = (await compressionOf(path)) === 'none'
    const found = plain ? undefined : await whole(path)
    if (found === undefined) return indexFrom(path, unpacked(path, searchPath), plain)
    const index = await indexFrom(path, inOne(found.bytes), plain)
    return { ...index, problem: found.problem?.message ?? index.problem }
  }

  function index(path: string): ReturnType<ChunkStore['index']> {
    const known = indexes.get(path)
    if (known) return known
    const begun = indexOf(cacheFolder, path, indexKind, ChunkIndex, () => makeIndex(path))
    indexes.set(path, begun)
    // A chunk that could not be read is tried again when it is asked for again.
    begun.catch(() => indexes.delete(path))
    return begun
  }

  return {
    cacheFolder,
    index,
    async read(path, { offset, size }) {
      if ((await index(path)).value.plain) return readRange(path, offset, size)
      const found = await whole(path)
      if (found) return found.bytes.subarray(offset, offset + size)
      const stream = byteStream(unpacked(path, searchPath))
      try {
        await stream.skip(offset)
        return Uint8Array.from(await stream.take(size))
      } finally {
        await stream.close()
      }
    },
    heldBytes,
    clear() {
      held.clear()
      indexes.clear()
    },
  }
}

async function readRange(path: string, offset: number, size: number): Promise<Uint8Array> {
  const source = await openFileSource(path)
  try {
    return await source.read(offset, size)
  } finally {
    await source.close()
  }
}

/** All that comes out, also of a damaged file. Undefined as soon as it is more than `limit`. */
async function collect(path: string, limit: number, searchPath: string | undefined): Promise<Unpacked | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  let problem: Fault | undefined
  try {
    for await (const chunk of unpacked(path, searchPath)) {
      length += chunk.length
      if (length > limit) return undefined
      parts.push(chunk)
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'FOREIGN_TAR_DAMAGED') throw error
    problem = error
  }
  return { bytes: Buffer.concat(parts), problem }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function indexFrom(path: string, chunks: AsyncIterable<Uint8Array>, plain: boolean): Promise<ChunkIndex> {
  const metas = new Map<number, { readonly frameName: string | undefined; readonly count: number } | string>()
  const { members, problem } = await indexTar(path, chunks, {
    visit: ({ name }) => {
      const entry = rawFromEntry(name)
      return entry?.part === 'meta' ? (bytes) => void metas.set(entry.frameIndex, told(`${path} (${name})`, bytes)) : undefined
    },
  })
  const broken = [...metas.values()].find((meta) => typeof meta === 'string')
  const frames = framesFrom(members).flatMap(({ frameIndex, meta, masks }) => {
    const found = metas.get(frameIndex)
    return typeof found === 'object' ? [{ frameIndex, meta, masks, ...found }] : []
  })
  return { frames, plain, problem: problem?.message ?? broken }
}

/** Name and number of candidates, or why they cannot be read. */
function told(path: string, bytes: Uint8Array): { readonly frameName: string | undefined; readonly count: number } | string {
  try {
    const meta = jsonFromBytes(path, bytes, RawFrameMeta)
    return { frameName: meta.frame_name, count: meta.candidates.length }
  } catch (error) {
    return String(noteFromError(error).params.reason)
  }
}

type Found = { readonly frameIndex: number; readonly meta: MemberPlace; readonly masks: MemberPlace | undefined }

function framesFrom(members: readonly TarIndexEntry[]): Found[] {
  const masks = new Map<number, MemberPlace>()
  const metas = new Map<number, MemberPlace>()
  for (const { name, offset, size } of members) {
    const entry = rawFromEntry(name)
    if (entry) (entry.part === 'meta' ? metas : masks).set(entry.frameIndex, { offset, size })
  }
  return [...metas].map(([frameIndex, meta]) => ({ frameIndex, meta, masks: masks.get(frameIndex) }))
}
