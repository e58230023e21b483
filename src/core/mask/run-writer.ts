// Collects ascending on-spans into the one shape a mask's counts may have: background first, no empty run but the first.

/** Spans are half open [start, end) in column order (position = x * height + y) and must come in ascending order. */
export type RunWriter = {
  /** Adds one on-span; empty spans are skipped, and a span that starts where the last one ended is joined to it. */
  readonly add: (start: number, end: number) => void
  /** The counts of a raster of `total` positions; call once, last. */
  readonly finish: (total: number) => Uint32Array
}

export function createRunWriter(expectedRuns = 64): RunWriter {
  let counts = new Uint32Array(Math.max(8, expectedRuns + 2))
  let length = 0
  let end = 0
  return {
    add(start, stop) {
      if (stop <= start) return
      if (start === end && length > 0) {
        counts[length - 1]! += stop - start
        end = stop
        return
      }
      if (length + 3 > counts.length) {
        const larger = new Uint32Array(counts.length * 2)
        larger.set(counts)
        counts = larger
      }
      counts[length++] = start - end
      counts[length++] = stop - start
      end = stop
    },
    finish(total) {
      if (end < total || length === 0) counts[length++] = total - end
      return counts.slice(0, length)
    },
  }
}
