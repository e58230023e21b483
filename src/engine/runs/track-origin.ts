// Reads what a run tells of where one of its tracks came from.
import { Fault, reasonOfError } from '#core/base/fault'
import type { MaskStage, RunReader } from '#core/run/run-reader'
import { FrameMasks, labelOfId } from '#core/segment/frame-masks'
import { originOfTrack, type TrackOrigin } from '#core/segment/track-origin'

/** Throws ARTIFACT_MISSING when the run has no such track, EXPORT_MASKS_INVALID for masks that cannot be read, and what the reader throws. */
export async function readTrackOrigin(reader: RunReader, objectId: number): Promise<TrackOrigin> {
  const track = (await reader.tracks()).tracks.find(({ id }) => id === objectId)
  if (!track) throw new Fault('ARTIFACT_MISSING', { artifact: `track ${labelOfId(objectId)}` })
  const [candidates, kept, decisions] = await Promise.all([
    track.prompt && masksOf(reader, 'ssam', track.level, track.prompt.frameIndex),
    track.prompt && masksOf(reader, 'filter', track.level, track.prompt.frameIndex),
    reader.decisions?.(track.level) ?? [],
  ])
  return originOfTrack(track, candidates, kept, decisions)
}

async function masksOf(reader: RunReader, stage: MaskStage, level: number, frameIndex: number): Promise<FrameMasks | undefined> {
  const found = await reader.masks(stage, level, frameIndex)
  if (!found) return undefined
  try {
    return FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
  } catch (error) {
    throw new Fault('EXPORT_MASKS_INVALID', { stage, level, frameIndex, reason: reasonOfError(error) }, error)
  }
}
