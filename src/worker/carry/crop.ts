// A mask kept as the smallest box around it, and the distances to its edge.

/** 0/1 a pixel, row-major, for the frame pixels x0 .. x0+width-1, y0 .. y0+height-1; all outside is 0. An empty mask has width = height = 0. */
export type MaskCrop = {
  readonly x0: number
  readonly y0: number
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

/** A box of frame pixels; x1 and y1 are not inside. */
export type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

export const EMPTY: MaskCrop = { x0: 0, y0: 0, width: 0, height: 0, bits: new Uint8Array(0) }

/** The crop of a raster that itself lies at (left, top) of the frame; every value but 0 counts as 1. */
export function cropFromMask(mask: Uint8Array, width: number, height: number, left = 0, top = 0): MaskCrop {
  if (mask.length !== width * height) throw new RangeError(`A mask of ${width}x${height} needs ${width * height} bytes, not ${mask.length}`)
  let x0 = width
  let x1 = 0
  let y0 = height
  let y1 = 0
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue
      if (x < x0) x0 = x
      if (x >= x1) x1 = x + 1
      if (y < y0) y0 = y
      y1 = y + 1
    }
  }
  if (x1 <= x0) return EMPTY
  const w = x1 - x0
  const h = y1 - y0
  const bits = new Uint8Array(w * h)
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) bits[y * w + x] = mask[(y0 + y) * width + x0 + x] === 0 ? 0 : 1
  return { x0: x0 + left, y0: y0 + top, width: w, height: h, bits }
}

/** The whole frame's raster (0/1, row-major) of a crop that lies inside the frame. */
export function maskFromCrop(crop: MaskCrop, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < crop.height; y++) out.set(crop.bits.subarray(y * crop.width, (y + 1) * crop.width), (crop.y0 + y) * width + crop.x0)
  return out
}

/** Whether a pixel of the frame belongs to the mask. */
export function contains({ x0, y0, width, height, bits }: MaskCrop, x: number, y: number): boolean {
  return x >= x0 && y >= y0 && x < x0 + width && y < y0 + height && bits[(y - y0) * width + x - x0] === 1
}

/** Number of pixels, and their mean place (pixel centres at .5). */
export function cropMoments(crop: MaskCrop): { readonly area: number; readonly cx: number; readonly cy: number } {
  let area = 0
  let sx = 0
  let sy = 0
  for (let y = 0, i = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++, i++) {
      if (crop.bits[i] === 0) continue
      area++
      sx += x
      sy += y
    }
  }
  const n = Math.max(1, area)
  return { area, cx: crop.x0 + sx / n + 0.5, cy: crop.y0 + sy / n + 0.5 }
}

/** Signed distances in pixels for a box around a crop; positive inside. */
export type DistanceCrop = {
  readonly x0: number
  readonly y0: number
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** Chamfer distance (1, sqrt 2) to the nearest pixel of the other kind, minus one half, on the crop grown by `border` pixels. */
export function signedDistance(crop: MaskCrop, border: number): DistanceCrop {
  const w = crop.width + 2 * border
  const h = crop.height + 2 * border
  const inside = new Float32Array(w * h)
  const outside = new Float32Array(w * h).fill(w + h)
  for (let y = 0, i = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++, i++) {
      if (crop.bits[i] === 0) continue
      const o = (y + border) * w + x + border
      inside[o] = w + h
      outside[o] = 0
    }
  }
  chamfer(inside, w, h)
  chamfer(outside, w, h)
  for (let i = 0; i < inside.length; i++) inside[i] = inside[i]! > 0 ? inside[i]! - 0.5 : 0.5 - outside[i]!
  return { x0: crop.x0 - border, y0: crop.y0 - border, width: w, height: h, values: inside }
}

function chamfer(d: Float32Array, w: number, h: number): void {
  for (let pass = 0; pass < 2; pass++) {
    const s = pass === 0 ? -1 : 1
    for (let k = 0; k < w * h; k++) {
      const i = pass === 0 ? k : w * h - 1 - k
      let v = d[i]!
      if (v === 0) continue
      const x = i % w
      const behind = pass === 0 ? x > 0 : x < w - 1
      const ahead = pass === 0 ? x < w - 1 : x > 0
      if (behind) v = Math.min(v, d[i + s]! + 1)
      const row = i + s * w
      if (row >= 0 && row < d.length) {
        v = Math.min(v, d[row]! + 1)
        if (behind) v = Math.min(v, d[row + s]! + Math.SQRT2)
        if (ahead) v = Math.min(v, d[row - s]! + Math.SQRT2)
      }
      d[i] = v
    }
  }
}
