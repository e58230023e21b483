// A run as if it held only some of its tracks: what an export of single objects reads.
import { Fault, reasonOfError } from '#core/base/fault'
import type { RunRecord } from '#core/run/run'
import type { FrameMasksBytes, RunReader } from '#core/run/run-reader'
import { FrameMasks, labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'

/**
 * Only the tracker's masks of the `objects` (track ids), and only the frames that they are seen on. Throws EXPORT_EMPTY when the run has
 * no such track, and later EXPORT_MASKS_INVALID for a frame that cannot be read.
 */
export async function readerOfObjects(
  reader: RunReader,
  { frameIndices }: Pick<RunRecord, 'frameIndices'>,
  objects: readonly number[],
): Promise<RunReader> {
  const wanted = new Set(objects)
  const list = await reader.tracks()
  const tracks = list.tracks.filter(({ id }) => wanted.has(id))
  const unknown = objects.filter((id) => !tracks.some((track) => track.id === id))
  if (unknown.length > 0) throw new Fault('EXPORT_EMPTY', { what: `track ${unknown.map(labelOfId).join(', ')}` })
  const framesAt = framesByLevel(tracks, frameIndices)
  return {
    places: async () =>
      (await reader.places()).flatMap((place) => {
        const seen = place.stage === 'tracker' ? framesAt.get(place.level) : undefined
        return seen ? [{ ...place, frameIndices: place.frameIndices.filter((frameIndex) => seen.has(frameIndex)) }] : []
      }),
    masks: async (stage, level, frameIndex) => {
      const found = await reader.masks(stage, level, frameIndex)
      if (!found) return undefined
      try {
        return onlyOf(found, wanted)
      } catch (error) {
        throw new Fault('EXPORT_MASKS_INVALID', { stage, level, frameIndex, reason: reasonOfError(error) }, error)
      }
    },
    tracks: async () => ({ ...list, tracks }),
    close: () => reader.close(),
  }
}

function framesByLevel(tracks: readonly Track[], frameIndices: readonly number[]): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>()
  for (const { level, visible } of tracks) {
    const seen = found.get(level) ?? new Set<number>()
    for (const [first, last] of visible) for (const frameIndex of frameIndices.slice(first, last + 1)) seen.add(frameIndex)
    found.set(level, seen)
  }
  return found
}

/** Undefined when none of them has a mask here. */
function onlyOf({ bytes }: FrameMasksBytes, wanted: ReadonlySet<number>): FrameMasksBytes | undefined {
  const { unseen: _, ...frame } = FrameMasks.parse(JSON.parse(new TextDecoder().decode(bytes)))
  const masks = frame.masks.filter(({ id }) => wanted.has(id))
  return masks.length === 0 ? undefined : { maskCount: masks.length, bytes: new TextEncoder().encode(JSON.stringify({ ...frame, masks })) }
}
