// The tracked masks of a frame, out of the JSON of an archive or the packed bits of a pickle, in the form that every stage of ours writes.
import { reasonOfError } from '../../base/fault.ts'
import { bytesFromBase64 } from '../../mask/base64.ts'
import { base64Span } from '../../mask/base64-span.ts'
import { fullSizeOfPacked, sizeOfPackedShape } from '../../mask/packed.ts'
import { createPackedScanner, type PackedScanner, type ScannedMask } from '../../mask/packed-scan.ts'
import { areaOfRle, boundsOfRle, type Rle, stringFromRle } from '../../mask/rle.ts'
import type { FrameMasks, MaskEntry } from '../../segment/frame-masks.ts'
import { cutLongStrings, stringOfMark } from '../text/json-strings.ts'
import { maskFromMy3dis, type PackedMaskBytes } from './my3dis-mask.ts'
import { parsePythonJson } from '../text/python-json.ts'
import type { TrackNumbering } from '../tracks/track-numbering.ts'
import { type PackedMaskEntry, VideoFrame } from './tracking-schema.ts'

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

/** A mask as it was found, by the id of its object; a function reads one when it is needed, and throws RangeError like `trackedMasks`. */
export type TrackedMask = readonly [sourceId: string, mask: PackedMaskBytes | Rle | (() => SeenMask)]

/** What is kept of a mask, and a full size that was said of it and cannot be true. */
type SeenMask = ScannedMask & { readonly size: Rle['size']; readonly wrong: readonly number[] | undefined }

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
  const room: DecodingRoom = { scan: createPackedScanner(), packed: new Uint8Array(0), decode }
  const found = Object.entries(objects).map(([sourceId, stored]): TrackedMask => {
    const long = stringOfMark(stored.packed_bits_b64, json, cut)
    return [sourceId, () => seenInText(stored, long ?? new TextEncoder().encode(stored.packed_bits_b64), room)]
  })
  return trackedMasks(found, { ...frame, frameName: frame_name ?? frame.frameName })
}

/** `packed` is all zeros between two masks. */
type DecodingRoom = { readonly scan: PackedScanner; packed: Uint8Array; readonly decode: Base64Decoder }

/** Decodes and looks at those bytes alone that are not 0. */
function seenInText({ shape, full_resolution_shape: claimed }: PackedMaskEntry, text: Uint8Array, room: DecodingRoom): SeenMask {
  const [height, width] = sizeOfPackedShape(shape)
  const { from, to, length } = base64Span(text)
  if (room.packed.length !== length) room.packed = new Uint8Array(length)
  const bytes = room.decode(text.subarray(from, to))
  const start = (from / 4) * 3
  const expected = Math.min((to / 4) * 3, length) - start
  if (bytes.length !== expected) throw new RangeError(`Its base64 has a foreign character: ${bytes.length} of ${expected} bytes came out.`)
  room.packed.set(bytes, start)
  try {
    const seen = room.scan(room.packed, width, height, start, start + expected)
    const wrong = claimed !== undefined && fullSizeOfPacked(shape, claimed) === undefined ? claimed : undefined
    return { ...seen, size: [height, width], wrong }
  } finally {
    room.packed.fill(0, start, start + expected)
  }
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
    const seen = seenOf(sourceId, stored)
    wrongFullSize ??= seen.wrong
    size ??= seen.size
    if (seen.size[0] !== size[0] || seen.size[1] !== size[1])
      throw new RangeError(`the mask of object ${sourceId} is ${seen.size.join(' x ')}, another one ${size.join(' x ')}`)
    if (seen.box === undefined) unseen.push(id)
    else masks.push({ id, sourceId, counts: seen.counts, area: seen.area, box: [...seen.box] })
  }
  if (size === undefined) return { masks: undefined, objectCount, wrongFullSize }
  masks.sort((a, b) => a.id - b.id)
  unseen.sort((a, b) => a - b)
  const { frameIndex, frameName, numbering } = frame
  const of = { frameIndex, frameName, level: numbering.level, size: [size[0], size[1]] as [number, number], masks }
  return { masks: unseen.length === 0 ? of : { ...of, unseen }, objectCount, wrongFullSize }
}

function seenOf(sourceId: string, stored: TrackedMask[1]): SeenMask {
  try {
    if (typeof stored === 'function') return stored()
    const { mask, fullSizeWrong = false } = 'counts' in stored ? { mask: stored } : maskFromMy3dis(stored)
    const wrong = fullSizeWrong && 'full_resolution_shape' in stored ? stored.full_resolution_shape : undefined
    return { size: mask.size, counts: stringFromRle(mask), area: areaOfRle(mask), box: boundsOfRle(mask), wrong }
  } catch (error) {
    throw new RangeError(`the mask of object ${sourceId.slice(0, 40)} does not hold: ${reasonOfError(error)}`)
  }
}
