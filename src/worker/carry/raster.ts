// Pictures and single-channel planes the carrier computes on, and how one is made from the other.

/** A picture, row-major, 3 bytes a pixel (red, green, blue). */
export type Rgb = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** One float a pixel, row-major. */
export type Plane = { readonly width: number; readonly height: number; readonly values: Float32Array }

/** Throws when a picture's bytes do not fit its size: everything after this indexes without looking. */
export function assertRgb(frame: Rgb): void {
  if (frame.width < 1 || frame.height < 1 || frame.pixels.length !== frame.width * frame.height * 3)
    throw new RangeError(
      `A picture of ${frame.width}x${frame.height} needs ${frame.width * frame.height * 3} bytes, not ${frame.pixels.length}`,
    )
}

/** Luma 0..255 (Rec. 601) of a picture, reduced by a whole factor (1 or more) with box averages; a rest at the right or lower edge is kept. */
export function lumaFromRgb(frame: Rgb, factor: number): Plane {
  const { width: w, height: h, pixels } = frame
  const ow = Math.ceil(w / factor)
  const oh = Math.ceil(h / factor)
  const values = new Float32Array(ow * oh)
  for (let oy = 0; oy < oh; oy++) {
    const yEnd = Math.min(h, (oy + 1) * factor)
    for (let ox = 0; ox < ow; ox++) {
      const xEnd = Math.min(w, (ox + 1) * factor)
      let sum = 0
      for (let y = oy * factor; y < yEnd; y++) {
        for (let p = (y * w + ox * factor) * 3, end = (y * w + xEnd) * 3; p < end; p += 3)
          sum += 0.299 * pixels[p]! + 0.587 * pixels[p + 1]! + 0.114 * pixels[p + 2]!
      }
      values[oy * ow + ox] = sum / ((yEnd - oy * factor) * (xEnd - ox * factor))
    }
  }
  return { width: ow, height: oh, values }
}

/** Half the size, 2x2 averages; an odd last row or column is averaged with itself. */
export function halved(plane: Plane): Plane {
  const { width: w, height: h, values: v } = plane
  const ow = (w + 1) >> 1
  const oh = (h + 1) >> 1
  const out = new Float32Array(ow * oh)
  for (let y = 0; y < oh; y++) {
    const r0 = 2 * y * w
    const r1 = Math.min(h - 1, 2 * y + 1) * w
    for (let x = 0; x < ow; x++) {
      const x0 = 2 * x
      const x1 = Math.min(w - 1, x0 + 1)
      out[y * ow + x] = 0.25 * (v[r0 + x0]! + v[r0 + x1]! + v[r1 + x0]! + v[r1 + x1]!)
    }
  }
  return { width: ow, height: oh, values: out }
}

/** Central differences along x and y, one-sided at the border, in grey values a pixel. */
export function gradients(plane: Plane): { readonly gx: Float32Array; readonly gy: Float32Array } {
  const { width: w, height: h, values: v } = plane
  const gx = new Float32Array(w * h)
  const gy = new Float32Array(w * h)
  for (let y = 0; y < h; y++) {
    const up = y > 0 ? -w : 0
    const down = y < h - 1 ? w : 0
    const sy = up !== 0 && down !== 0 ? 0.5 : 1
    for (let x = 0; x < w; x++) {
      const i = y * w + x
      const left = x > 0 ? 1 : 0
      const right = x < w - 1 ? 1 : 0
      gx[i] = (v[i + right]! - v[i - left]!) * (left + right === 2 ? 0.5 : 1)
      gy[i] = (v[i + down]! - v[i + up]!) * sy
    }
  }
  return { gx, gy }
}
