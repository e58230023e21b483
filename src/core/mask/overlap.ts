// How far masks cover each other, and masks made of others, worked out run by run without a dense raster.

import { areaOfRle, checkMaskSize, emptyRle, type Rle } from './rle.ts'
import { countsFromBits, createRunBits, paintBits } from './run-bits.ts'
import { createRunWriter } from './run-writer.ts'

/** Pixels that are on in both. All functions here throw RangeError when the masks differ in size. */
export function intersectionArea(a: Rle, b: Rle): number {
  checkSameSize(a, b)
  const left = a.counts
  const right = b.counts
  if (left.length < 2 || right.length < 2 || areApart(a, b)) return 0
  // Positions stay below 2 ** 31 (rle.ts); "| 0" says so, and keeps the sums out of floating point.
  let area = 0
  // Both walks stand on an on-run [start, end); whichever ends first moves on to its next one.
  let i = 1
  let j = 1
  let leftStart = left[0]! | 0
  let rightStart = right[0]! | 0
  let leftEnd = (leftStart + left[1]!) | 0
  let rightEnd = (rightStart + right[1]!) | 0
  for (;;) {
    const start = leftStart > rightStart ? leftStart : rightStart
    const end = leftEnd < rightEnd ? leftEnd : rightEnd
    if (end > start) area = (area + end - start) | 0
    if (leftEnd <= rightEnd) {
      if (i + 2 >= left.length) return area
      leftStart = (leftEnd + left[i + 1]!) | 0
      leftEnd = (leftStart + left[i + 2]!) | 0
      i += 2
    } else {
      if (j + 2 >= right.length) return area
      rightStart = (rightEnd + right[j + 1]!) | 0
      rightEnd = (rightStart + right[j + 2]!) | 0
      j += 2
    }
  }
}

/** Whether one mask ends, down the columns, before the other begins: most pairs of a scene are told apart by that alone. */
function areApart(a: Rle, b: Rle): boolean {
  return endOfRuns(a) <= b.counts[0]! || endOfRuns(b) <= a.counts[0]!
}

function endOfRuns({ size, counts }: Rle): number {
  const total = size[0] * size[1]
  return counts.length % 2 === 1 ? total - counts[counts.length - 1]! : total
}

/**
 * Intersection over union, 0..1; 0 when both are empty, for nothing then speaks for their being the same thing. Pass areas that are known
 * already.
 */
export function iouOfRles(a: Rle, b: Rle, areaA?: number, areaB?: number): number {
  const shared = intersectionArea(a, b)
  return shared === 0 ? 0 : shared / ((areaA ?? areaOfRle(a)) + (areaB ?? areaOfRle(b)) - shared)
}

/**
 * Whether the IoU is strictly greater than `threshold`. Pass areas that are known already: when the areas alone rule it out
 * (IoU is at most smaller / larger), the runs are not compared.
 */
export function iouExceeds(a: Rle, b: Rle, threshold: number, areaA = areaOfRle(a), areaB = areaOfRle(b)): boolean {
  checkSameSize(a, b)
  const larger = Math.max(areaA, areaB)
  const ceiling = larger === 0 ? 0 : Math.min(areaA, areaB) / larger
  if (ceiling <= threshold) return false
  const shared = intersectionArea(a, b)
  return shared / (areaA + areaB - shared) > threshold
}

/** Share of `inner` that lies in `outer`, 0..1; 0 when `inner` is empty, as in My3DIS's trees. */
export function containment(inner: Rle, outer: Rle): number {
  const shared = intersectionArea(inner, outer)
  return shared === 0 ? 0 : shared / areaOfRle(inner)
}

/** On where at least one mask is on; empty for no masks. Every mask must be height x width. Takes a bit for each pixel while it works. */
export function unionOfRles(masks: readonly Rle[], height: number, width: number): Rle {
  const empty = emptyRle(height, width)
  for (const mask of masks) checkSameSize(mask, empty)
  if (masks.length === 0) return empty
  if (masks.length <= 2) return combined(masks[0]!, masks[1] ?? empty, either)
  const bits = createRunBits(height * width)
  for (const { counts } of masks) paintBits(bits, counts)
  return { size: [height, width], counts: countsFromBits(bits) }
}

export function intersectionOfRles(a: Rle, b: Rle): Rle {
  return combined(a, b, both)
}

/** What is on in `a` and off in `b`. */
export function differenceOfRles(a: Rle, b: Rle): Rle {
  return combined(a, b, onlyFirst)
}

/** On where the mask is off. */
export function complementOfRle({ size, counts }: Rle): Rle {
  if (counts[0] === 0) return { size, counts: counts.slice(1) }
  const shifted = new Uint32Array(counts.length + 1)
  shifted.set(counts, 1)
  return { size, counts: shifted }
}

// A truth table, one bit for each case: bit 1 = only the first is on, bit 2 = only the second, bit 3 = both.
const either = 0b1110
const both = 0b1000
const onlyFirst = 0b0010

function combined(a: Rle, b: Rle, table: number): Rle {
  checkSameSize(a, b)
  const total = checkMaskSize(a.size[0], a.size[1])
  const writer = createRunWriter(a.counts.length + b.counts.length)
  let [i, j] = [0, 0]
  let leftEnd = a.counts[0]!
  let rightEnd = b.counts[0]!
  for (let at = 0; at < total; ) {
    const end = leftEnd < rightEnd ? leftEnd : rightEnd
    if ((table >> ((i & 1) | ((j & 1) << 1))) & 1) writer.add(at, end)
    at = end
    if (leftEnd === end && ++i < a.counts.length) leftEnd += a.counts[i]!
    if (rightEnd === end && ++j < b.counts.length) rightEnd += b.counts[j]!
  }
  return { size: a.size, counts: writer.finish(total) }
}

function checkSameSize(a: Rle, b: Rle): void {
  if (a.size[0] !== b.size[0] || a.size[1] !== b.size[1])
    throw new RangeError(`The masks differ in size: ${a.size[1]} x ${a.size[0]} and ${b.size[1]} x ${b.size[0]}.`)
}
