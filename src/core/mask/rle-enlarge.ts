// A mask at the size of its frame, from one that was stored smaller: in runs, never in pixels.
import { checkMaskSize, type Rle } from './rle.ts'
import { createRunWriter } from './run-writer.ts'

/**
 * Nearest neighbour by pixel centres: pixel (x, y) of the larger raster takes floor((x + 0.5) * w / W), floor((y + 0.5) * h / H) of the smaller.
 * Throws RangeError when a side would shrink.
 */
export function enlargeRle(rle: Rle, [height, width]: readonly [height: number, width: number]): Rle {
  const [fromHeight, fromWidth] = rle.size
  const total = checkMaskSize(height, width)
  if (height < fromHeight || width < fromWidth)
    throw new RangeError(`A mask of ${fromWidth} x ${fromHeight} cannot be enlarged to ${width} x ${height}.`)
  if (height === fromHeight && width === fromWidth) return rle
  const tops = firstOfEach(fromHeight, height)
  const lefts = firstOfEach(fromWidth, width)
  const writer = createRunWriter(rle.counts.length * Math.ceil(width / fromWidth))
  for (const [column, spans] of columnsOf(rle))
    for (let x = lefts[column]!; x < lefts[column + 1]!; x += 1)
      for (let i = 0; i < spans.length; i += 2) writer.add(x * height + tops[spans[i]!]!, x * height + tops[spans[i + 1]!]!)
  return { size: [height, width], counts: writer.finish(total) }
}

/** For each of `from` pixels, and the end, the first of `to` pixels that takes it. */
function firstOfEach(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: from + 1 }, (_, i) => (i === from ? to : Math.max(0, Math.ceil((i * to) / from - 0.5))))
}

/** Columns that hold something, ascending, each with its spans as rows [start, end), pair after pair. */
function* columnsOf({ size: [height], counts }: Rle): Generator<readonly [column: number, spans: readonly number[]]> {
  let column = -1
  let spans: number[] = []
  let position = 0
  for (let i = 0; i < counts.length; i += 1) {
    const end = position + counts[i]!
    for (let start = position; i % 2 === 1 && start < end; ) {
      const x = Math.floor(start / height)
      if (x !== column) {
        if (spans.length > 0) yield [column, spans]
        column = x
        spans = []
      }
      const stop = Math.min(end, (x + 1) * height)
      spans.push(start - x * height, stop - x * height)
      start = stop
    }
    position = end
  }
  if (spans.length > 0) yield [column, spans]
}
