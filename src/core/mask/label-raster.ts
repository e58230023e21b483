// Many masks painted into one raster of ids, for drawing and for picking what lies under a pixel.

import { areaOfRle, checkMaskSize, type Rle } from './rle.ts'
import { createRunWriter, type RunWriter } from './run-writer.ts'

// Transposing in square tiles keeps both the rows read and the columns written within the processor's first cache.
const tile = 32

/**
 * Row-major, width * height; a value is 1 + the index of the mask on top, 0 where there is none. The smallest mask is on top; of
 * equal areas the one with the higher index. Throws RangeError for more than 65535 masks or a mask of another size.
 */
export function paintLabelRaster(masks: readonly Rle[], width: number, height: number): Uint16Array {
  const total = checkMaskSize(height, width)
  if (masks.length > 0xffff) throw new RangeError(`A label raster holds at most 65535 masks; got ${masks.length}.`)
  masks.forEach((mask, index) => {
    if (mask.size[0] !== height || mask.size[1] !== width)
      throw new RangeError(`Mask ${index} is ${mask.size[1]} x ${mask.size[0]}; the raster is ${width} x ${height}.`)
  })
  // Runs go down the columns, so they are painted into a raster that does too (whole spans at once) and it is turned last.
  const columns = new Uint16Array(total)
  for (const index of paintOrder(masks)) paintRuns(columns, masks[index]!.counts, index + 1)
  return transposed(columns, new Uint16Array(total), width, height)
}

/**
 * What lies beneath the raster of `paintLabelRaster`, peeled off: the first one holds the second smallest mask at each pixel, the next
 * the third smallest. At most `depth` of them, and only as many as have a mask anywhere: none where no two masks overlap.
 */
export function paintLabelsBeneath(masks: readonly Rle[], top: Uint16Array, width: number, height: number, depth: number): Uint16Array[] {
  let covered = 0
  for (let at = 0; at < top.length; at++) if (top[at] !== 0) covered++
  let overlap = masks.reduce((sum, mask) => sum + areaOfRle(mask), 0) - covered
  if (overlap === 0 || depth === 0) return []
  const peeled = Array.from({ length: depth + 1 }, () => new Uint16Array(top.length))
  for (const index of paintOrder(masks)) pushRuns(peeled, masks[index]!.counts, index + 1)
  const beneath: Uint16Array[] = []
  for (const columns of peeled.slice(1)) {
    if (overlap <= 0) break
    for (const value of columns) if (value !== 0) overlap--
    beneath.push(transposed(columns, new Uint16Array(top.length), width, height))
  }
  return beneath
}

/** The mask of each nonzero value of a row-major raster, by ascending value. */
export function rlesFromLabels(labels: Uint8Array | Uint16Array | Uint32Array, width: number, height: number): Map<number, Rle> {
  const total = checkMaskSize(height, width)
  if (labels.length !== total) throw new RangeError(`A ${width} x ${height} raster has ${total} pixels; got ${labels.length}.`)
  const columns = transposed(labels, new Uint32Array(total), height, width)
  const writers = new Map<number, RunWriter>()
  for (let start = 0, end = 0; start < total; start = end) {
    const value = columns[start]!
    do end++
    while (end < total && columns[end] === value)
    if (value === 0) continue
    const writer = writers.get(value) ?? createRunWriter()
    writers.set(value, writer)
    writer.add(start, end)
  }
  const values = [...writers.keys()].sort((a, b) => a - b)
  return new Map(values.map((value) => [value, { size: [height, width], counts: writers.get(value)!.finish(total) }]))
}

/** Indices of all masks that cover pixel (x, y), the one on top first. A pixel outside a mask's raster is not covered by it. */
export function masksAt(masks: readonly Rle[], x: number, y: number): number[] {
  const order = paintOrder(masks).reverse()
  return order.filter((index) => covers(masks[index]!, x, y))
}

/** Whether pixel (x, y) is on; false outside the raster. */
export function covers(mask: Rle, x: number, y: number): boolean {
  const [height, width] = mask.size
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return false
  const position = Math.floor(x) * height + Math.floor(y)
  let end = 0
  for (let i = 0; i < mask.counts.length; i++) {
    end += mask.counts[i]!
    if (position < end) return (i & 1) === 1
  }
  return false
}

function paintOrder(masks: readonly Rle[]): number[] {
  const areas = masks.map(areaOfRle)
  return areas.map((_, index) => index).sort((a, b) => areas[b]! - areas[a]! || a - b)
}

/** A call of `fill` costs as much as this many pixels written one by one. */
const worthFilling = 48

function paintRuns(columns: Uint16Array, counts: Uint32Array, value: number): void {
  let start = 0
  for (let i = 1; i < counts.length; i += 2) {
    // Positions stay below 2 ** 31 (rle.ts); "| 0" says so, and keeps the sums out of floating point.
    start = (start + counts[i - 1]!) | 0
    const end = (start + counts[i]!) | 0
    if (end - start < worthFilling) for (let at = start; at < end; at++) columns[at] = value
    else columns.fill(value, start, end)
    start = end
  }
}

/** Each value that is painted over goes one raster down; what falls out of the last one is lost. */
function pushRuns(peeled: readonly Uint16Array[], counts: Uint32Array, value: number): void {
  let start = 0
  for (let i = 1; i < counts.length; i += 2) {
    start = (start + counts[i - 1]!) | 0
    const end = (start + counts[i]!) | 0
    for (let below = peeled.length - 1; below > 0; below--) {
      const [to, from] = [peeled[below]!, peeled[below - 1]!]
      if (end - start < worthFilling) for (let at = start; at < end; at++) to[at] = from[at]!
      else to.set(from.subarray(start, end), start)
    }
    peeled[0]!.fill(value, start, end)
    start = end
  }
}

/** Fills `out`, whose rows are the columns of `from`; `from` has its `width` x `height` values column by column. */
function transposed<T extends ArrayLike<number> & { [index: number]: number }>(
  from: ArrayLike<number>,
  out: T,
  width: number,
  height: number,
): T {
  for (let left = 0; left < width; left += tile) {
    const right = Math.min(width, left + tile)
    for (let top = 0; top < height; top += tile) {
      const bottom = Math.min(height, top + tile)
      for (let y = top; y < bottom; y++) {
        let at = (left * height + y) | 0
        for (let to = (y * width + left) | 0; to < y * width + right; to++, at = (at + height) | 0) out[to] = from[at]!
      }
    }
  }
  return out
}
