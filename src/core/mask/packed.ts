// A mask as bits row by row over the whole raster, the form of My3DIS's files (NumPy packbits, first pixel in the highest bit).

import { countsFromBorders } from './mask-borders.ts'
import { bordersOfPacked } from './packed-borders.ts'
import { narrowestPainted, paintPacked } from './packed-paint.ts'
import { checkMaskSize, maskFromRle, type Rle } from './rle.ts'

/** How far the aspect ratio of a claimed full size may be from that of the mask. */
const aspectTolerance = 0.02

/** ceil(width * height / 8) bytes; rows follow without a gap, only the last byte is filled up with zeros. `mask`: nonzero = on. */
export function packedFromMask(mask: Uint8Array, width: number, height: number): Uint8Array {
  const total = checkMaskSize(height, width)
  if (mask.length !== total) throw new RangeError(`A ${width} x ${height} mask has ${total} pixels; got ${mask.length}.`)
  const packed = new Uint8Array(Math.ceil(total / 8))
  for (let at = 0, i = 0; at < packed.length; at++) {
    let byte = 0
    const end = Math.min(i + 8, total)
    for (let bit = 0x80; i < end; i++, bit >>= 1) if (mask[i] !== 0) byte |= bit
    packed[at] = byte
  }
  return packed
}

/** Row-major 0/1. Throws RangeError when the bytes are not as many as the size asks for; filling bits are not looked at. */
export function maskFromPacked(packed: Uint8Array, width: number, height: number): Uint8Array {
  const total = checkPackedLength(packed, width, height)
  const mask = new Uint8Array(total)
  for (let at = 0, i = 0; i < total; at++) {
    const byte = packed[at]!
    // Most bytes of most masks are empty.
    if (byte === 0) {
      i += 8
      continue
    }
    const end = Math.min(i + 8, total)
    for (let shift = 7; i < end; i++, shift--) mask[i] = (byte >> shift) & 1
  }
  return mask
}

/** Pixels that are on; filling bits in the last byte are not counted. */
export function areaOfPacked(packed: Uint8Array, width: number, height: number): number {
  const total = checkPackedLength(packed, width, height)
  const whole = total >> 3
  let area = 0
  let at = 0
  for (; at + 4 <= whole; at += 4) area += bitsOf(packed[at]! | (packed[at + 1]! << 8) | (packed[at + 2]! << 16) | (packed[at + 3]! << 24))
  for (; at < whole; at++) area += bitsOf(packed[at]!)
  const rest = total & 7
  return rest === 0 ? area : area + bitsOf(packed[whole]! >> (8 - rest))
}

/** Never unpacks the mask: where nothing changes from row to row, 32 pixels cost one comparison. */
export function rleFromPacked(packed: Uint8Array, width: number, height: number): Rle {
  checkPackedLength(packed, width, height)
  return { size: [height, width], counts: countsFromBorders(bordersOfPacked(packed, width, height), width, height) }
}

export function packedFromRle(rle: Rle): Uint8Array {
  const [height, width] = rle.size
  return packInto(rle, new Uint8Array(Math.ceil(checkMaskSize(height, width) / 8)))
}

/** `out` has ceil(height * width / 8) bytes, all 0; it is given back. */
export function packInto(rle: Rle, out: Uint8Array): Uint8Array {
  const [height, width] = rle.size
  if (width >= narrowestPainted) return paintPacked(rle, out)
  out.set(packedFromMask(maskFromRle(rle), width, height))
  return out
}

/**
 * [height, width] of a stored shape: its last two entries. What comes before them must be 1 (SAM2 masks are kept as [1, H, W]).
 * Throws RangeError otherwise.
 */
export function sizeOfPackedShape(shape: readonly number[]): readonly [height: number, width: number] {
  const [height = 0, width = 0] = shape.slice(-2)
  if (shape.length < 2 || shape.slice(0, -2).some((side) => side !== 1))
    throw new RangeError(`A mask's shape is [H, W] or [1, H, W]; got [${shape.join(', ')}].`)
  checkMaskSize(height, width)
  return [height, width]
}

/**
 * [height, width] before the mask was made smaller, when the stored `full_resolution_shape` can be trusted, else undefined. Writers
 * lost the width of three-sided shapes (they wrote [1, H]), so both sides must be above 1 and have the mask's aspect ratio within 2 %.
 */
export function fullSizeOfPacked(
  shape: readonly number[],
  fullResolutionShape: readonly number[] | undefined,
): readonly [height: number, width: number] | undefined {
  const [height, width] = sizeOfPackedShape(shape)
  const [fullHeight = 0, fullWidth = 0] = (fullResolutionShape ?? []).slice(-2)
  if (!Number.isInteger(fullHeight) || !Number.isInteger(fullWidth) || fullHeight <= 1 || fullWidth <= 1) return undefined
  const aspect = fullWidth / fullHeight / (width / height)
  return Math.abs(aspect - 1) <= aspectTolerance ? [fullHeight, fullWidth] : undefined
}

function checkPackedLength(packed: Uint8Array, width: number, height: number): number {
  const total = checkMaskSize(height, width)
  const expected = Math.ceil(total / 8)
  if (packed.length !== expected) throw new RangeError(`A packed ${width} x ${height} mask has ${expected} bytes; got ${packed.length}.`)
  return total
}

/** Bits set in a 32-bit word: pairs, then fours, then bytes are summed in place. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
