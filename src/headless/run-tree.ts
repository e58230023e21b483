// The families of a run, and what its masks say about them; frames are read one after the other, and none is kept.
import { Fault } from '#core/base/fault'
import { rleFromString } from '#core/mask/rle'
import { createFamilyCheck, type FamilyCheckSettings, type FamilyFindings, type TreeMask } from '#core/segment/family-check'
import { FrameMasks, type MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import type { ReadRun } from './run-reader.ts'

/** Throws ARCHIVE_DAMAGED with the folder when the masks of a frame are none. */
export async function checkFamilies(
  { reader, folder }: ReadRun,
  tracks: readonly Track[],
  settings: FamilyCheckSettings,
): Promise<FamilyFindings> {
  const check = createFamilyCheck(tracks, settings)
  const places = (await reader.places()).filter(({ stage }) => stage === 'tracker')
  const levelsOfFrame = new Map<number, number[]>()
  for (const { level, frameIndices } of places)
    for (const frameIndex of frameIndices) levelsOfFrame.set(frameIndex, [...(levelsOfFrame.get(frameIndex) ?? []), level])
  for (const [frameIndex, levels] of [...levelsOfFrame].sort(([a], [b]) => a - b)) {
    const frame = new Map<number, TreeMask[]>()
    for (const level of levels) {
      const found = await reader.masks('tracker', level, frameIndex)
      if (found) frame.set(level, treeMasks(found.bytes, { folder, level, frameIndex }))
    }
    check.addFrame(frame)
  }
  return check.finish()
}

/** Side of the tracked masks by that of the frames, in thousandths: 1 for runs of ours; a foreign one may keep them smaller. */
export async function maskRatio({ reader, record, folder }: ReadRun): Promise<number> {
  const [place] = (await reader.places()).filter(({ stage, frameIndices }) => stage === 'tracker' && frameIndices.length > 0)
  if (!place || record.scene.height === 0) return 1
  const [frameIndex] = place.frameIndices
  const found = await reader.masks('tracker', place.level, frameIndex!)
  if (!found) return 1
  const [height] = frameMasks(found.bytes, { folder, level: place.level, frameIndex: frameIndex! }).size
  return Math.round((1000 * height) / record.scene.height) / 1000
}

type Place = { readonly folder: string; readonly level: number; readonly frameIndex: number }

function treeMasks(bytes: Uint8Array, place: Place): TreeMask[] {
  const { masks, size } = frameMasks(bytes, place)
  return masks.map((mask) => treeMask(mask, size))
}

function frameMasks(bytes: Uint8Array, place: Place): FrameMasks {
  const parsed = FrameMasks.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
  if (parsed.success) return parsed.data
  const reason = `level ${place.level}, frame ${place.frameIndex} of the tracker holds no masks (${parsed.error.issues[0]?.message})`
  throw new Fault('ARCHIVE_DAMAGED', { path: place.folder, offset: 0, reason })
}

/** Decoded when it is first asked for, once. */
function treeMask({ id, area, box, counts }: MaskEntry, size: FrameMasks['size']): TreeMask {
  let decoded: ReturnType<typeof rleFromString> | undefined
  return {
    id,
    area,
    box,
    mask: () => {
      decoded ??= rleFromString(counts, size)
      return decoded
    },
  }
}
