// Rectangles as masks of objects, for tests and benchmarks whose right answer is worked out by hand.
import { rleFromCrop } from '#core/mask/rle'
import type { AnswerMask } from './compare-types.ts'

export type BoxSize = { readonly width: number; readonly height: number }

/** What of the box lies outside of the picture is cut off; a box wholly outside is an empty mask. */
export function boxMask(
  id: number,
  [x, y, width, height]: readonly [number, number, number, number],
  size: BoxSize,
  level = 2,
): AnswerMask {
  const bits = new Uint8Array(width * height).fill(1)
  return { id, level, mask: rleFromCrop(bits, { x, y, width, height }, size.width, size.height) }
}

/** Whole numbers from 0 to `below` (exclusive), the same ones for the same seed. Source: mulberry32. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
