// Half-precision numbers (IEEE 754 binary16: one sign bit, five of exponent, ten of fraction) as their bits, and as what they mean.

export function floatFromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Gives each number exactly: float32 holds every half. Made once for many arrays, for it looks them up instead of working each out. */
export function halfWidener(): (halves: Uint16Array) => Float32Array<ArrayBuffer> {
  const every = Float32Array.from({ length: 65_536 }, (_, half) => floatFromHalf(half))
  return (halves) => {
    const values = new Float32Array(halves.length)
    for (let at = 0; at < halves.length; at++) values[at] = every[halves[at]!]!
    return values
  }
}

/** The nearest half of each, written to `into`; of two as near the even one. From 65520 on it is infinite; NaN stays NaN. */
export function narrowFloats(values: Float32Array, into: Uint16Array): void {
  const one = new Float32Array(1)
  const bits = new Uint32Array(one.buffer)
  for (let at = 0; at < values.length; at++) {
    one[0] = values[at]!
    into[at] = halfFromBits(bits[0]!)
  }
}

/** From the bits of a float32. */
function halfFromBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 0xff
  const fraction = bits & 0x7fffff
  if (exponent === 255) return sign | (fraction === 0 ? 0x7c00 : 0x7e00)
  const raised = exponent - 112
  if (raised >= 31) return sign | 0x7c00
  if (raised > 0) return sign | rounded((raised << 23) | fraction, 13)
  // Below the smallest normal half: its leading one becomes a part of the fraction.
  return raised < -10 ? sign : sign | rounded(0x800000 | fraction, 14 - raised)
}

/** Without the lowest `count` bits, to the nearest, ties to even. A carry goes on into the exponent, which is right. */
function rounded(value: number, count: number): number {
  const kept = value >>> count
  const rest = value & ((1 << count) - 1)
  const tie = 1 << (count - 1)
  return rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept
}
