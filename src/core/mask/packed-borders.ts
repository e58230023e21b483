// The places where a column of a packed mask changes, 32 pixels at a time, without unpacking it.
import type { Borders } from './mask-borders.ts'

/** `packed` holds ceil(width * height / 8) bytes, first pixel in the highest bit; filling bits of the last byte are not looked at. */
export function bordersOfPacked(packed: Uint8Array, width: number, height: number): Borders {
  const found: Found = { positions: new Uint32Array(256), length: 0, width, height }
  const [from, to] = spanOfBytes(packed)
  findBorders(found, packed, from, to)
  return { positions: found.positions, length: found.length, tops: topsOf(packed, width, height, new Uint8Array(width)) }
}

/** Positions as in `Borders`, with room for more. */
export type Found = { positions: Uint32Array<ArrayBuffer>; length: number; width: number; height: number }

/** Adds to `found` what changes within the columns, when all bytes outside of `from` (inclusive) to `to` (exclusive) are 0. */
export function findBorders(found: Found, packed: Uint8Array, from: number, to: number): void {
  // A row below the last one that has something changes, too: back to nothing.
  const end = Math.min(packed.length, to + ((found.width + 7) >> 3) + 4)
  if (found.width % 32 === 0 && packed.byteOffset % 4 === 0) collectAligned(found, packed, from >> 2, end >> 2)
  else collect(found, packed, from, end)
}

/** Bytes `from` (inclusive) to `to` (exclusive), outside of which all are 0: looking for them costs a tenth of comparing rows. */
function spanOfBytes(packed: Uint8Array): readonly [from: number, to: number] {
  const before = -packed.byteOffset & 3
  if (before >= packed.length) return [0, packed.length]
  const words = new Uint32Array(packed.buffer, packed.byteOffset + before, (packed.length - before) >> 2)
  let [first, last] = [0, words.length]
  while (first < last && words[first] === 0) first++
  while (last > first && words[last - 1] === 0) last--
  let [from, to] = [0, packed.length]
  const isZeroTo = (end: number) => packed.subarray(0, end).every((byte) => byte === 0)
  if (isZeroTo(before)) from = before + first * 4
  if (packed.subarray(before + words.length * 4).every((byte) => byte === 0)) to = before + last * 4
  return [from, Math.max(from, to)]
}

/** Rows of whole words: most are the same as those above them, which shows in whatever order the host has their bytes. */
function collectAligned(found: Found, packed: Uint8Array, from: number, to: number): void {
  const words = new Uint32Array(packed.buffer, packed.byteOffset, packed.length >> 2)
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  const back = found.width >> 5
  for (let i = Math.max(from, back); i < to; i++)
    if (words[i] !== words[i - back]) note(found, i * 32, view.getInt32(i * 4) ^ view.getInt32((i - back) * 4))
}

function collect(found: Found, packed: Uint8Array, start: number, end: number): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  const wordAt = (byte: number) => (byte + 4 <= packed.length ? view.getInt32(byte) : lastWord(packed, byte))
  // Pixel i stands below pixel i - width: the bits above a word are two neighbouring words, shifted by the rest of width / 8.
  const back = found.width >> 3
  const shift = found.width & 7
  for (let byte = Math.max(back, start) & ~3; byte < end; byte += 4) {
    const from = byte - back
    const right = from >= 0 ? wordAt(from) : firstWord(packed, from)
    const left = shift === 0 || from < 1 ? 0 : packed[from - 1]!
    const above = shift === 0 ? right : (right >>> shift) | (left << (32 - shift))
    const changes = wordAt(byte) ^ above
    if (changes !== 0) note(found, byte * 8, changes)
  }
}

/** `changes` has a bit for each of 32 pixels from `first` on that differs from the one above; pixels outside are not looked at. */
function note(found: Found, first: number, changes: number): void {
  const { width, height } = found
  for (let rest = changes; rest !== 0; ) {
    const bit = Math.clz32(rest)
    rest &= ~(0x80000000 >>> bit)
    const pixel = first + bit
    if (pixel >= width * height) return
    if (pixel < width) continue
    if (found.length === found.positions.length) found.positions = doubled(found.positions)
    const y = (pixel / width) | 0
    found.positions[found.length++] = (pixel - y * width) * height + y
  }
}

/** Bytes past the end count as zeros. */
function lastWord(packed: Uint8Array, byte: number): number {
  return (packed[byte]! << 24) | ((packed[byte + 1] ?? 0) << 16) | ((packed[byte + 2] ?? 0) << 8) | (packed[byte + 3] ?? 0)
}

/** Bytes before the start (`from` is -1 to -3, or lower) count as zeros. */
function firstWord(packed: Uint8Array, from: number): number {
  let word = 0
  for (let i = 0; i < 4; i++) word = (word << 8) | (from + i >= 0 ? (packed[from + i] ?? 0) : 0)
  return word
}

/** Into `tops`: whether the first pixel of each column differs from the last one of the column before; the first is held against off. */
export function topsOf(packed: Uint8Array, width: number, height: number, tops: Uint8Array): Uint8Array {
  const bit = (pixel: number) => (packed[pixel >> 3]! >> (7 - (pixel & 7))) & 1
  const bottom = (height - 1) * width
  for (let x = 0, before = 0; x < width; x++) {
    tops[x] = bit(x) ^ before
    before = bit(bottom + x)
  }
  return tops
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
