// Raw candidates of a level: chunked tars with or without their manifest, or two files per frame as in September.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, noteFromError, reasonOfError } from '#core/base/fault'
import { npzNames, readNpzArray } from '#core/foreign/npy/npz'
import { openZip } from '#core/foreign/zip/zip-reader'
import type { Rle } from '#core/mask/rle'
import { frameMasksFromCandidates, idsByUniqueId, masksFromArrays, parentLevels } from '#core/my3dis/masks/candidate-masks'
import { type CandidateJson, jsonFromBytes, RawFrameMeta, RawManifest } from '#core/my3dis/masks/candidate-schema'
import { chunkFromName, rawFrameFromFile, runManifestName } from '#core/my3dis/layout'
import type { Repair } from '#core/my3dis/repair-table'
import { memorySource, zipTools } from '../byte-sources.ts'
import { type CandidateContext, type CandidateSource, sizeFromOthers } from './candidate-source.ts'
import type { ChunkFrame, ChunkIndex, ChunkStore } from './chunk-store.ts'

/** Where a frame lies: in a chunk, in files of its own, or in a chunk that is gone. */
type RawPlace = { readonly kind: 'chunk' | 'files' | 'gone'; readonly path: string; readonly count: number | undefined }
type RawBytes = { readonly meta: Uint8Array; readonly masks: Uint8Array | undefined; readonly what: string }

/** `folder`: level_L/raw, or a folder of chunks. Nothing is read before the first question. */
export function openRaw(folder: string, store: ChunkStore, context: CandidateContext): CandidateSource {
  return rawSource(context, store, (tell) => listFrames(folder, store, tell))
}

/** A single chunk. */
export function openRawChunk(path: string, store: ChunkStore, context: CandidateContext): CandidateSource {
  return rawSource(context, store, async (tell) => new Map(await scanChunk(path, store, tell)))
}

type Tell = (repair: Repair) => void

function rawSource(
  context: CandidateContext,
  store: ChunkStore,
  list: (tell: Tell) => Promise<ReadonlyMap<number, RawPlace>>,
): CandidateSource {
  const problems: Repair[] = []
  let listing: Promise<ReadonlyMap<number, RawPlace>> | undefined
  const told = new Set<string>()
  const tell = (repair: Repair) => {
    const key = `${repair.code} ${repair.params.path}`
    if (!told.has(key)) problems.push(repair)
    told.add(key)
  }
  const listed = () => (listing ??= list(tell))

  const places = async () =>
    [...(await listed())]
      .flatMap(([frameIndex, { kind, count }]) => (kind === 'gone' ? [] : [{ frameIndex, count }]))
      .sort((a, b) => a.frameIndex - b.frameIndex)

  async function bytesOf(frameIndex: number): Promise<RawBytes | undefined> {
    const place = (await listed()).get(frameIndex)
    if (place === undefined) return undefined
    if (place.kind === 'gone') throw new Fault('MY3DIS_CHUNK_MISSING', { path: place.path, frameIndex })
    return place.kind === 'files' ? bytesOfFiles(place.path) : bytesOfChunk(place.path, frameIndex, store, tell)
  }

  async function frame(frameIndex: number) {
    const bytes = await bytesOf(frameIndex)
    if (bytes === undefined) return undefined
    const meta = jsonFromBytes(bytes.what, bytes.meta, RawFrameMeta)
    return { meta, masks: await masksOf(bytes, meta.candidates) }
  }

  return {
    frames: places,
    async masks(frameIndex) {
      const found = await frame(frameIndex)
      if (found === undefined) return undefined
      const { meta, masks } = found
      const sizeOf = async (other: number) => (await frame(other))?.masks.find((mask) => mask !== undefined)?.size
      return frameMasksFromCandidates({
        frameIndex,
        frameName: meta.frame_name ?? context.nameOf(frameIndex) ?? String(frameIndex),
        level: context.level,
        candidates: meta.candidates,
        masks,
        numberedBy: 'raw_index',
        emptySize: masks.some((mask) => mask !== undefined) ? [1, 1] : await sizeFromOthers(await places(), sizeOf),
        parents: await context.kin(frameIndex, parentLevels(meta.candidates)),
      })
    },
    async uniqueIds(frameIndex) {
      const bytes = await bytesOf(frameIndex)
      if (bytes === undefined) return new Map()
      return idsByUniqueId(context.level, jsonFromBytes(bytes.what, bytes.meta, RawFrameMeta).candidates, 'raw_index')
    },
    problems: () => problems,
    close: async () => store.clear(),
  }
}

