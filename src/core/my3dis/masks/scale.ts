// How My3DIS makes masks smaller before it keeps or compares them; the pixels themselves are Pillow's (core/mask/resize).
import { downscaleRle, roundHalfEven, scaledSide } from '../../mask/resize.ts'
import { areaOfRle, type Rle } from '../../mask/rle.ts'

/** Masks are compared for sameness with their longest side at most this many pixels. */
export const dedupLongestSide = 256

/** [height, width] of a stored mask for a mask of `size`; `ratio` within (0, 1]. */
export function storedSize(size: readonly [height: number, width: number], ratio: number): readonly [height: number, width: number] {
  return [scaledSide(size[0], ratio), scaledSide(size[1], ratio)]
}

/**
 * A candidate's mask as it is stored: Pillow BOX, but a mask that would vanish stays at full size with ratio 1. `ratio` in the answer
 * is what belongs into `mask_scale_ratio`. Throws RangeError for a ratio outside (0, 1].
 */
export function storedCandidate(mask: Rle, ratio: number): { readonly mask: Rle; readonly ratio: number } {
  const small = downscaleRle(mask, ratio)
  return areaOfRle(small) === 0 && areaOfRle(mask) > 0 ? { mask, ratio: 1 } : { mask: small, ratio }
}

/** Pixels at the resolution of the candidates' model for an area counted on a mask stored at `ratio`; not rounded. */
export function areaBeforeScale(storedArea: number, ratio: number): number {
  return storedArea / ratio ** 2
}

/** [height, width] on which masks are compared when the first one of a frame has `size`: never larger than that one. */
export function dedupSize(size: readonly [height: number, width: number]): readonly [height: number, width: number] {
  const factor = Math.min(1, dedupLongestSide / Math.max(size[0], size[1]))
  return [Math.max(1, roundHalfEven(size[0] * factor)), Math.max(1, roundHalfEven(size[1] * factor))]
}
