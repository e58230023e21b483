// Answers the questions that come back as bytes: a frame with its masks, a thumbnail, a file of a run folder.
import { access, readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import sharp from 'sharp'
import type { BytesAnswer, BytesQuery, FrameHeader } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import type { FrameMasksBytes } from '#core/run/run-reader'
import type { KnownRun } from './runs/run-store.ts'
import type { ThumbnailCache } from './scenes/thumbnail-cache.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.tar': 'application/x-tar',
}
export function mediaTypeOf(name: string): string {
  return mediaTypes[extname(name).toLowerCase()] ?? 'application/octet-stream'
}

/** Picture and masks of one frame, read in one go: they cannot be of different frames. */
export async function answerFrame(run: KnownRun, query: Extract<BytesQuery, { what: 'frame' }>): Promise<BytesAnswer> {
  return frameWithMasks(run, query, (level) => run.reader.masks(query.stage, level, query.frameIndex))
}

/** Masks of anyone about a frame of the run, with the run's picture of it. */
export async function frameWithMasks(
  run: KnownRun,
  query: { readonly frameIndex: number; readonly levels: readonly number[]; readonly withImage: boolean },
  masksOf: (level: number) => Promise<FrameMasksBytes | undefined>,
): Promise<BytesAnswer> {
  const frameName = nameOfFrame(run, query.frameIndex)
  const { bytes: image, mediaType, missing } = query.withImage ? await pictureOf(run, query.frameIndex, frameName) : noPicture
  const found = await Promise.all(query.levels.map(async (level) => ({ level, masks: await masksOf(level) })))
  const parts = found.flatMap(({ level, masks }) => (masks ? [{ level, ...masks }] : []))
  const { width, height } = run.record.scene
  let offset = image.length
  const header: FrameHeader = {
    frameIndex: query.frameIndex,
    frameName,
    width,
    height,
    image: { offset: 0, length: image.length, mediaType },
    ...(missing === undefined ? {} : { pictureMissing: missing }),
    parts: parts.map(({ level, maskCount, bytes }) => {
      const part = { level, offset, length: bytes.length, maskCount }
      offset += bytes.length
      return part
    }),
  }
  const bytes = new Uint8Array(offset)
  bytes.set(image, 0)
  for (const [i, part] of parts.entries()) bytes.set(part.bytes, header.parts[i]!.offset)
  return { mediaType: 'application/octet-stream', header, bytes }
}

type Picture = { readonly bytes: Uint8Array; readonly mediaType: string; readonly missing: string | undefined }
const noPicture: Picture = { bytes: new Uint8Array(), mediaType: 'image/png', missing: undefined }

/** Of a run of another program the pictures may have gone since; its masks are worth a look all the same, and the page says that the ground is not theirs. */
async function pictureOf(run: KnownRun, frameIndex: number, name: string): Promise<Picture> {
  try {
    return { bytes: await readFrameFile(run, frameIndex, name), mediaType: mediaTypeOf(name), missing: undefined }
  } catch (error) {
    if (!run.isForeign) throw error
    return {
      bytes: await plainPicture(run),
      mediaType: 'image/png',
      missing: error instanceof Fault ? error.message : reasonOfError(error),
    }
  }
}

async function plainPicture({ record: { scene } }: KnownRun): Promise<Uint8Array> {
  const { width, height } = scene
  const plain = sharp({
    create: { width: Math.max(1, width), height: Math.max(1, height), channels: 3, background: { r: 38, g: 38, b: 38 } },
  })
  return new Uint8Array(await plain.png({ compressionLevel: 1 }).toBuffer())
}

/** Made once for each width; without its picture a foreign run shows a plain ground, which is not kept. */
export async function answerThumbnail(
  run: KnownRun,
  query: Extract<BytesQuery, { what: 'thumbnail' }>,
  cache: ThumbnailCache,
): Promise<BytesAnswer> {
  const name = nameOfFrame(run, query.frameIndex)
  const file = join(run.record.scene.framesPath, name)
  const unreadable = (error: unknown) =>
    new Fault('FRAME_UNREADABLE', { frameIndex: query.frameIndex, file: name, reason: reasonOfError(error) }, error)
  const small = async () => {
    const { bytes } = await pictureOf(run, query.frameIndex, name)
    const made = await sharp(bytes).resize({ width: query.width, withoutEnlargement: true }).webp({ quality: 70 }).toBuffer()
    return new Uint8Array(made)
  }
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  try {
    const bytes = await (isThere ? cache.get(file, query.width, small) : small())
    return { mediaType: 'image/webp', header: { frameIndex: query.frameIndex }, bytes }
  } catch (error) {
    throw error instanceof Fault ? error : unreadable(error)
  }
}

/** A file inside the run folder; links that lead out of it are refused like paths that do. */
export async function answerFile(run: KnownRun, path: string): Promise<BytesAnswer> {
  const root = await realpath(run.folder)
  const target = await realpath(join(root, path)).catch(() => undefined)
  if (target === undefined) throw new Fault('ARTIFACT_MISSING', { artifact: path })
  if (!target.startsWith(root + sep)) throw new Fault('PATH_FORBIDDEN', { path })
  return { mediaType: mediaTypeOf(target), header: {}, bytes: new Uint8Array(await readFile(target)) }
}

/** Throws ARTIFACT_MISSING when the run does not have that frame. */
export function nameOfFrame(run: KnownRun, frameIndex: number): string {
  const name = run.record.frameNames[run.record.frameIndices.indexOf(frameIndex)]
  if (name === undefined) throw new Fault('ARTIFACT_MISSING', { artifact: `frame ${frameIndex}` })
  return name
}

async function readFrameFile(run: KnownRun, frameIndex: number, name: string): Promise<Uint8Array> {
  return readFile(join(run.record.scene.framesPath, name)).catch((error: unknown) => {
    throw new Fault('FRAME_UNREADABLE', { frameIndex, file: name, reason: reasonOfError(error) }, error)
  })
}
