// Runs painted as bits of a raster that goes down the columns, and read back: how many masks become one, whatever their order.

import { createRunWriter } from './run-writer.ts'

/** One bit for each position (x * height + y), lowest bit of the first word first. */
export type RunBits = { readonly words: Int32Array; readonly total: number }

export function createRunBits(total: number): RunBits {
  return { words: new Int32Array(Math.ceil(total / 32)), total }
}

/** Turns the on-runs of `counts` on; they must fill the same total. */
export function paintBits({ words }: RunBits, counts: Uint32Array): void {
  let start = 0
  for (let i = 1; i < counts.length; i += 2) {
    start = (start + counts[i - 1]!) | 0
    const end = (start + counts[i]!) | 0
    const first = start >> 5
    const last = (end - 1) >> 5
    // Shift counts are taken modulo 32: bits from `start` up, and bits up to `end` - 1.
    const head = -1 << start
    const tail = -1 >>> -end
    if (first === last) words[first]! |= head & tail
    else {
      words[first]! |= head
      for (let word = first + 1; word < last; word++) words[word] = -1
      words[last]! |= tail
    }
    start = end
  }
}

/** The counts of what is on. */
export function countsFromBits({ words, total }: RunBits): Uint32Array {
  const writer = createRunWriter()
  let start = 0
  let before = 0
  for (let word = 0; word < words.length; word++) {
    const bits = words[word]!
    // A bit that differs from the one below it begins or ends a run.
    for (let changes = bits ^ ((bits << 1) | before); changes !== 0; changes &= changes - 1) {
      const at = word * 32 + (31 - Math.clz32(changes & -changes))
      if ((bits >>> at) & 1) start = at
      else writer.add(start, at)
    }
    before = bits >>> 31
  }
  if (before === 1 && total % 32 === 0) writer.add(start, total)
  return writer.finish(total)
}
