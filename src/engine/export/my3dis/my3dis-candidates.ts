// The candidates of one level in My3DIS's stores: raw chunks, the list of all, and what the filter kept.
import { constants, crc32, deflateRawSync } from 'node:zlib'
import { chunkName, levelFolder, runManifestName } from '#core/my3dis/layout'
import {
  listClosing,
  listItem,
  listOpening,
  type RawFrame,
  type RawFrameRecord,
  rawFrameRecord,
  rawManifestText,
  rawMasksNpz,
  rawMembers,
} from '#core/my3dis/raw-members'
import type { RawCompression } from '#core/export/export-settings'
import type { LevelWritten } from '#core/export/my3dis-manifest'
import { type CandidateWriting, filteredFrame, kinOf, rawFrameFromMasks } from '#core/export/my3dis-candidates'
import type { ZeroedRoom } from '#core/foreign/npy/npy-writer'
import { createTarWriter } from '#core/foreign/tar/tar-writer'
import type { FrameMasks } from '#core/segment/frame-masks'
import type { ExportFile } from '../export-file.ts'
import { frameRead, masksFrom, walkFrames } from '../frame-walk.ts'
import { writePacked } from './my3dis-pack.ts'
import { framesAt, type My3disWork } from './my3dis-work.ts'

/**
 * Packed masks are runs of equal bytes between short edges. Looking for nothing but runs takes a fifth of the time, and leaves the edges
 * as they are for the packing of the whole chunk, which comes out smaller than with a search for repetitions. Without that second
 * packing the search pays.
 */
function deflateFor(compression: RawCompression): (plain: Uint8Array) => Uint8Array {
  const options = compression === 'none' ? { level: 6 } : { strategy: constants.Z_RLE, memLevel: 9 }
  return (plain) => deflateRawSync(plain, options)
}

/** A frame of candidates takes megabytes, which the system hands out page by page: once is enough for a whole chunk. */
function reusedRoom(): ZeroedRoom {
  let bytes = new Uint8Array(0)
  return (length) => {
    if (bytes.length < length) bytes = new Uint8Array(length)
    return bytes.subarray(0, length).fill(0)
  }
}

/** `raw/` and `candidates/candidates.json`; undefined when the run has no candidates at this level. */
export async function writeRaw(work: My3disWork, level: number): Promise<LevelWritten['raw']> {
  const frames = framesAt(work, 'ssam', level)
  if (frames.length === 0) return undefined
  const { chunkFrames, compression } = work.settings.raw
  const folder = levelFolder(level)
  const list = await work.folder.file(`${folder}/candidates/candidates.json`)
  await list.text(listOpening('items'))
  const records: RawFrameRecord[] = []
  let candidates = 0
  for (let start = 0; start < frames.length; start += chunkFrames) {
    const name = chunkName(start / chunkFrames, compression)
    const file = await work.folder.file(`${folder}/raw/${name}`)
    const note = async (frame: RawFrame) => {
      records.push(rawFrameRecord(frame, name))
      for (const { fields } of frame.candidates) await list.text(listItem(fields, candidates++))
    }
    await writePacked(file, compression, chunkParts(work, level, frames, [start, start + chunkFrames], note))
    await file.close()
  }
  await list.text(listClosing(candidates))
  await list.close()
  await work.folder.whole(`${folder}/raw/${runManifestName}`, rawManifestText(chunkFrames, compression, records))
  return { candidates, frames }
}

async function* chunkParts(
  work: My3disWork,
  level: number,
  frames: readonly number[],
  [start, end]: readonly [start: number, end: number],
  note: (frame: RawFrame) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const tar = createTarWriter(Math.floor(work.at / 1000))
  const places = frames.slice(start, end).map((frameIndex) => ({ stage: 'ssam' as const, level, frameIndex }))
  const deflate = deflateFor(work.settings.raw.compression)
  const room = reusedRoom()
  let ordinal = start
  for await (const found of walkFrames(work.reader, places, work.signal)) {
    const masks = masksFrom(found)
    const writing = await writingOf(work, masks, ordinal++)
    const frame = frameRead(found, () => rawFrameFromMasks(masks, writing))
    await note(frame)
    for (const { name, bytes } of rawMembers(frame, rawMasksNpz(frame, deflate, { crc32, room }))) {
      yield tar.header(name, bytes.length)
      yield bytes
      yield tar.padding(bytes.length)
    }
    work.step()
  }
  yield tar.finish()
}

/** `filtered/filtered.json`; undefined when the filter did not run at this level. */
export async function writeFiltered(work: My3disWork, level: number): Promise<LevelWritten['filtered']> {
  const frames = framesAt(work, 'filter', level)
  if (frames.length === 0) return undefined
  const file = await work.folder.file(`${levelFolder(level)}/filtered/filtered.json`)
  await file.text(listOpening('frames'))
  const counts = { frames: 0, kept: 0, dropped: 0 }
  const ordinals = new Map(framesAt(work, 'ssam', level).map((frameIndex, i) => [frameIndex, i]))
  const places = frames.map((frameIndex) => ({ stage: 'filter' as const, level, frameIndex }))
  for await (const found of walkFrames(work.reader, places, work.signal)) {
    const masks = masksFrom(found)
    const writing = await writingOf(work, masks, ordinals.get(masks.frameIndex) ?? counts.frames)
    await appendFrame(
      file,
      frameRead(found, () => listItem(filteredFrame(masks, writing), counts.frames)),
    )
    counts.frames += 1
    counts.kept += masks.masks.length
    counts.dropped += masks.dropped?.length ?? 0
    work.step()
  }
  await file.text(listClosing(counts.frames))
  await file.close()
  return counts
}

const appendFrame = (file: ExportFile, text: string) => file.text(text)

async function writingOf(work: My3disWork, masks: FrameMasks, ordinal: number): Promise<CandidateWriting> {
  const coarser = work.levels.filter((level) => level < masks.level)
  const kin = await Promise.all(coarser.map((level) => candidatesAt(work, level, masks.frameIndex)))
  return {
    frameSize: work.frameSize ?? masks.size,
    scale: work.settings.scale,
    ordinal,
    isCoarsest: coarser.length === 0,
    kin: kinOf(kin.flatMap((one) => one ?? [])),
  }
}

async function candidatesAt({ reader }: My3disWork, level: number, frameIndex: number): Promise<FrameMasks | undefined> {
  const found = await reader.masks('ssam', level, frameIndex)
  return found && masksFrom({ stage: 'ssam', level, frameIndex, maskCount: found.maskCount, bytes: Buffer.from(found.bytes) })
}
