// From run lengths to packed bits, without a raster of bytes in between.
import { checkMaskSize, type Rle } from './rle.ts'

/** Rows shorter than a byte would depend on bits of the same byte. */
export const narrowestPainted = 8

/**
 * As `packedFromMask` gives it, for a width of at least `narrowestPainted`. Each column's changes are marked first; then every row
 * becomes its exclusive or with the row above, eight pixels at a time and only where the mask is. `packed` has
 * ceil(height * width / 8) bytes, all 0, and is given back.
 */
export function paintPacked({ size, counts }: Rle, packed: Uint8Array): Uint8Array {
  const [height, width] = size
  const total = checkMaskSize(height, width)
  let [first, last] = [total, -1]
  const mark = (pixel: number) => {
    packed[pixel >> 3]! ^= 0x80 >> (pixel & 7)
    if (pixel < first) first = pixel
    if (pixel > last) last = pixel
  }
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    if (i & 1) {
      let x = (start / height) | 0
      let y = start - x * height
      for (let rest = end - start; rest > 0; x++, y = 0) {
        mark(y * width + x)
        const below = y + rest
        if (below < height) mark(below * width + x)
        // What reaches the last row has no mark behind it.
        else last = total - 1
        rest -= height - y
      }
    }
    start = end
  }
  if (last >= 0) spreadBits(packed, width, first >> 3, Math.min(packed.length, (last >> 3) + 1))
  const filling = packed.length * 8 - total
  packed[packed.length - 1]! &= 0xff << filling
  return packed
}

/** Bytes `from` (inclusive) to `to` (exclusive); above `from` there is nothing. */
function spreadBits(packed: Uint8Array, width: number, from: number, to: number): void {
  const back = width >> 3
  const shift = width & 7
  if (shift === 0) {
    for (let i = from + back; i < to; i++) packed[i]! ^= packed[i - back]!
    return
  }
  for (let i = from + back; i < to; i++) {
    const above = i - back
    packed[i]! ^= (packed[above - 1]! << (8 - shift)) | (packed[above]! >> shift)
  }
}
