// A mask as a small picture over the frame: filled, with a light edge so that it is seen on any ground.
import { maskFromRle, rleFromString } from '#core/mask/rle'

const fill = [232, 163, 61, 110] as const
const edge = [255, 255, 255, 235] as const

/** Pixels of the box [x, y, width, height] of the mask, four bytes each, row by row. */
export function paintMask(
  counts: string,
  size: readonly [height: number, width: number],
  [x, y, width, height]: readonly [number, number, number, number],
): ImageData {
  const mask = maskFromRle(rleFromString(counts, size))
  const across = size[1]
  const isOn = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < across && row < size[0] && mask[row * across + column] === 1
  const picture = new ImageData(width, height)
  for (let row = y; row < y + height; row += 1)
    for (let column = x; column < x + width; column += 1) {
      if (!isOn(column, row)) continue
      const isInner = isOn(column - 1, row) && isOn(column + 1, row) && isOn(column, row - 1) && isOn(column, row + 1)
      picture.data.set(isInner ? fill : edge, ((row - y) * width + column - x) * 4)
    }
  return picture
}
