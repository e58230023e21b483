// Pixels that two sets of masks cover together, counting each pixel as often as the set with more masks on it has masks there.
import { areaOfRle, type Rle } from '#core/mask/rle'

/** All masks of one size. */
export type LayeredUnion = (a: readonly Rle[], b: readonly Rle[]) => number

/**
 * Where masks of one set lie side by side that is the area of the union. Unlike it, it never falls below what one-to-one pairs share
 * when masks of one set overlap: a pixel is in at most min(n, m) shared parts, and counts max(n, m) = (n + m + |n - m|) / 2 times.
 * The scratch raster (4 bytes a pixel) is kept for the next call.
 */
export function createLayeredUnion(): LayeredUnion {
  let steps = new Int32Array(0)
  return (a, b) => {
    const size = (a[0] ?? b[0])?.size
    if (size === undefined) return 0
    // One more place than pixels: a run may end behind the last one.
    if (steps.length < size[0] * size[1] + 1) steps = new Int32Array(size[0] * size[1] + 1)
    let covered = 0
    let first = steps.length
    let end = 0
    for (const [masks, sign] of [[a, 1] as const, [b, -1] as const])
      for (const mask of masks) {
        covered += areaOfRle(mask)
        if (mask.counts.length < 2) continue
        first = Math.min(first, mask.counts[0]!)
        end = Math.max(end, addSteps(steps, mask.counts, sign))
      }
    return (covered + surplusOf(steps, first, end)) / 2
  }
}

/** Where the last run ends. */
function addSteps(steps: Int32Array, counts: Uint32Array, sign: number): number {
  let at = 0
  for (let i = 1; i < counts.length; i += 2) {
    at = (at + counts[i - 1]!) | 0
    steps[at]! += sign
    at = (at + counts[i]!) | 0
    steps[at]! -= sign
  }
  return at
}

/** Sum of |n - m| over the pixels; leaves the raster as it was before. */
function surplusOf(steps: Int32Array, first: number, end: number): number {
  let depth = 0
  let sum = 0
  for (let i = first; i <= end; i++) {
    const step = steps[i]!
    if (step !== 0) {
      depth = (depth + step) | 0
      steps[i] = 0
    }
    sum += depth < 0 ? -depth : depth
  }
  return sum
}
