// A mask as run lengths down the columns, background first: the form in which masks are kept, sent and compared.

import { bordersOfMask, countsFromBorders, spreadDown, toggleBorders } from './mask-borders.ts'
import { createRunWriter } from './run-writer.ts'

/**
 * Run lengths down the columns (position = x * height + y), background first. `counts` sum to height * width; only the
 * first may be 0. Equal masks therefore have equal counts.
 */
export type Rle = { readonly size: readonly [height: number, width: number]; readonly counts: Uint32Array }

/** Whole pixels; x and y are the upper left pixel, width and height count pixels. */
export type PixelBox = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Largest raster a mask may have: positions and their differences stay within 31 bits. */
export const maxMaskPixels = 2 ** 31 - 1

// 31-bit counts and their differences need at most seven groups of five bits.
export const maxGroups = 7

/** Throws RangeError unless both sides are whole, at least 1, and the raster is at most `maxMaskPixels`. Returns the pixel count. */
export function checkMaskSize(height: number, width: number): number {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1)
    throw new RangeError(`A mask needs whole sides of at least 1 pixel; got ${width} x ${height}.`)
  const total = height * width
  if (total > maxMaskPixels) throw new RangeError(`A mask of ${width} x ${height} is larger than ${maxMaskPixels} pixels.`)
  return total
}

export function emptyRle(height: number, width: number): Rle {
  return { size: [height, width], counts: Uint32Array.of(checkMaskSize(height, width)) }
}

/** `mask` is row-major with width * height entries, nonzero = on. Throws RangeError when the length does not fit. */
export function rleFromMask(mask: Uint8Array, width: number, height: number): Rle {
  const total = checkMaskSize(height, width)
  if (mask.length !== total) throw new RangeError(`A ${width} x ${height} mask has ${total} pixels; got ${mask.length}.`)
  return { size: [height, width], counts: countsFromBorders(bordersOfMask(mask, width, height), width, height) }
}

/**
 * A mask of width x height that holds `bits` (row-major, box.width * box.height, nonzero = on) at `box` and is off outside.
 * What of the box lies outside the mask is cut off.
 */
export function rleFromCrop(bits: Uint8Array, box: PixelBox, width: number, height: number): Rle {
  const total = checkMaskSize(height, width)
  if (bits.length !== checkMaskSize(box.height, box.width) || !Number.isInteger(box.x) || !Number.isInteger(box.y))
    throw new RangeError(`A crop of ${box.width} x ${box.height} at ${box.x}, ${box.y} does not fit ${bits.length} pixels.`)
  const { counts } = rleFromMask(bits, box.width, box.height)
  const writer = createRunWriter(counts.length)
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    if (i & 1) addCropSpan(writer.add, start, end, box, width, height)
    start = end
  }
  return { size: [height, width], counts: writer.finish(total) }
}

/** Row-major 0/1. `out`, when given, is overwritten whole and must have height * width entries. */
export function maskFromRle(rle: Rle, out?: Uint8Array): Uint8Array {
  const [height, width] = rle.size
  const total = checkMaskSize(height, width)
  if (out !== undefined && out.length !== total) throw new RangeError(`The mask needs ${total} pixels of room; got ${out.length}.`)
  const mask = out === undefined ? new Uint8Array(total) : out.fill(0)
  toggleBorders(rle.counts, mask, width, height)
  spreadDown(mask, width)
  return mask
}

/** Pixels that are on. */
export function areaOfRle(rle: Rle): number {
  let area = 0
  // Below 2 ** 31, and said so: sums of Uint32 values are otherwise worked out in floating point.
  for (let i = 1; i < rle.counts.length; i += 2) area = (area + rle.counts[i]!) | 0
  return area
}

/** Tight box [x, y, width, height] in pixels around what is on; undefined when nothing is. */
export function boundsOfRle(rle: Rle): readonly [x: number, y: number, width: number, height: number] | undefined {
  const height = rle.size[0]
  const { counts } = rle
  if (counts.length < 2) return undefined
  const left = Math.floor(counts[0]! / height)
  let right = left
  let top = height
  let bottom = -1
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    if (i & 1) {
      const first = Math.floor(start / height)
      right = Math.floor((end - 1) / height)
      const crosses = first !== right
      top = Math.min(top, crosses ? 0 : start - first * height)
      bottom = Math.max(bottom, crosses ? height - 1 : end - 1 - right * height)
    }
    start = end
  }
  return [left, top, right - left + 1, bottom - top + 1]
}

