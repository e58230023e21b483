// The tracks of one level in My3DIS's archives: video_segments with the masks, object_segments with references, and the index.
import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { createZipWriter, type ZipMember } from '#core/foreign/zip/zip-writer'
import { downscaleRle } from '#core/mask/resize'
import { emptyRle, rleFromString } from '#core/mask/rle'
import { frameEntryName, levelFolder } from '#core/my3dis/layout'
import { my3disFromMask } from '#core/my3dis/masks/my3dis-mask'
import { pythonJson, pythonJsonStyles } from '#core/my3dis/text/python-json'
import { archivePath } from '#core/export/my3dis-manifest'
import {
  archiveManifest,
  levelIndexText,
  type ObjectText,
  objectManifestText,
  type VideoFrame,
  videoFrameText,
  videoManifestText,
} from '#core/my3dis/tracks/track-archive'
import { type MaskWriting, trackWriting } from '#core/export/my3dis-masks'
import type { FrameMasks } from '#core/segment/frame-masks'
import { frameRead, masksFrom, walkFrames } from '../frame-walk.ts'
import { framesAt, type My3disWork, objectIdOf } from './my3dis-work.ts'

const deflate = promisify<Uint8Array, { level: number }, Buffer>(deflateRaw)

export type WrittenTracks = {
  readonly ratio: number
  /** Frames by id, ids ascending. */
  readonly objects: ReadonlyMap<string, readonly number[]>
  readonly masks: number
}

/** Undefined when the tracker has no masks at this level. `parents`: ids of My3DIS, of objects by their ids. */
export async function writeTracks(
  work: My3disWork,
  level: number,
  parents: ReadonlyMap<string, number>,
): Promise<WrittenTracks | undefined> {
  const indices = framesAt(work, 'tracker', level)
  if (indices.length === 0) return undefined
  const { layout } = work.settings
  const extra = { id_rule: work.idRule }
  // The name may tell the scale, and the scale that is reached shows with the first frame.
  const writing = await firstWriting(work, level, indices[0]!)
  const { ratio } = writing
  const videoPath = archivePath('video', level, ratio, layout)
  const file = await work.folder.file(videoPath)
  const zip = createZipWriter()
  const frames: VideoFrame[] = []
  const objects = new Map<string, number[]>()
  let masks = 0
  const add = async (name: string, text: string) => {
    for (const part of zip.add(await member(name, text))) await file.append(part)
  }
  const places = indices.map((frameIndex) => ({ stage: 'tracker' as const, level, frameIndex }))
  for await (const found of walkFrames(work.reader, places, work.signal)) {
    const frame = masksFrom(found)
    const { frameIndex, frameName } = frame
    const texts = frameRead(found, () => objectTexts(work, frame))
    work.step()
    // My3DIS has no member for a frame without objects.
    if (texts.length === 0) continue
    await add(frameEntryName(frameIndex), videoFrameText(frameIndex, frameName, texts))
    const ids = texts.map(({ id }) => id)
    frames.push({ frameIndex, frameName, ids })
    for (const id of ids) {
      const on = objects.get(id)
      if (on) on.push(frameIndex)
      else objects.set(id, [frameIndex])
    }
    masks += ids.length
  }
  await add(archiveManifest, videoManifestText({ level, ratio, extra }, frames))
  for (const part of zip.finish()) await file.append(part)
  await file.close()
  const sorted = new Map([...objects].sort(([a], [b]) => Number(a) - Number(b)))
  await writeReferences(work, { level, ratio, extra }, videoPath, sorted, frames, parents)
  return { ratio, objects: sorted, masks }
}

async function writeReferences(
  work: My3disWork,
  meta: { readonly level: number; readonly ratio: number; readonly extra: { readonly id_rule: string } },
  videoPath: string,
  objects: ReadonlyMap<string, readonly number[]>,
  frames: readonly VideoFrame[],
  parents: ReadonlyMap<string, number>,
): Promise<void> {
  const { level, ratio } = meta
  const objectPath = archivePath('object', level, ratio, work.settings.layout)
  const zip = createZipWriter()
  const video = videoPath.slice(videoPath.lastIndexOf('/') + 1)
  const parts = [...zip.add(await member(archiveManifest, objectManifestText(meta, video, objects))), ...zip.finish()]
  await work.folder.whole(objectPath, Buffer.concat(parts))
  const inLevel = (path: string) => path.slice(levelFolder(level).length + 1)
  const sources = {
    video: inLevel(videoPath),
    object: inLevel(objectPath),
    filtered: framesAt(work, 'filter', level).length > 0 ? 'filtered/filtered.json' : undefined,
  }
  await work.folder.whole(
    `${levelFolder(level)}/index.json`,
    levelIndexText({ level, ratio, sources, epochMs: work.at }, objects, frames, parents),
  )
}

async function firstWriting(work: My3disWork, level: number, frameIndex: number): Promise<MaskWriting> {
  const places = [{ stage: 'tracker' as const, level, frameIndex }]
  for await (const found of walkFrames(work.reader, places, work.signal)) return writingOf(work, masksFrom(found))
  return { factor: 1, ratio: work.settings.scale, fullSize: undefined }
}

function writingOf({ frameSize, settings }: My3disWork, { size }: FrameMasks): MaskWriting {
  return trackWriting(size, frameSize ?? size, settings.scale)
}

/** In the order of the frame, then the objects that were carried here without a visible pixel, as empty masks. */
function objectTexts(work: My3disWork, frame: FrameMasks): ObjectText[] {
  const { factor, fullSize } = writingOf(work, frame)
  const textOf = (mask: ReturnType<typeof rleFromString>) => pythonJson(my3disFromMask(mask, fullSize), pythonJsonStyles.entry)
  const small = (mask: ReturnType<typeof rleFromString>) => (factor === 1 ? mask : downscaleRle(mask, factor))
  const seen = frame.masks.map(({ id, counts }) => ({
    id: String(objectIdOf(work, id)),
    text: textOf(small(rleFromString(counts, frame.size))),
  }))
  const unseen = frame.unseen ?? []
  if (unseen.length === 0) return seen
  const empty = textOf(small(emptyRle(...frame.size)))
  return [...seen, ...unseen.map((id) => ({ id: String(objectIdOf(work, id)), text: empty }))]
}

async function member(name: string, text: string): Promise<ZipMember> {
  const plain = Buffer.from(text)
  return { name, method: 'deflate', bytes: await deflate(plain, { level: 6 }), size: plain.length, crc32: crc32(plain) }
}
