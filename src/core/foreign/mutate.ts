// Damages bytes at random, but the same way for the same chance: for fuzzing in tests and in the fuzz script.

/** Numbers in [0, 1). */
export type Random = () => number

/** 0..limit-1. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit)

export function pick<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[below(random, choices.length)]
  if (chosen === undefined) throw new RangeError('There is nothing to choose from.')
  return chosen
}

/** Where readers break: ends of ranges, signs, and what no file can hold. */
export const edgeNumbers: readonly number[] = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  2 ** 62,
]

/** Longest piece that is copied, doubled or taken out. */
const longestPiece = 600
const mostGrowth = 64 * 1024

type Damage = (bytes: Uint8Array, random: Random, words: readonly Uint8Array[]) => Uint8Array

const damages: readonly Damage[] = [
  // One bit.
  (bytes, random) => changed(bytes, below(random, bytes.length), (byte) => byte ^ (1 << below(random, 8))),
  // One byte.
  (bytes, random) => changed(bytes, below(random, bytes.length), () => pick(random, [0, 1, 0x7f, 0x80, 0xff, below(random, 256)])),
  // A number of two, four or eight bytes.
  (bytes, random) => overwritten(bytes, below(random, bytes.length), numberBytes(pick(random, edgeNumbers), pick(random, [2, 4, 8]))),
  // A word of the format, over what is there or between it.
  (bytes, random, words) => (words.length === 0 ? bytes : overwritten(bytes, below(random, bytes.length), pick(random, words))),
  (bytes, random, words) => (words.length === 0 ? bytes : spliced(bytes, below(random, bytes.length + 1), 0, pick(random, words))),
  // The end cut off.
  (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  // A piece taken out, doubled, or put somewhere else.
  (bytes, random) => spliced(bytes, below(random, bytes.length), 1 + below(random, longestPiece), new Uint8Array()),
  (bytes, random) => spliced(bytes, below(random, bytes.length), 0, piece(bytes, random)),
  (bytes, random) => overwritten(bytes, below(random, bytes.length), piece(bytes, random)),
  // A run of zeros or of noise.
  (bytes, random) => overwritten(bytes, below(random, bytes.length), new Uint8Array(below(random, longestPiece))),
  (bytes, random) =>
    spliced(
      bytes,
      below(random, bytes.length),
      0,
      Uint8Array.from({ length: below(random, 40) }, () => below(random, 256)),
    ),
]

/** A copy with one to six damages, mostly one: after several nearly every reader stops at its first check; `words` are pieces of the format that may be put in. At most 64 KiB longer. */
export function mutated(bytes: Uint8Array, random: Random, words: readonly Uint8Array[] = []): Uint8Array {
  let current = bytes
  for (let left = 1 + Math.floor(6 * random() ** 3); left > 0 && current.length > 0; left--) {
    const next = pick(random, damages)(current, random, words)
    if (next.length <= bytes.length + mostGrowth) current = next
  }
  return Uint8Array.from(current)
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = change(copy[at] ?? 0)
  return copy
}

function overwritten(bytes: Uint8Array, at: number, by: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy.set(by.subarray(0, bytes.length - at), at)
  return copy
}

function spliced(bytes: Uint8Array, at: number, without: number, by: Uint8Array): Uint8Array {
  const rest = bytes.subarray(at + without)
  const copy = new Uint8Array(at + by.length + rest.length)
  copy.set(bytes.subarray(0, at))
  copy.set(by, at)
  copy.set(rest, at + by.length)
  return copy
}

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const start = below(random, bytes.length)
  return bytes.subarray(start, start + 1 + below(random, longestPiece))
}

function numberBytes(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256)
}
