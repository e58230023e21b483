// What is kept of a packed mask, in one pass and without memory of its own for each: the text of its run lengths, its area and its box.
import { type Found, findBorders, topsOf } from './packed-borders.ts'
import { checkMaskSize, maxGroups } from './rle.ts'

export type ScannedMask = {
  /** As `stringFromRle` gives it. */
  readonly counts: string
  readonly area: number
  /** [x, y, width, height] in pixels; undefined when nothing is on. */
  readonly box: readonly [x: number, y: number, width: number, height: number] | undefined
}

/**
 * `packed` has ceil(width * height / 8) bytes; all outside of `from` (inclusive) to `to` (exclusive) are 0, which saves looking at them.
 * Filling bits of the last byte are not looked at. Throws RangeError when the bytes are not as many as the size asks for.
 */
export type PackedScanner = (packed: Uint8Array, width: number, height: number, from?: number, to?: number) => ScannedMask

/** A scanner for many masks, one after the other: a hundred thousand small arrays would cost more than the scanning. */
export function createPackedScanner(): PackedScanner {
  const found: Found = { positions: new Uint32Array(1024), length: 0, width: 0, height: 0 }
  const decoder = new TextDecoder()
  let [tops, next] = [new Uint8Array(0), new Uint32Array(0)]
  let [columns, sorted, text] = [new Uint32Array(0), new Uint32Array(0), new Uint8Array(0)]

  /** Positions of all changes in order of the columns, and the end of the raster; gives their number. */
  function sort(width: number, height: number): number {
    const { positions, length } = found
    if (columns.length < length) columns = new Uint32Array(positions.length)
    if (sorted.length < length + width + 1) sorted = new Uint32Array(positions.length + width + 1)
    next.fill(0)
    for (let i = 0; i < length; i++) {
      const x = (positions[i]! / height) | 0
      columns[i] = x
      next[x + 1]!++
    }
    for (let x = 0; x < width; x++) next[x + 1]! += next[x]! + tops[x]!
    const end = next[width]!
    for (let x = 0; x < width; x++) if (tops[x] === 1) sorted[next[x]!++] = x * height
    for (let i = 0; i < length; i++) sorted[next[columns[i]!]!++] = positions[i]!
    sorted[end] = width * height
    return end + 1
  }

  function textOf(count: number): string {
    if (text.length < count * maxGroups) text = new Uint8Array(2 * count * maxGroups)
    let length = 0
    // Run lengths before the one before, as the text holds the difference to them.
    let [start, before, last] = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      const run = sorted[i]! - start
      let rest = i > 2 ? run - before : run
      start = sorted[i]!
      before = last
      last = run
      for (let more = true; more; ) {
        const group = rest & 0x1f
        rest >>= 5
        more = (group & 0x10) === 0 ? rest !== 0 : rest !== -1
        text[length++] = 48 + (more ? group | 0x20 : group)
      }
    }
    return decoder.decode(text.subarray(0, length))
  }

  return (packed, width, height, from = 0, to = packed.length) => {
    const total = checkMaskSize(height, width)
    const expected = Math.ceil(total / 8)
    if (packed.length !== expected) throw new RangeError(`A packed ${width} x ${height} mask has ${expected} bytes; got ${packed.length}.`)
    if (next.length !== width + 1) {
      next = new Uint32Array(width + 1)
      tops = new Uint8Array(width)
    }
    found.length = 0
    found.width = width
    found.height = height
    findBorders(found, packed, from, to)
    // A column's top differs from the bottom before it only when the first or the last row has something.
    const touches = from < (width + 7) >> 3 || to > ((height - 1) * width) >> 3
    if (touches) topsOf(packed, width, height, tops)
    else tops.fill(0)
    const count = sort(width, height)
    return { counts: textOf(count), ...measured(sorted, count, height) }
  }
}

/** Odd runs are on: from each even place of `ends` to the next. */
function measured(ends: Uint32Array, count: number, height: number): Pick<ScannedMask, 'area' | 'box'> {
  if (count < 2) return { area: 0, box: undefined }
  const left = (ends[0]! / height) | 0
  let [area, right, top, bottom] = [0, left, height, -1]
  for (let i = 1; i < count; i += 2) {
    const [start, end] = [ends[i - 1]!, ends[i]!]
    area = (area + end - start) | 0
    const first = (start / height) | 0
    right = ((end - 1) / height) | 0
    if (first !== right) {
      top = 0
      bottom = height - 1
      continue
    }
    const base = first * height
    if (start - base < top) top = start - base
    if (end - 1 - base > bottom) bottom = end - 1 - base
  }
  return { area, box: [left, top, right - left + 1, bottom - top + 1] }
}
