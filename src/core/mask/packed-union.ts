// The union of packed masks, 32 pixels at a time into one buffer: many masks cost no more memory than one.

import { checkMaskSize } from './rle.ts'

/**
 * Packed bits, on where at least one mask is on; all off for no masks. Masks may be made one after the other while they are asked for: none
 * is kept. Filling bits of the last byte come out as zeros. Throws RangeError for a mask that has not ceil(width * height / 8) bytes.
 */
export function unionOfPacked(masks: Iterable<Uint8Array>, width: number, height: number): Uint8Array {
  const total = checkMaskSize(height, width)
  const length = Math.ceil(total / 8)
  const union = new Uint8Array(Math.ceil(length / 4) * 4)
  const words = new Int32Array(union.buffer)
  for (const mask of masks) {
    if (mask.length !== length) throw new RangeError(`A packed ${width} x ${height} mask has ${length} bytes; got ${mask.length}.`)
    addMask(union, words, mask)
  }
  const rest = total & 7
  if (rest !== 0) union[length - 1]! &= 0xff << (8 - rest)
  return union.subarray(0, length)
}

function addMask(union: Uint8Array, words: Int32Array, mask: Uint8Array): void {
  const whole = mask.length >> 2
  // Bytes cut out of a file begin anywhere; 32-bit reads need a multiple of 4.
  const aligned = mask.byteOffset % 4 === 0 ? mask : mask.slice()
  const given = new Int32Array(aligned.buffer, aligned.byteOffset, whole)
  let i = 0
  // Most of a mask is off: four empty words cost one test.
  for (; i + 4 <= whole; i += 4) {
    const a = given[i]!
    const b = given[i + 1]!
    const c = given[i + 2]!
    const d = given[i + 3]!
    if ((a | b | c | d) === 0) continue
    words[i]! |= a
    words[i + 1]! |= b
    words[i + 2]! |= c
    words[i + 3]! |= d
  }
  for (; i < whole; i++) words[i]! |= given[i]!
  for (let byte = whole * 4; byte < mask.length; byte++) union[byte]! |= mask[byte]!
}
