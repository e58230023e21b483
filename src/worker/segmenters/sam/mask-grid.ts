// Reads masks out of the logits of a decoder: how large and how stable they are, and what they are in pixels of the picture.
import { type PixelBox, type Rle, rleFromCrop } from '#core/mask/rle'
import type { Placing } from './prompts.ts'

/** Logits of many masks, each `height` x `width` and row-major, over the network's input or over the picture alone. */
export type LogitGrid = {
  readonly values: Float32Array
  readonly width: number
  readonly height: number
  /** Grid x = (picture x * scaleX + left) * perInputX; from edges, not from centres. */
  readonly perInputX: number
  readonly perInputY: number
}
export type GridPart = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }

export type MaskMeasure = {
  /** Cells of the grid above 0. */
  readonly area: number
  /** Cells that are above -offset lie in it, ends exclusive; undefined when none is above 0. */
  readonly reach: GridPart | undefined
}

export type ShownMask = {
  readonly rle: Rle
  /** Pixels at logit > offset over those at logit > -offset, 0 to 1. */
  readonly stability: number
}

/** The cells whose centre lies on the picture: beyond them is padding, and what a network says there is nothing. */
export function partOfPicture(grid: LogitGrid, placing: Placing, picture: { readonly width: number; readonly height: number }): GridPart {
  const cells = (from: number, length: number, per: number, size: number): readonly [number, number] => [
    Math.max(0, Math.ceil(from * per - 0.5)),
    Math.min(size, Math.ceil((from + length) * per - 0.5)),
  ]
  const [x0, x1] = cells(placing.left, picture.width * placing.scaleX, grid.perInputX, grid.width)
  const [y0, y1] = cells(placing.top, picture.height * placing.scaleY, grid.perInputY, grid.height)
  return { x0, y0, x1, y1 }
}

/** `at`: which mask. */
export function measureMask({ values, width, height }: LogitGrid, at: number, part: GridPart, offset: number): MaskMeasure {
  const from = at * width * height
  let area = 0
  let [x0, y0, x1, y1] = [part.x1, part.y1, part.x0, part.y0]
  for (let y = part.y0; y < part.y1; y++) {
    const row = from + y * width
    for (let x = part.x0; x < part.x1; x++) {
      const logit = values[row + x]!
      if (!(logit > -offset)) continue
      if (logit > 0) area++
      if (x < x0) x0 = x
      if (x >= x1) x1 = x + 1
      if (y < y0) y0 = y
      y1 = y + 1
    }
  }
  return { area, reach: area === 0 ? undefined : { x0, y0, x1, y1 } }
}

/**
 * The mask in a frame of `frame` pixels that holds the picture at `picture`: logits bilinear at each pixel centre, on where they are above 0.
 * SAM's own code enlarges twice, to the input and then to the picture; once is the same but for rounding. Its stability is that of Segment Anything
 * (arXiv 2304.02643, `calculate_stability_score`) on these pixels: since the mask at a higher threshold lies within that at a lower, their IoU
 * is the ratio of the areas. Undefined when no pixel is on.
 */
export function maskOnFrame(
  grid: LogitGrid,
  at: number,
  reach: GridPart,
  offset: number,
  placing: Placing,
  picture: PixelBox,
  frame: { readonly width: number; readonly height: number },
): ShownMask | undefined {
  const columns = samples(reach.x0, reach.x1, grid.width, picture.width, placing.scaleX * grid.perInputX, placing.left * grid.perInputX)
  const rows = samples(reach.y0, reach.y1, grid.height, picture.height, placing.scaleY * grid.perInputY, placing.top * grid.perInputY)
  const box = { x: picture.x + columns.start, y: picture.y + rows.start, width: columns.low.length, height: rows.low.length }
  if (box.width === 0 || box.height === 0) return undefined
  const from = at * grid.width * grid.height
  const bits = new Uint8Array(box.width * box.height)
  let [area, strict, loose] = [0, 0, 0]
  for (let y = 0; y < box.height; y++) {
    const upper = from + rows.low[y]! * grid.width
    const lower = from + rows.high[y]! * grid.width
    const shareY = rows.share[y]!
    for (let x = 0; x < box.width; x++) {
      const [low, high, shareX] = [columns.low[x]!, columns.high[x]!, columns.share[x]!]
      const above = grid.values[upper + low]! * (1 - shareX) + grid.values[upper + high]! * shareX
      const below = grid.values[lower + low]! * (1 - shareX) + grid.values[lower + high]! * shareX
      const logit = above * (1 - shareY) + below * shareY
      if (!(logit > -offset)) continue
      loose++
      if (logit > offset) strict++
      if (!(logit > 0)) continue
      bits[y * box.width + x] = 1
      area++
    }
  }
  return area === 0 ? undefined : { rle: rleFromCrop(bits, box, frame.width, frame.height), stability: strict / loose }
}

/** Pixels that cells `first` to `end` (exclusive) can reach, and between which two cells each of them lies. */
function samples(first: number, end: number, cells: number, pixels: number, scale: number, shift: number) {
  // A pixel between the centres of a cell that is on and one that is off may be on: half a cell beyond on each side, and one more for rounding.
  const start = Math.max(0, Math.floor((first - 0.5 - shift) / scale) - 1)
  const stop = Math.min(pixels, Math.ceil((end + 0.5 - shift) / scale) + 1)
  const count = Math.max(0, stop - start)
  const low = new Int32Array(count)
  const high = new Int32Array(count)
  const share = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const at = Math.min(cells - 1, Math.max(0, (start + index + 0.5) * scale + shift - 0.5))
    low[index] = Math.floor(at)
    high[index] = Math.min(cells - 1, low[index]! + 1)
    share[index] = at - low[index]!
  }
  return { start, low, high, share }
}
