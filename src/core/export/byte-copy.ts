// Short stretches of bytes copied within one buffer; each function gives the place behind what it wrote.

/** Below this, a loop is faster than a call that copies. */
const shortPiece = 32

/** bytes[start..end) to `at`, in the same buffer. */
export function copyBytes(bytes: Uint8Array, at: number, start: number, end: number): number {
  if (end - start > shortPiece) bytes.copyWithin(at, start, end)
  else for (let from = start, to = at; from < end; from++, to++) bytes[to] = bytes[from]!
  return at + end - start
}

export function putBytes(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  if (piece.length > shortPiece) bytes.set(piece, at)
  else for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i]!
  return at + piece.length
}

/** `value` in decimal; whole and not below 0. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits++
  let rest = value
  for (let i = at + digits - 1; i >= at; i--) {
    const next = Math.floor(rest / 10)
    bytes[i] = 48 + rest - next * 10
    rest = next
  }
  return at + digits
}
