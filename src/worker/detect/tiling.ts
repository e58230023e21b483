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

type Found = Pick<Detection, 'box' | 'score' | 'classIndex'> & { readonly tile: Tile }

/** A box this near to the border of its tile, in pixels of the picture, is cut by it. */
const nearBorder = 2
/** A cut box of which this much lies in another tile's box of its class is a piece of that. */
const pieceShare = 0.6

/**
 * What the tiles found, `box` in pixels of the whole picture, best first and at most `limit`. Pieces of things that a tile cut off go first; of two of a class that overlap
 * by more than `iouThreshold` the better stays. A thing is found whole in some tile as long as it is smaller than the overlap, or in the whole picture.
 */
export function joinTiles<T extends Found>(
  found: readonly T[],
  picture: { readonly width: number; readonly height: number },
  iouThreshold: number,
  limit: number,
): readonly T[] {
  const whole = found.filter((one) => !isCut(one, picture) || !found.some((other) => isPieceOf(one, other)))
  const numbered = whole.map(({ box, score, classIndex }, column) => ({ box, score, classIndex, column }))
  return suppressOverlaps(numbered, iouThreshold, limit).map(({ column }) => whole[column]!)
}

/** Whether it touches a border of its tile that is none of the picture. */
function isCut({ box: [x, y, width, height], tile }: Found, picture: { readonly width: number; readonly height: number }): boolean {
  const [right, bottom] = [tile.x + tile.width, tile.y + tile.height]
  return (
    (tile.x > 0 && x - tile.x <= nearBorder) ||
    (tile.y > 0 && y - tile.y <= nearBorder) ||
    (right < picture.width && right - (x + width) <= nearBorder) ||
    (bottom < picture.height && bottom - (y + height) <= nearBorder)
  )
}

function isPieceOf(one: Found, other: Found): boolean {
  if (one === other || one.tile === other.tile || one.classIndex !== other.classIndex) return false
  const [a, b] = [one.box, other.box]
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  const area = a[2] * a[3]
  return width > 0 && height > 0 && b[2] * b[3] > area && width * height >= pieceShare * area
}
