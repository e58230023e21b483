// Planes of numbers: sizes, logits as masks, and the layouts that the modules of SAM 2 pass to each other.
import { maskFromRle, type Rle, rleFromMask } from '#core/mask/rle'
import { resampleAxis } from '../inference/resample.ts'

export type Plane = { readonly width: number; readonly height: number; readonly values: Float32Array }

/** Bilinear when growing (pixel centres, as align_corners=False), the mean of the covered area when shrinking. */
export function resizePlane({ width, height, values }: Plane, toWidth: number, toHeight: number): Plane {
  if (toWidth === width && toHeight === height) return { width, height, values }
  const across = resampleAxis(width, toWidth)
  const down = resampleAxis(height, toHeight)
  const rows = new Float32Array(toWidth * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < toWidth; x++) {
      let sum = 0
      for (let tap = 0, from = across.first[x]!; tap < across.taps; tap++, from++) {
        const weight = across.weights[x * across.taps + tap]!
        if (weight !== 0) sum += weight * values[y * width + from]!
      }
      rows[y * toWidth + x] = sum
    }
  const result = new Float32Array(toWidth * toHeight)
  for (let y = 0; y < toHeight; y++)
    for (let tap = 0; tap < down.taps; tap++) {
      const weight = down.weights[y * down.taps + tap]!
      if (weight === 0) continue
      const from = (down.first[y]! + tap) * toWidth
      for (let x = 0; x < toWidth; x++) result[y * toWidth + x]! += weight * rows[from + x]!
    }
  return { width: toWidth, height: toHeight, values: result }
}

/** A mask as 0 and 1 at the size of the network: squashed whatever its aspect, on from one half (add_new_mask of SAM 2). */
export function squashedMask(rle: Rle, side: number): Plane {
  const [height, width] = rle.size
  const plane = resizePlane({ width, height, values: Float32Array.from(maskFromRle(rle)) }, side, side)
  return { ...plane, values: plane.values.map((value) => Number(value >= 0.5)) }
}

/** What is above 0 in logits brought to the size of the picture. */
export function maskOfLogits(logits: Plane, width: number, height: number): Rle {
  const { values } = resizePlane(logits, width, height)
  return rleFromMask(
    Uint8Array.from(values, (value) => Number(value > 0)),
    width,
    height,
  )
}

/** [channels, places] to [places, channels], or back with the two sizes changed round. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]!
  return result
}

/** fill_holes_in_mask_scores of SAM 2: pieces of the ground (8-connected, not above 0) of at most `area` places become the object's, just so. */
export function withoutHoles({ width, height, values }: Plane, area: number): Plane {
  const filled = values.slice()
  const seen = new Uint8Array(values.length)
  for (let start = 0; start < values.length; start++) {
    if (seen[start] === 1 || values[start]! > 0) continue
    const piece = [start]
    seen[start] = 1
    for (let next = 0; next < piece.length; next++) {
      const [x, y] = [piece[next]! % width, Math.floor(piece[next]! / width)]
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const at = v * width + u
          if (seen[at] === 1 || values[at]! > 0) continue
          seen[at] = 1
          piece.push(at)
        }
    }
    if (piece.length <= area) for (const at of piece) filled[at] = justInside
  }
  return { width, height, values: filled }
}

const justInside = 0.1
