// Puts the mask of one detection together from its coefficients and the prototypes that all detections of a picture share.
import type { Box, Letterbox } from './letterbox.ts'

/** The output [1, count, height, width]: masks over the network's whole input, coarser by a whole factor. */
export type Prototypes = { readonly values: Float32Array; readonly count: number; readonly width: number; readonly height: number }

export type AssembledMask = {
  /** 1 inside, 0 outside, row-major, of the picture's size. */
  readonly mask: Uint8Array
  /** Pixels that are 1. */
  readonly area: number
  /** How little the mask depends on the threshold: its area at logit > 1 over its area at logit > -1, 0 to 1. */
  readonly stability: number
}

/** The logits of one mask at the size of the prototypes: their sum, weighted by the coefficients. */
export function logitsFrom(coefficients: Float32Array, { values, count, width, height }: Prototypes): Float32Array {
  const plane = width * height
  const logits = new Float32Array(plane)
  for (let index = 0; index < count; index++) {
    const weight = coefficients[index]!
    const from = index * plane
    for (let at = 0; at < plane; at++) logits[at]! += weight * values[from + at]!
  }
  return logits
}

/** Where each picture position from `start` to `end` (exclusive) lies between two prototype positions. */
function samplePositions(start: number, end: number, toPrototype: (centre: number) => number, size: number) {
  const count = Math.max(0, end - start)
  const low = new Int32Array(count)
  const high = new Int32Array(count)
  const share = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const at = Math.min(size - 1, Math.max(0, toPrototype(start + index + 0.5) - 0.5))
    low[index] = Math.floor(at)
    high[index] = Math.min(size - 1, low[index]! + 1)
    share[index] = at - low[index]!
  }
  return { low, high, share }
}

/** The pixels whose centre lies in [from, from + length). */
function pixelRange(from: number, length: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.ceil(from - 0.5)), Math.min(size, Math.ceil(from + length - 0.5))]
}

/**
 * The mask of the picture: logits bilinear at each pixel centre, inside where they are above 0 (a half, before the sigmoid),
 * cut to `box` (in pixels of the picture). Stability as in Segment Anything (arXiv 2304.02643, `calculate_stability_score`,
 * offset 1): since the mask at a higher threshold lies within that at a lower, their IoU is the ratio of the areas; 0 when
 * the wider one is empty.
 */
export function assembleMask(logits: Float32Array, prototypes: Prototypes, box: Box, letterbox: Letterbox): AssembledMask {
  const { pictureWidth, pictureHeight, inputWidth, inputHeight, left, top, scaleX, scaleY } = letterbox
  const [x0, x1] = pixelRange(box[0], box[2], pictureWidth)
  const [y0, y1] = pixelRange(box[1], box[3], pictureHeight)
  const { width, height } = prototypes
  const columns = samplePositions(x0, x1, (centre) => ((centre * scaleX + left) * width) / inputWidth, width)
  const rows = samplePositions(y0, y1, (centre) => ((centre * scaleY + top) * height) / inputHeight, height)
  const mask = new Uint8Array(pictureWidth * pictureHeight)
  let area = 0
  let strict = 0
  let loose = 0
  for (let y = y0; y < y1; y++) {
    const upper = rows.low[y - y0]! * width
    const lower = rows.high[y - y0]! * width
    const shareY = rows.share[y - y0]!
    for (let x = x0; x < x1; x++) {
      const low = columns.low[x - x0]!
      const high = columns.high[x - x0]!
      const shareX = columns.share[x - x0]!
      const above = logits[upper + low]! * (1 - shareX) + logits[upper + high]! * shareX
      const below = logits[lower + low]! * (1 - shareX) + logits[lower + high]! * shareX
      const logit = above * (1 - shareY) + below * shareY
      if (logit > -1) loose++
      if (logit > 1) strict++
      if (logit > 0) {
        mask[y * pictureWidth + x] = 1
        area++
      }
    }
  }
  return { mask, area, stability: loose === 0 ? 0 : strict / loose }
}
