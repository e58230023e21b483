// Masks made smaller or larger, by the very rules of Pillow (BOX and NEAREST), so that results agree with My3DIS's bit for bit.

import { checkMaskSize, maskFromRle, type Rle, rleFromMask } from './rle.ts'
import { createRunWriter } from './run-writer.ts'

/** A row-major 0/1 raster with its sides in pixels. */
export type SizedMask = { readonly mask: Uint8Array; readonly width: number; readonly height: number }

// Pillow weighs in fixed point with 22 fractional bits and stores 8-bit values between its two passes.
const weightBits = 22

/** The whole number nearest to `value`, halves to the even one, as Python's round. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const part = value - below
  if (part !== 0.5) return part < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

/** A side after scaling by `ratio`: at least 1 pixel, halves to even. */
export function scaledSide(side: number, ratio: number): number {
  return Math.max(1, roundHalfEven(side * ratio))
}

/**
 * Pillow's BOX filter on a 0/255 image, on where the grey value is at least 128. `ratio` is in (0, 1]. The mask that came in is
 * given back (as 0/1) when its size does not change. Throws RangeError for another ratio or a raster that does not fit its sides.
 */
export function downscaleMask(mask: Uint8Array, width: number, height: number, ratio: number): SizedMask {
  if (!(ratio > 0 && ratio <= 1)) throw new RangeError(`A mask is made smaller by a ratio above 0 and up to 1; got ${ratio}.`)
  checkRaster(mask, width, height)
  const outWidth = scaledSide(width, ratio)
  const outHeight = scaledSide(height, ratio)
  const grey = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) grey[i] = mask[i] === 0 ? 0 : 255
  const narrow = outWidth === width ? grey : boxAcross(grey, width, height, outWidth)
  const small = outHeight === height ? narrow : boxDown(narrow, outWidth, height, outHeight)
  // 0..255 is on from 128 up: its highest bit.
  for (let i = 0; i < small.length; i++) small[i]! >>= 7
  return { mask: small, width: outWidth, height: outHeight }
}

/** Pillow's NEAREST: each pixel takes the value of one source pixel. Throws RangeError when the raster does not fit its sides. */
export function resizeMaskNearest(mask: Uint8Array, width: number, height: number, outWidth: number, outHeight: number): Uint8Array {
  checkRaster(mask, width, height)
  const out = new Uint8Array(checkMaskSize(outHeight, outWidth))
  const columns = nearestSources(width, outWidth)
  const rows = nearestSources(height, outHeight)
  for (let y = 0; y < outHeight; y++) {
    const from = rows[y]! * width
    for (let x = 0; x < outWidth; x++) if (mask[from + columns[x]!]) out[y * outWidth + x] = 1
  }
  return out
}

/** `downscaleMask` for a mask kept as run lengths. */
export function downscaleRle(rle: Rle, ratio: number): Rle {
  const small = downscaleMask(maskFromRle(rle), rle.size[1], rle.size[0], ratio)
  return rleFromMask(small.mask, small.width, small.height)
}

/** `resizeMaskNearest` for a mask kept as run lengths, without a dense raster. `size` is [height, width]. */
export function scaleRle(rle: Rle, size: readonly [height: number, width: number]): Rle {
  const [height, width] = rle.size
  const [outHeight, outWidth] = size
  const total = checkMaskSize(outHeight, outWidth)
  if (outHeight === height && outWidth === width) return rle
  const columns = nearestSources(width, outWidth)
  const firstAt = firstTargets(nearestSources(height, outHeight), height)
  const { counts } = rle
  const writer = createRunWriter(counts.length)
  let i = 0
  let start = 0
  for (let x = 0; x < outWidth; x++) {
    const top = columns[x]! * height
    // A source column may serve several target columns, so the walk goes back to the run that holds the column's top.
    while (start > top) start -= counts[--i]!
    while (start + counts[i]! <= top) start += counts[i++]!
    for (; i < counts.length && start < top + height; start += counts[i++]!) {
      if ((i & 1) === 0) continue
      const from = Math.max(0, start - top)
      const to = Math.min(height, start + counts[i]! - top)
      writer.add(x * outHeight + firstAt[from]!, x * outHeight + firstAt[to]!)
    }
    if (i === counts.length) start -= counts[--i]!
  }
  return { size: [outHeight, outWidth], counts: writer.finish(total) }
}