async function listFrames(folder: string, store: ChunkStore, tell: Tell): Promise<ReadonlyMap<number, RawPlace>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new Fault('FOLDER_NOT_READABLE', { path: folder, reason: reasonOfError(error) }, error)
  })
  const places = new Map<number, RawPlace>()
  const add = (entries: Iterable<readonly [number, RawPlace]>) => {
    for (const [frameIndex, place] of entries) if (!places.has(frameIndex)) places.set(frameIndex, place)
  }
  const chunks = names.filter((name) => chunkFromName(name) !== undefined).sort()
  const manifest = names.includes(runManifestName) ? await readManifest(join(folder, runManifestName), tell) : undefined
  if (manifest) {
    add(placesFromManifest(folder, manifest, new Set(names), tell))
    const stated = new Set([...manifest.frames.map(({ chunk }) => chunk), ...(manifest.chunks ?? []).map(({ name }) => name)])
    for (const name of chunks.filter((chunk) => !stated.has(chunk))) {
      tell({ code: 'RAW_CHUNK_UNLISTED', params: { path: join(folder, name) } })
      add(await scanChunk(join(folder, name), store, tell))
    }
  } else {
    if (chunks.length > 0 && !names.includes(runManifestName))
      tell({ code: 'RAW_MANIFEST_MISSING', params: { path: folder, chunks: chunks.length } })
    for (const name of chunks) add(await scanChunk(join(folder, name), store, tell))
  }
  for (const name of names) {
    const file = rawFrameFromFile(name)
    if (file?.part === 'meta') add([[file.frameIndex, { kind: 'files', path: join(folder, name), count: undefined }]])
  }
  return places
}

/** What the manifest of raw candidates alone tells to be wrong; no chunk is opened. `names` are those in the folder. */
export async function repairsOfRawManifest(folder: string, names: readonly string[]): Promise<readonly Repair[]> {
  const repairs: Repair[] = []
  const tell = (repair: Repair) => void repairs.push(repair)
  const chunks = names.filter((name) => chunkFromName(name) !== undefined)
  if (!names.includes(runManifestName)) tell({ code: 'RAW_MANIFEST_MISSING', params: { path: folder, chunks: chunks.length } })
  else {
    const manifest = await readManifest(join(folder, runManifestName), tell)
    if (manifest) placesFromManifest(folder, manifest, new Set(names), tell)
  }
  return repairs
}

async function readManifest(path: string, tell: Tell): Promise<RawManifest | undefined> {
  try {
    return jsonFromBytes(path, await readFile(path), RawManifest)
  } catch (error) {
    const reason = error instanceof Fault ? String(error.params.reason) : reasonOfError(error)
    tell({ code: 'RAW_MANIFEST_DAMAGED', params: { path, reason } })
    return undefined
  }
}

/** A chunk counts only when it is one of the names in the folder, so that no name leads elsewhere. */
function placesFromManifest(folder: string, manifest: RawManifest, names: ReadonlySet<string>, tell: Tell): Map<number, RawPlace> {
  const places = new Map<number, RawPlace>()
  const gone = new Map<string, number>()
  for (const { frame_idx, chunk, candidate_count } of manifest.frames) {
    const there = names.has(chunk)
    if (!there) gone.set(chunk, (gone.get(chunk) ?? 0) + 1)
    if (!places.has(frame_idx)) places.set(frame_idx, { kind: there ? 'chunk' : 'gone', path: join(folder, chunk), count: candidate_count })
  }
  for (const [chunk, frames] of gone) tell({ code: 'RAW_CHUNK_MISSING', params: { path: join(folder, chunk), frames } })
  return places
}

