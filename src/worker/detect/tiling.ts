// A picture in overlapping parts, so that a network with a small input sees small things; and what was found in them put together.
import type { Detection } from '../inference/detection.ts'
import { suppressOverlaps } from '../inference/detection.ts'
import type { Rgb } from '../inference/resample.ts'

/** In whole pixels of the picture. */
export type Tile = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * `side` x `side` tiles that cover the picture, each grown by `overlap` (0 to below 1) of its size on every side inside of the picture; and, where there is more than one,
 * the whole picture first, for what is larger than a tile.
 */
export function tilesOf(picture: { readonly width: number; readonly height: number }, side: number, overlap: number): readonly Tile[] {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  if (side <= 1) return [whole]
  const spans = (size: number) =>
    Array.from({ length: side }, (_, i) => {
      const [from, to] = [(i * size) / side, ((i + 1) * size) / side]
      const grow = (to - from) * overlap
      const [low, high] = [Math.max(0, Math.floor(from - grow)), Math.min(size, Math.ceil(to + grow))]
      return { low, size: high - low }
    })
  const across = spans(picture.width)
  return [
    whole,
    ...spans(picture.height).flatMap((row) => across.map((one) => ({ x: one.low, y: row.low, width: one.size, height: row.size }))),
  ]
}

/** The pixels of one tile, copied; the picture itself where the tile is all of it. */
export function cropOf(picture: Rgb, { x, y, width, height }: Tile): Rgb {
  if (width === picture.width && height === picture.height) return picture
  const pixels = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * picture.width + x) * 3
    pixels.set(picture.pixels.subarray(from, from + width * 3), row * width * 3)
  }
  return { width, height, pixels }
}

/**
 * What the tiles found, `boxOf` in pixels of the whole picture, best first and at most `limit`: of two of a class that overlap by more than `iouThreshold` the better stays.
 * A thing cut by a tile's border is found whole in the tile beside it as long as it is smaller than the overlap.
 */
export function joinTiles<T extends Pick<Detection, 'box' | 'score' | 'classIndex'>>(
  found: readonly T[],
  iouThreshold: number,
  limit: number,
): readonly T[] {
  const numbered = found.map(({ box, score, classIndex }, column) => ({ box, score, classIndex, column }))
  return suppressOverlaps(numbered, iouThreshold, limit).map(({ column }) => found[column]!)
}
