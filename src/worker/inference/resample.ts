// Brings an RGB picture to another size: the mean of the covered area when shrinking, bilinear when growing.

/** Row-major, 3 bytes for each pixel: red, green, blue. */
export type Rgb = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** For each target position the first source position and the weights (which add up to 1) from there on. */
type Axis = { readonly first: Int32Array; readonly weights: Float32Array; readonly taps: number }

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Area: how much of each source pixel lies under the target pixel. Bilinear: between the two nearest pixel centres. */
export function resampleAxis(source: number, target: number): Axis {
  const ratio = source / target
  const shrinks = ratio > 1
  const taps = shrinks ? Math.ceil(ratio) + 1 : 2
  const first = new Int32Array(target)
  const weights = new Float32Array(target * taps)
  for (let at = 0; at < target; at++) {
    const centre = clamp((at + 0.5) * ratio - 0.5, 0, source - 1)
    const start = shrinks ? Math.floor(at * ratio) : Math.min(Math.floor(centre), Math.max(0, source - 2))
    first[at] = start
    for (let tap = 0; tap < taps && start + tap < source; tap++) {
      const pixel = start + tap
      const covered = Math.min(pixel + 1, (at + 1) * ratio) - Math.max(pixel, at * ratio)
      weights[at * taps + tap] = shrinks ? Math.max(0, covered) / ratio : Math.max(0, 1 - Math.abs(centre - pixel))
    }
  }
  return { first, weights, taps }
}

function resampleRows({ width, height, pixels }: Rgb, target: number): Float32Array {
  const { first, weights, taps } = resampleAxis(width, target)
  const rows = new Float32Array(target * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < target; x++) {
      let from = (y * width + first[x]!) * 3
      let red = 0
      let green = 0
      let blue = 0
      for (let tap = 0; tap < taps; tap++, from += 3) {
        const weight = weights[x * taps + tap]!
        if (weight === 0) continue
        red += weight * pixels[from]!
        green += weight * pixels[from + 1]!
        blue += weight * pixels[from + 2]!
      }
      const to = (y * target + x) * 3
      rows[to] = red
      rows[to + 1] = green
      rows[to + 2] = blue
    }
  }
  return rows
}

/** Values 0 to 255, not rounded; row-major, 3 values for each pixel, `width` x `height` pixels (both from 1). */
export function resample(picture: Rgb, width: number, height: number): Float32Array {
  const rows = resampleRows(picture, width)
  const { first, weights, taps } = resampleAxis(picture.height, height)
  const line = width * 3
  const result = new Float32Array(line * height)
  for (let y = 0; y < height; y++) {
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * taps + tap]!
      if (weight === 0) continue
      const from = (first[y]! + tap) * line
      for (let x = 0; x < line; x++) result[y * line + x]! += weight * rows[from + x]!
    }
  }
  return result
}
