// From a row-major mask to run lengths down its columns and back, by way of the places where a column changes.

/** Positions (x * height + y) where a pixel differs from the one above it, row by row; column tops are not among them. */
export type Borders = { readonly positions: Uint32Array; readonly length: number; readonly tops: Uint8Array }

export function bordersOfMask(mask: Uint8Array, width: number, height: number): Borders {
  let positions = new Uint32Array(4096)
  let length = 0
  // Four pixels are compared at once. Rows of a width that is no multiple of 4 are copied to where 32-bit reads are allowed.
  const words = (width + 3) >> 2
  const aligned = width % 4 === 0 && mask.byteOffset % 4 === 0
  const bytes = aligned ? mask : new Uint8Array(words * 8)
  const word = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  if (!aligned) bytes.set(mask.subarray(0, width))
  for (let y = 1; y < height; y++) {
    const above = aligned ? (y - 1) * words : ((y - 1) & 1) * words
    const here = aligned ? y * words : (y & 1) * words
    if (!aligned) bytes.set(mask.subarray(y * width, (y + 1) * width), here * 4)
    for (let i = 0; i < words; i++) {
      if (word[here + i] === word[above + i]) continue
      if (length + 4 > positions.length) positions = grown(positions)
      for (let x = i * 4; x < i * 4 + 4; x++)
        if ((bytes[here * 4 + x]! === 0) !== (bytes[above * 4 + x]! === 0)) positions[length++] = x * height + y
    }
  }
  const tops = new Uint8Array(width)
  for (let x = 0, before = 0; x < width; x++) {
    const on = mask[x] === 0 ? 0 : 1
    tops[x] = on ^ before
    before = mask[(height - 1) * width + x] === 0 ? 0 : 1
  }
  return { positions, length, tops }
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}

/** The counts of a mask, by a counting sort: borders come row by row, so each column's share is already in order. */
export function countsFromBorders(borders: Borders, width: number, height: number): Uint32Array {
  const { positions, length, tops } = borders
  const columns = new Uint32Array(length)
  const next = new Uint32Array(width + 1)
  for (let i = 0; i < length; i++) {
    const x = (positions[i]! / height) | 0
    columns[i] = x
    next[x + 1]!++
  }
  for (let x = 0; x < width; x++) next[x + 1]! += next[x]! + tops[x]!
  const sorted = new Uint32Array(next[width]! + 1)
  for (let x = 0; x < width; x++) if (tops[x] === 1) sorted[next[x]!++] = x * height
  for (let i = 0; i < length; i++) sorted[next[columns[i]!]!++] = positions[i]!
  sorted[sorted.length - 1] = width * height
  for (let i = sorted.length - 1; i > 0; i--) sorted[i]! -= sorted[i - 1]!
  return sorted
}

/** Marks, in each column, every row at which the value changes, the top row counting as a change from off. */
export function toggleBorders(counts: Uint32Array, mask: Uint8Array, width: number, height: number): void {
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    if (i & 1) {
      let x = (start / height) | 0
      let y = start - x * height
      for (let rest = end - start; rest > 0; x++, y = 0) {
        mask[y * width + x]! ^= 1
        const below = y + rest
        if (below < height) mask[below * width + x]! ^= 1
        rest -= height - y
      }
    }
    start = end
  }
}

/** Turns marks of change into values: each row becomes its exclusive or with the row above. */
export function spreadDown(mask: Uint8Array, width: number): void {
  if (width % 4 === 0 && mask.byteOffset % 4 === 0) {
    const word = new Uint32Array(mask.buffer, mask.byteOffset, mask.length >> 2)
    const step = width >> 2
    for (let i = step; i < word.length; i++) word[i]! ^= word[i - step]!
  } else {
    for (let i = width; i < mask.length; i++) mask[i]! ^= mask[i - width]!
  }
}
