// The frames of a run in order, each read while the one before it is being written.
import { Fault, reasonOfError } from '#core/base/fault'
import type { MaskPlaces, MaskStage, RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'

export type FramePlace = { readonly stage: MaskStage; readonly level: number; readonly frameIndex: number }
export type FrameBytes = FramePlace & { readonly maskCount: number; readonly bytes: Buffer }

/** Frames that are being read ahead: enough to hide the waiting, few enough that memory does not grow with the run. */
const ahead = 4

/** Frame by frame, within a frame level by level. */
export function framePlaces(places: readonly MaskPlaces[]): FramePlace[] {
  const all = places.flatMap(({ stage, level, frameIndices }) => frameIndices.map((frameIndex) => ({ stage, level, frameIndex })))
  return all.sort((a, b) => a.frameIndex - b.frameIndex || a.level - b.level)
}

/** Those of a stage at the levels chosen; undefined = all. Throws EXPORT_EMPTY when there are none. */
export function chosenPlaces(places: readonly MaskPlaces[], stage: MaskStage, levels: readonly number[] | undefined): MaskPlaces[] {
  const found = places.filter((place) => place.stage === stage && (levels === undefined || levels.includes(place.level)))
  const missing = (levels ?? []).filter((level) => !found.some((place) => place.level === level))
  if (found.length === 0 || missing.length > 0) {
    const where = missing.length > 0 ? ` at level ${missing.join(', ')}` : ''
    throw new Fault('EXPORT_EMPTY', { what: `masks of the stage ${stage}${where}` })
  }
  return found.sort((a, b) => a.level - b.level)
}

/** Throws CANCELLED when the signal aborts. A place without masks is passed over. */
export async function* walkFrames(
  reader: RunReader,
  places: readonly FramePlace[],
  signal: AbortSignal | undefined,
): AsyncGenerator<FrameBytes, void, undefined> {
  const reading: Promise<FrameBytes | undefined>[] = []
  const start = (place: FramePlace | undefined) => {
    if (!place) return
    const read = readFrame(reader, place)
    // Awaited in its turn, or not at all when an earlier one failed; then its failure must not count as unheard.
    read.catch(() => {})
    reading.push(read)
  }
  for (const place of places.slice(0, ahead)) start(place)
  try {
    for (let i = 0; i < places.length; i += 1) {
      if (signal?.aborted) throw new Fault('CANCELLED')
      const frame = await reading.shift()
      start(places[i + ahead])
      if (frame) yield frame
    }
  } finally {
    await Promise.allSettled(reading)
  }
}

async function readFrame(reader: RunReader, place: FramePlace): Promise<FrameBytes | undefined> {
  const found = await reader.masks(place.stage, place.level, place.frameIndex).catch((error: unknown) => {
    // A failure of the system while reading must not be told as one of writing.
    if (error instanceof Fault || !(error instanceof Error && 'code' in error)) throw error
    const { stage, level, frameIndex } = place
    throw new Fault('EXPORT_MASKS_INVALID', { stage, level, frameIndex, reason: reasonOfError(error) }, error)
  })
  // A Buffer searches its bytes several times faster than a plain array.
  return (
    found && { ...place, maskCount: found.maskCount, bytes: Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.length) }
  )
}

/** A RangeError about the bytes of a frame, as a fault that names the frame. */
export function frameRead<T>(place: FramePlace, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const { stage, level, frameIndex } = place
    throw new Fault('EXPORT_MASKS_INVALID', { stage, level, frameIndex, reason: error.message }, error)
  }
}

/** The masks as values. Throws EXPORT_MASKS_INVALID. */
export function masksFrom(frame: FrameBytes): FrameMasks {
  const { stage, level, frameIndex, bytes } = frame
  const invalid = (reason: string, cause?: unknown) => new Fault('EXPORT_MASKS_INVALID', { stage, level, frameIndex, reason }, cause)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw invalid(reasonOfError(error), error)
  }
  const parsed = FrameMasks.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`)
}
