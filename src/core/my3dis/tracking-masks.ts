// The tracked masks of a frame, out of the JSON of an archive or the packed bits of a pickle, in the form that every stage of ours writes.
import { reasonOfError } from '../base/fault.ts'
import { areaOfRle, boundsOfRle, type Rle, stringFromRle } from '../mask/rle.ts'
import type { FrameMasks, MaskEntry } from '../segment/frame-masks.ts'
import { maskFromMy3dis, type PackedMaskBytes } from './my3dis-mask.ts'
import { parsePythonJson } from './python-json.ts'
import type { TrackNumbering } from './track-numbering.ts'
import { type PackedMaskEntry, VideoFrame } from './tracking-schema.ts'

/** Faster base64 of a host, for text that is whole groups of four; it may leave out foreign characters, the count of bytes tells. */
export type Base64Decoder = (text: string) => Uint8Array

export type TrackedFrame = {
  readonly frameIndex: number
  readonly frameName: string
  readonly numbering: TrackNumbering
}

/** A mask as it was found, by the id of its object. */
export type TrackedMask = readonly [sourceId: string, mask: PackedMaskEntry | PackedMaskBytes | Rle]

export type TrackedMasks = {
  /** Undefined for a frame without any object: then not even the size of masks is known. */
  readonly masks: FrameMasks | undefined
  /** Objects found, those without a usable id not counted. */
  readonly objectCount: number
  /** A full size that cannot be true, as it was said by the first mask that says one. */
  readonly wrongFullSize: readonly number[] | undefined
}

/**
 * From the text of one member of a video archive. Throws RangeError where it is no frame, of another one than `frame` says, or a mask
 * in it does not hold; the name of a frame in the file is stronger than that in `frame`.
 */
export function trackedMasksFromJson(text: string, frame: TrackedFrame, decode?: Base64Decoder): TrackedMasks {
  const { frame_index, frame_name, objects } = videoFrameFrom(text)
  if (frame_index !== frame.frameIndex) throw new RangeError(`frame ${frame_index} stands where frame ${frame.frameIndex} should be`)
  const named = { ...frame, frameName: frame_name ?? frame.frameName }
  return trackedMasks(Object.entries(objects), named, decode)
}

/** The ids of a frame's objects and its index, for archives that do not list them. Throws RangeError like `trackedMasksFromJson`. */
export function outlineOfFrame(text: string): {
  readonly frameIndex: number
  readonly frameName: string | undefined
  readonly sourceIds: readonly string[]
} {
  const { frame_index, frame_name, objects } = videoFrameFrom(text)
  return { frameIndex: frame_index, frameName: frame_name ?? undefined, sourceIds: Object.keys(objects) }
}

function videoFrameFrom(text: string): VideoFrame {
  let value: unknown
  try {
    value = parsePythonJson(text)
  } catch (error) {
    throw new RangeError(`it is no JSON (${reasonOfError(error)})`)
  }
  const checked = VideoFrame.safeParse(value)
  if (!checked.success) throw new RangeError(`it is no frame: ${firstIssue(checked.error)}`)
  return checked.data
}

/** What a schema found wrong first, with the place: one line. */
export function firstIssue(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}): string {
  const [issue] = error.issues
  const place = issue?.path.map(String).join('.').slice(0, 120) ?? ''
  return `${place === '' ? 'the whole' : place}: ${issue?.message ?? 'unknown'}`
}

/**
 * Masks keep the size they were stored at, one for all of the frame. An object without a visible pixel is no mask but one of `unseen`;
 * objects with ids that are not usable are left out. Ordered by id. Throws RangeError for a mask that does not hold, or two sizes.
 */
export function trackedMasks(found: readonly TrackedMask[], frame: TrackedFrame, decode?: Base64Decoder): TrackedMasks {
  const masks: MaskEntry[] = []
  const unseen: number[] = []
  let size: Rle['size'] | undefined
  let objectCount = 0
  let wrongFullSize: readonly number[] | undefined
  for (const [sourceId, stored] of found) {
    const id = frame.numbering.idOf(sourceId)
    if (id === undefined) continue
    objectCount += 1
    const { mask, fullSizeWrong } = runsOf(sourceId, stored, decode)
    if (fullSizeWrong && 'shape' in stored) wrongFullSize ??= stored.full_resolution_shape
    size ??= mask.size
    if (mask.size[0] !== size[0] || mask.size[1] !== size[1])
      throw new RangeError(`the mask of object ${sourceId} is ${mask.size.join(' x ')}, another one ${size.join(' x ')}`)
    const box = boundsOfRle(mask)
    if (box === undefined) unseen.push(id)
    else masks.push({ id, sourceId, counts: stringFromRle(mask), area: areaOfRle(mask), box: [...box] })
  }
  if (size === undefined) return { masks: undefined, objectCount, wrongFullSize }
  masks.sort((a, b) => a.id - b.id)
  unseen.sort((a, b) => a - b)
  const { frameIndex, frameName, numbering } = frame
  const of = { frameIndex, frameName, level: numbering.level, size: [size[0], size[1]] as [number, number], masks }
  return { masks: unseen.length === 0 ? of : { ...of, unseen }, objectCount, wrongFullSize }
}

function runsOf(
  sourceId: string,
  stored: TrackedMask[1],
  decode: Base64Decoder | undefined,
): { readonly mask: Rle; readonly fullSizeWrong: boolean } {
  if ('counts' in stored) return { mask: stored, fullSizeWrong: false }
  try {
    return maskFromMy3dis(decode && 'packed_bits_b64' in stored ? decoded(stored, decode) : stored)
  } catch (error) {
    throw new RangeError(`the mask of object ${sourceId.slice(0, 40)} does not hold: ${reasonOfError(error)}`)
  }
}

function decoded({ packed_bits_b64, ...rest }: PackedMaskEntry, decode: Base64Decoder): PackedMaskBytes {
  return { ...rest, packed_bits: decode(packed_bits_b64) }
}