/** For each source index 0..height, the first target whose source is at or behind it. */
function firstTargets(sources: Uint32Array, height: number): Uint32Array {
  const first = new Uint32Array(height + 1)
  for (let source = 0, target = 0; source <= height; source++) {
    while (target < sources.length && sources[target]! < source) target++
    first[source] = target
  }
  return first
}

/** Pillow adds the step up in doubles; (k + 0.5) * step, rounded down, is not the same. */
function nearestSources(from: number, to: number): Uint32Array {
  const step = from / to
  const sources = new Uint32Array(to)
  let at = step * 0.5
  for (let i = 0; i < to; i++) {
    sources[i] = Math.min(from - 1, Math.trunc(at))
    at += step
  }
  return sources
}

/** Which samples make up each target pixel, and their fixed-point weight: equal for all samples of a target. */
type BoxSpans = { readonly first: Uint32Array; readonly end: Uint32Array; readonly weight: Uint32Array }

/** Source: Pillow Resample.c, precompute_coeffs with box_filter, and normalize_coeffs_8bpc. */
function boxSpans(from: number, to: number): BoxSpans {
  const scale = from / to
  const spread = 1 / Math.max(scale, 1)
  const support = 0.5 * Math.max(scale, 1)
  const first = new Uint32Array(to)
  const end = new Uint32Array(to)
  const weight = new Uint32Array(to)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale
    let low = Math.max(0, Math.trunc(centre - support + 0.5))
    let high = Math.min(from, Math.trunc(centre + support + 0.5))
    const outside = (sample: number) => {
      const distance = (sample - centre + 0.5) * spread
      return distance <= -0.5 || distance > 0.5
    }
    while (low < high && outside(low)) low++
    while (low < high && outside(high - 1)) high--
    first[i] = low
    end[i] = high
    weight[i] = Math.trunc(0.5 + (1 / (high - low)) * 2 ** weightBits)
  }
  return { first, end, weight }
}

function weighed(sum: number, weight: number): number {
  return Math.min(255, (2 ** (weightBits - 1) + sum * weight) >> weightBits)
}

function boxAcross(grey: Uint8Array, width: number, height: number, outWidth: number): Uint8Array {
  const { first, end, weight } = boxSpans(width, outWidth)
  const out = new Uint8Array(outWidth * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < outWidth; x++) {
      let sum = 0
      for (let i = y * width + first[x]!, stop = y * width + end[x]!; i < stop; i++) sum += grey[i]!
      out[y * outWidth + x] = weighed(sum, weight[x]!)
    }
  return out
}

function boxDown(grey: Uint8Array, width: number, height: number, outHeight: number): Uint8Array {
  const { first, end, weight } = boxSpans(height, outHeight)
  const out = new Uint8Array(width * outHeight)
  const sums = new Uint32Array(width)
  for (let y = 0; y < outHeight; y++) {
    sums.fill(0)
    for (let row = first[y]!; row < end[y]!; row++) {
      const from = row * width
      for (let x = 0; x < width; x++) sums[x]! += grey[from + x]!
    }
    for (let x = 0; x < width; x++) out[y * width + x] = weighed(sums[x]!, weight[y]!)
  }
  return out
}

function checkRaster(mask: Uint8Array, width: number, height: number): void {
  const total = checkMaskSize(height, width)
  if (mask.length !== total) throw new RangeError(`A ${width} x ${height} mask has ${total} pixels; got ${mask.length}.`)
}
