// Memories are kept with 16 bits a number, as SAM 2 itself keeps them (bfloat16): half the room, 8 bits of fraction.

/** The nearest bfloat16 of each, halves to the even one; infinities stay, NaN stays NaN. */
export function packBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const packed = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!
    // Rounding up could make an infinity of a NaN with few bits set.
    packed[i] = (word & 0x7fffffff) > 0x7f800000 ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return packed
}

export function unpackBfloat16(packed: Uint16Array, into: Float32Array, at: number): void {
  const bits = new Uint32Array(into.buffer, into.byteOffset + at * 4, packed.length)
  for (let i = 0; i < packed.length; i++) bits[i] = packed[i]! << 16
}
