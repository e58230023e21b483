// Reads the colour of a picture between its pixels: what lies under the masks at any zoom.

/** RGB or RGBA, row-major; `channels` says which, and the fourth is not read. */
export type Ground = {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly pixels: Uint8Array | Uint8ClampedArray
}
/** Colour at a point of the picture (0, 0 is the corner of its first pixel) into `out`, channels 0..255 with fractions. */
export type GroundSampler = (x: number, y: number, out: [number, number, number]) => void

/** From three pixels per pixel on, a person looks at pixels; before, at a picture. */
const pixelsFromScale = 3

/** `perPixel`: pixels of the ground for each pixel of the picture that is made. What is shrunk is averaged over all it covers. */
export function groundSampler(ground: Ground, perPixel: number): GroundSampler {
  if (perPixel > 1) return (x, y, out) => average(ground, x - perPixel / 2, y - perPixel / 2, perPixel, out)
  if (1 / perPixel >= pixelsFromScale) return (x, y, out) => readPixel(ground, Math.floor(x), Math.floor(y), out)
  return (x, y, out) => between(ground, x - 0.5, y - 0.5, out)
}

/** Outside of the picture its edge goes on. */
function offsetOf({ width, height, channels }: Ground, x: number, y: number): number {
  const [column, row] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))]
  return (row * width + column) * channels
}

function readPixel(ground: Ground, x: number, y: number, out: [number, number, number]): void {
  const at = offsetOf(ground, x, y)
  for (let c = 0; c < 3; c += 1) out[c] = ground.pixels[at + c]!
}

function between(ground: Ground, x: number, y: number, out: [number, number, number]): void {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [right, below] = [x - left, y - top]
  const [a, b] = [offsetOf(ground, left, top), offsetOf(ground, left + 1, top)]
  const [c, d] = [offsetOf(ground, left, top + 1), offsetOf(ground, left + 1, top + 1)]
  const { pixels } = ground
  for (let i = 0; i < 3; i += 1)
    out[i] =
      (pixels[a + i]! * (1 - right) + pixels[b + i]! * right) * (1 - below) +
      (pixels[c + i]! * (1 - right) + pixels[d + i]! * right) * below
}

function average(ground: Ground, left: number, top: number, side: number, out: [number, number, number]): void {
  out.fill(0)
  let sum = 0
  for (let y = Math.floor(top); y < top + side; y += 1) {
    const high = Math.min(y + 1, top + side) - Math.max(y, top)
    for (let x = Math.floor(left); x < left + side; x += 1) {
      const weight = high * (Math.min(x + 1, left + side) - Math.max(x, left))
      const at = offsetOf(ground, x, y)
      for (let c = 0; c < 3; c += 1) out[c] = out[c]! + ground.pixels[at + c]! * weight
      sum += weight
    }
  }
  for (let c = 0; c < 3; c += 1) out[c] = out[c]! / sum
}
