// A mask as My3DIS's files hold it, and back to run lengths: packed bits beside their shape, with the oddities of its writers.

import { base64FromBytes, bytesFromBase64 } from '../../mask/base64.ts'
import { fullSizeOfPacked, packedFromRle, rleFromPacked, sizeOfPackedShape } from '../../mask/packed.ts'
import type { Rle } from '../../mask/rle.ts'

/** In JSON files. `shape` is [H, W] or [1, H, W]. Keys in the order My3DIS writes them. */
export type PackedMaskJson = {
  readonly packed_bits_b64: string
  readonly shape: readonly number[]
  readonly full_resolution_shape?: readonly number[]
}

/** In pickles of the time before October 2025, and in memory: the same bytes without base64. */
export type PackedMaskBytes = {
  readonly packed_bits: Uint8Array
  readonly shape: readonly number[]
  readonly full_resolution_shape?: readonly number[]
}

export type StoredMask = {
  readonly mask: Rle
  /** [height, width] before it was made smaller; undefined when nothing trustworthy is said: take the frame's own size then. */
  readonly fullSize: readonly [height: number, width: number] | undefined
  /** A full size was said, but cannot be true: My3DIS loses the width of SAM2's masks. */
  readonly fullSizeWrong: boolean
}

/**
 * Throws RangeError for text that is no base64, a shape that is none of a mask, or bytes that are not as many as the shape asks for.
 * Empty masks are masks: an object that was tracked on a frame but not seen there.
 */
export function maskFromMy3dis(stored: PackedMaskJson | PackedMaskBytes): StoredMask {
  const [height, width] = sizeOfPackedShape(stored.shape)
  const bytes = 'packed_bits' in stored ? stored.packed_bits : bytesFromBase64(stored.packed_bits_b64)
  const fullSize = fullSizeOfPacked(stored.shape, stored.full_resolution_shape)
  return {
    mask: rleFromPacked(bytes, width, height),
    fullSize,
    fullSizeWrong: fullSize === undefined && stored.full_resolution_shape !== undefined,
  }
}

/**
 * How shape and full size are written:
 * - `plain`: [H, W]; the full size when one is given, both sides. What we write.
 * - `sam2`: as My3DIS's tracker: [1, H, W] for a mask that was not made smaller, else [h, w] and the full size as [1, H].
 */
export type MaskShapeStyle = 'plain' | 'sam2'

export function my3disShape(
  size: readonly [height: number, width: number],
  fullSize: readonly [height: number, width: number] | undefined,
  style: MaskShapeStyle,
): Pick<PackedMaskJson, 'shape' | 'full_resolution_shape'> {
  if (fullSize === undefined) return { shape: style === 'sam2' ? [1, ...size] : [...size] }
  return { shape: [...size], full_resolution_shape: style === 'sam2' ? [1, fullSize[0]] : [...fullSize] }
}

/** `fullSize`: [height, width] before the mask was made smaller; leave it out when it was not, and in `filtered.json`. */
export function my3disFromMask(
  mask: Rle,
  fullSize?: readonly [height: number, width: number],
  style: MaskShapeStyle = 'plain',
): PackedMaskJson {
  return { packed_bits_b64: base64FromBytes(packedFromRle(mask)), ...my3disShape(mask.size, fullSize, style) }
}