/** What can be read of a chunk; whatever is wrong with it is told, and the other chunks are read all the same. */
async function scanChunk(path: string, store: ChunkStore, tell: Tell): Promise<readonly (readonly [number, RawPlace])[]> {
  try {
    const value = await indexedChunk(path, store, tell)
    return value.frames.map(({ frameIndex, count }) => [frameIndex, { kind: 'chunk', path, count }])
  } catch (error) {
    // Without the program that unpacks, nothing is wrong with the run: that has to be told as itself.
    if (error instanceof Fault && error.code === 'MY3DIS_UNPACKER_MISSING') throw error
    const reason = error instanceof Fault ? error.message : noteFromError(error).code
    tell({ code: 'RAW_CHUNK_DAMAGED', params: { path, reason: withoutStop(reason), frames: 0 } })
    return []
  }
}

/** The index of a chunk; what is wrong with either is told once. */
async function indexedChunk(path: string, store: ChunkStore, tell: Tell): Promise<ChunkIndex> {
  const { value, notKept } = await store.index(path)
  if (notKept !== undefined) tell({ code: 'INDEX_NOT_KEPT', params: { path, folder: store.cacheFolder, reason: notKept } })
  if (value.problem !== undefined)
    tell({ code: 'RAW_CHUNK_DAMAGED', params: { path, reason: withoutStop(value.problem), frames: value.frames.length } })
  return value
}

const withoutStop = (sentence: string) => sentence.replace(/\.$/, '')

async function bytesOfFiles(metaPath: string): Promise<RawBytes> {
  const masksPath = metaPath.replace(/\.json$/, '.npz')
  try {
    const meta = await readFile(metaPath)
    const masks = await readFile(masksPath).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    return { meta, masks, what: metaPath }
  } catch (error) {
    throw new Fault('MY3DIS_FILE_DAMAGED', { path: metaPath, reason: reasonOfError(error) }, error)
  }
}

async function bytesOfChunk(path: string, frameIndex: number, store: ChunkStore, tell: Tell): Promise<RawBytes> {
  const value = await indexedChunk(path, store, tell)
  const found = value.frames.find((frame) => frame.frameIndex === frameIndex)
  const damaged = (reason: string) => new Fault('MY3DIS_CHUNK_DAMAGED', { path, frameIndex, reason: withoutStop(reason) })
  if (found === undefined) throw damaged(value.problem ?? 'it does not hold that frame')
  const part = async (place: NonNullable<ChunkFrame['masks']>) => {
    const bytes = await store.read(path, place)
    if (bytes.length < place.size) throw damaged(value.problem ?? `it ends before byte ${place.offset + place.size}`)
    return bytes
  }
  // The masks of a frame follow its meta; in a chunk that is cut they may be what is missing.
  if (found.masks === undefined && value.problem !== undefined && found === value.frames.at(-1)) throw damaged(value.problem)
  return { meta: await part(found.meta), masks: found.masks && (await part(found.masks)), what: `${path} (frame ${frameIndex})` }
}

/** One for each candidate, by its row. */
async function masksOf({ masks, what }: RawBytes, candidates: readonly CandidateJson[]): Promise<readonly (Rle | undefined)[]> {
  if (masks === undefined) return candidates.map(() => undefined)
  const zip = await openZip(memorySource(`${what}, masks`, masks), zipTools)
  const names = npzNames(zip)
  const array = async (name: string) => (names.includes(name) ? readNpzArray(zip, name) : undefined)
  const rows = masksFromArrays(zip.source.name, {
    packed: await array('packed_masks'),
    shape: await array('mask_shape'),
    plain: await array('masks'),
    present: await array('has_mask'),
  })
  return candidates.map(({ raw_index }, i) => rows[raw_index ?? i])
}
