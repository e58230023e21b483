// The tracked masks of a frame, out of the JSON of an archive or the packed bits of a pickle, in the form that every stage of ours writes.
import { reasonOfError } from '../base/fault.ts'
import { bytesFromBase64 } from '../mask/base64.ts'
import { areaOfRle, boundsOfRle, type Rle, stringFromRle } from '../mask/rle.ts'
import type { FrameMasks, MaskEntry } from '../segment/frame-masks.ts'
import { cutLongStrings, stringOfMark } from './json-strings.ts'
import { maskFromMy3dis, type PackedMaskBytes } from './my3dis-mask.ts'
import { parsePythonJson } from './python-json.ts'
import type { TrackNumbering } from './track-numbering.ts'
import { VideoFrame } from './tracking-schema.ts'

/**
 * Faster base64 of a host, for the bytes of its text; it may leave out foreign characters, the count of bytes tells. What it gives is
 * used up before it is called again.
 */
export type Base64Decoder = (text: Uint8Array) => Uint8Array

export type TrackedFrame = {
  readonly frameIndex: number
  readonly frameName: string
  readonly numbering: TrackNumbering
}

/** A mask as it was found, by the id of its object; a function unpacks one when it is needed, and throws RangeError like `trackedMasks`. */
export type TrackedMask = readonly [sourceId: string, mask: PackedMaskBytes | Rle | (() => PackedMaskBytes)]

export type TrackedMasks = {
  /** Undefined for a frame without any object: then not even the size of masks is known. */
  readonly masks: FrameMasks | undefined
  /** Objects found, those without a usable id not counted. */
  readonly objectCount: number
  /** A full size that cannot be true, as it was said by the first mask that says one. */
  readonly wrongFullSize: readonly number[] | undefined
}

/**
 * From the bytes of one member of a video archive. Throws RangeError where it is no frame, of another one than `frame` says, or a mask
 * in it does not hold; the name of a frame in the file is stronger than that in `frame`.
 */
export function trackedMasksFromJson(json: Uint8Array, frame: TrackedFrame, decode: Base64Decoder = decodedHere): TrackedMasks {
  const cut = cutLongStrings(json)
  const { frame_index, frame_name, objects } = videoFrameFrom(cut.text)
  if (frame_index !== frame.frameIndex) throw new RangeError(`frame ${frame_index} stands where frame ${frame.frameIndex} should be`)
  const found = Object.entries(objects).map(([sourceId, { packed_bits_b64, ...rest }]): TrackedMask => {
    const long = stringOfMark(packed_bits_b64, json, cut)
    return [sourceId, () => ({ ...rest, packed_bits: long ? decode(long) : bytesFromBase64(packed_bits_b64) })]
  })
  return trackedMasks(found, { ...frame, frameName: frame_name ?? frame.frameName })
}

const decodedHere: Base64Decoder = (text) => bytesFromBase64(new TextDecoder().decode(text))

/** The ids of a frame's objects and its index, for archives that do not list them. Throws RangeError like `trackedMasksFromJson`. */
export function outlineOfFrame(json: Uint8Array): {
  readonly frameIndex: number
  readonly frameName: string | undefined
  readonly sourceIds: readonly string[]
} {
  const { frame_index, frame_name, objects } = videoFrameFrom(cutLongStrings(json).text)
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
export function trackedMasks(found: readonly TrackedMask[], frame: TrackedFrame): TrackedMasks {
  const masks: MaskEntry[] = []
  const unseen: number[] = []
  let size: Rle['size'] | undefined
  let objectCount = 0
  let wrongFullSize: readonly number[] | undefined
  for (const [sourceId, stored] of found) {
    const id = frame.numbering.idOf(sourceId)
    if (id === undefined) continue
    objectCount += 1
    const { mask, wrong } = runsOf(sourceId, stored)
    wrongFullSize ??= wrong
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

function runsOf(sourceId: string, stored: TrackedMask[1]): { readonly mask: Rle; readonly wrong: readonly number[] | undefined } {
  if ('counts' in stored) return { mask: stored, wrong: undefined }
  try {
    const packed = typeof stored === 'function' ? stored() : stored
    const { mask, fullSizeWrong } = maskFromMy3dis(packed)
    return { mask, wrong: fullSizeWrong ? packed.full_resolution_shape : undefined }
  } catch (error) {
    throw new RangeError(`the mask of object ${sourceId.slice(0, 40)} does not hold: ${reasonOfError(error)}`)
  }
}
