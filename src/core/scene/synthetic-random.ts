// Chance that repeats: the same seed and place always give the same numbers.

/** A stream of numbers in [0, 1). Source: mulberry32 by Tommy Ettinger (public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A number in [0, 1) that belongs to a grid point. */
export function hashAt(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(seed | 0, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

/** Value noise in [0, 1): smooth between grid points, about one bump for each unit of x and y. */
export function smoothNoise(x: number, y: number, seed: number): number {
  const column = Math.floor(x)
  const row = Math.floor(y)
  const u = x - column
  const v = y - row
  const alongX = u * u * (3 - 2 * u)
  const alongY = v * v * (3 - 2 * v)
  const top = hashAt(column, row, seed) * (1 - alongX) + hashAt(column + 1, row, seed) * alongX
  const bottom = hashAt(column, row + 1, seed) * (1 - alongX) + hashAt(column + 1, row + 1, seed) * alongX
  return top * (1 - alongY) + bottom * alongY
}