/** Whether two masks are the same, size included. */
export function equalRles(a: Rle, b: Rle): boolean {
  if (a.size[0] !== b.size[0] || a.size[1] !== b.size[1] || a.counts.length !== b.counts.length) return false
  return a.counts.every((count, i) => count === b.counts[i])
}

/**
 * Characters '0' (48) to 'o' (111), low group first; bit 32 says that more groups follow, bit 16 of the last one is the sign.
 * From the fourth count on (i > 2), the difference to count i - 2 is written. Source: cocoapi common/maskApi.c, rleToString.
 */
export function stringFromRle(rle: Rle): string {
  const { counts } = rle
  const bytes = new Uint8Array(counts.length * maxGroups)
  let length = 0
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!
    for (let more = true; more; ) {
      const group = rest & 0x1f
      rest >>= 5
      more = (group & 0x10) === 0 ? rest !== 0 : rest !== -1
      bytes[length++] = 48 + (more ? group | 0x20 : group)
    }
  }
  return new TextDecoder().decode(bytes.subarray(0, length))
}

/**
 * Reads counts in COCO's text form for a raster of size [height, width]. Empty runs within are joined, so what is read has the
 * one shape an Rle may have. Throws RangeError for a foreign character, a count cut short, below 0 or too large, or a wrong sum.
 */
export function rleFromString(text: string, size: readonly [height: number, width: number]): Rle {
  const total = checkMaskSize(size[0], size[1])
  const counts: number[] = []
  let at = 0
  while (at < text.length) {
    let count = 0
    let group = 0x20
    for (let k = 0; (group & 0x20) !== 0; k++) {
      if (at === text.length) throw new RangeError(`The run lengths end in the middle of count ${counts.length}.`)
      group = text.charCodeAt(at) - 48
      if (group < 0 || group > 63) throw new RangeError(`Character ${at} (${JSON.stringify(text[at])}) has no place among run lengths.`)
      if (k === maxGroups) throw new RangeError(`Count ${counts.length} has more than ${maxGroups} characters.`)
      count += (group & 0x1f) * 32 ** k
      if ((group & 0x30) === 0x10) count -= 32 ** (k + 1)
      at++
    }
    if (counts.length > 2) count += counts[counts.length - 2]!
    counts.push(count)
    if (count < 0 || count > total) throw new RangeError(`Count ${counts.length - 1} is ${count}; the mask has ${total} pixels.`)
  }
  return rleFromCounts(counts, size)
}

/** Plain run lengths, background first; empty runs within are joined. Throws RangeError when they are not whole or do not fill the mask. */
export function rleFromCounts(counts: ArrayLike<number>, size: readonly [height: number, width: number]): Rle {
  const total = checkMaskSize(size[0], size[1])
  const writer = createRunWriter(counts.length)
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`Count ${i} is ${count}; run lengths are whole and not below 0.`)
    const end = start + count
    if (end > total) throw new RangeError(`The first ${i + 1} counts cover ${end} pixels; the mask has ${total}.`)
    if (i & 1) writer.add(start, end)
    start = end
  }
  if (start !== total) throw new RangeError(`The counts cover ${start} pixels; the mask has ${total}.`)
  return { size: [size[0], size[1]], counts: writer.finish(total) }
}

function addCropSpan(add: (start: number, end: number) => void, start: number, end: number, box: PixelBox, width: number, height: number) {
  for (let x = Math.floor(start / box.height); x * box.height < end; x++) {
    const column = box.x + x
    if (column < 0) continue
    if (column >= width) return
    const top = box.y + Math.max(0, start - x * box.height)
    const bottom = box.y + Math.min(box.height, end - x * box.height)
    const from = Math.max(0, top)
    const to = Math.min(height, bottom)
    if (to > from) add(column * height + from, column * height + to)
  }
}
