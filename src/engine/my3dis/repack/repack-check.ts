// Holds a repacked run against its source: every frame is read from both, and every mask has to have the same run lengths.
import { canonicalJson } from '#core/base/canonical-json'
import { Fault } from '#core/base/fault'
import type { MaskStage, RunReader } from '#core/run/run-reader'
import type { FrameMasks } from '#core/segment/frame-masks'
import { masksFrom } from '../../export/frame-walk.ts'

export type MaskPlace = { readonly stage: MaskStage; readonly level: number; readonly frameIndex: number }
export type ReadPlace = { readonly bytes: Uint8Array; readonly masks: FrameMasks }
export type Checked = { readonly frames: number; readonly masks: number; readonly tracks: number }

/** Undefined where nothing is. Throws what the reader throws, and EXPORT_MASKS_INVALID for bytes that are no masks of that place. */
export async function readPlace(reader: RunReader, place: MaskPlace): Promise<ReadPlace | undefined> {
  const found = await reader.masks(place.stage, place.level, place.frameIndex)
  if (!found) return undefined
  const masks = masksFrom({
    ...place,
    maskCount: found.maskCount,
    bytes: Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.length),
  })
  if (masks.frameIndex === place.frameIndex && masks.level === place.level) return { bytes: found.bytes, masks }
  throw new Fault('EXPORT_MASKS_INVALID', {
    ...place,
    reason: `they say that they are of frame ${masks.frameIndex} at level ${masks.level}`,
  })
}

export type CheckRequest = {
  readonly own: RunReader
  readonly source: RunReader
  /** All that was written: nothing else may be there. */
  readonly places: readonly MaskPlace[]
  readonly signal: AbortSignal | undefined
  readonly step: (done: number) => void
}

/** Throws REPACK_DIFFERS with the first place that is not the same, CANCELLED, and what reading throws. */
export async function checkRepacked({ own, source, places, signal, step }: CheckRequest): Promise<Checked> {
  await checkPlaces(own, places)
  let masks = 0
  for (const [i, place] of places.entries()) {
    if (signal?.aborted) throw new Fault('CANCELLED')
    const [here, there] = [await readPlace(own, place), await readPlace(source, place)]
    const reason = here && there ? differenceOf(here.masks, there.masks) : `it is missing in ${here ? 'the source' : 'the new run'}`
    if (reason !== undefined) throw new Fault('REPACK_DIFFERS', { where: wordsOf(place), reason })
    masks += here?.masks.masks.length ?? 0
    step(i + 1)
  }
  return { frames: places.length, masks, tracks: await checkTracks(own, source) }
}

async function checkPlaces(own: RunReader, places: readonly MaskPlace[]): Promise<void> {
  const listed = (await own.places()).flatMap(({ stage, level, frameIndices }) =>
    frameIndices.map((frameIndex) => wordsOf({ stage, level, frameIndex })),
  )
  const wanted = new Set(places.map(wordsOf))
  const extra = listed.find((words) => !wanted.has(words))
  if (extra !== undefined) throw new Fault('REPACK_DIFFERS', { where: extra, reason: 'it was not in the source' })
  if (listed.length !== wanted.size)
    throw new Fault('REPACK_DIFFERS', { where: 'the list of frames', reason: `${wanted.size} were written, ${listed.length} are there` })
}

/** Undefined when they are the same. The size counts too: equal run lengths of another size are other masks. */
function differenceOf(here: FrameMasks, there: FrameMasks): string | undefined {
  if (here.size.join() !== there.size.join()) return `masks of ${there.size.join(' x ')} became ${here.size.join(' x ')}`
  if (here.frameName !== there.frameName) return `the frame ${there.frameName} became ${here.frameName}`
  if (here.masks.length !== there.masks.length) return `${there.masks.length} masks became ${here.masks.length}`
  const other = here.masks.findIndex((mask, i) => mask.id !== there.masks[i]?.id || mask.counts !== there.masks[i]?.counts)
  if (other >= 0) return `mask ${there.masks[other]?.id} is another one`
  return (here.unseen ?? []).join() === (there.unseen ?? []).join() ? undefined : 'other objects are unseen'
}

/** Tracks that the source cannot tell were not written either. */
async function checkTracks(own: RunReader, source: RunReader): Promise<number> {
  const [here, there] = [
    await own.tracks(),
    await source.tracks().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
      return { framesDone: 0, tracks: [] }
    }),
  ]
  if (canonicalJson(here.tracks) !== canonicalJson(there.tracks))
    throw new Fault('REPACK_DIFFERS', {
      where: 'the tracks',
      reason: `${there.tracks.length} of the source became ${here.tracks.length}, or say something else`,
    })
  return here.tracks.length
}

function wordsOf({ stage, level, frameIndex }: MaskPlace): string {
  return `${stage}, level ${level}, frame ${frameIndex}`
}
