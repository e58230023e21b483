// The separate pieces of a mask or a raster: pixels that hang together by their sides (4-connected).

import { checkMaskSize, type PixelBox, type Rle } from './rle.ts'
import { createRunWriter } from './run-writer.ts'

/** One piece of a mask. `box` is tight. */
export type MaskPiece = { readonly mask: Rle; readonly area: number; readonly box: PixelBox }

/** One piece of a raster: `label` is its id in the labels given with it, `value` what the raster holds there. */
export type RasterPiece = { readonly label: number; readonly value: number; readonly area: number; readonly box: PixelBox }

/**
 * The 4-connected pieces of at least `minArea` pixels, in the order in which their first pixels come when rows are read from the
 * top. Worked out from the runs, without a dense raster.
 */
export function piecesOfRle(rle: Rle, minArea = 1): MaskPiece[] {
  const [height, width] = rle.size
  const spans = columnSpans(rle)
  const parents = Uint32Array.from({ length: spans.length }, (_, i) => i)
  joinColumns(spans, parents, height)
  const members = new Map<number, number[]>()
  for (let i = 0; i < spans.length; i++) {
    const root = rootOf(parents, i)
    const list = members.get(root)
    if (list === undefined) members.set(root, [i])
    else list.push(i)
  }
  const pieces = [...members.values()].map((list) => pieceOf(list, spans, height, width)).filter(({ piece }) => piece.area >= minArea)
  return pieces.sort((a, b) => a.firstPixel - b.firstPixel).map(({ piece }) => piece)
}

/**
 * The 4-connected regions of equal nonzero value in a row-major raster. `labels` is row-major too: 0 where the raster is 0, else
 * 1 + the index of the region in `pieces`, which come in the order in which rows meet them.
 */
export function labelPieces(
  raster: Uint8Array | Uint16Array | Int32Array | Uint32Array,
  width: number,
  height: number,
): { readonly labels: Uint32Array; readonly pieces: readonly RasterPiece[] } {
  const total = checkMaskSize(height, width)
  if (raster.length !== total) throw new RangeError(`A ${width} x ${height} raster has ${total} pixels; got ${raster.length}.`)
  const labels = new Uint32Array(total)
  const parents = provisionalLabels(raster, labels, width)
  const finalLabels = new Uint32Array(parents.length)
  const boxes: { value: number; area: number; left: number; top: number; right: number; bottom: number }[] = []
  for (let i = 0, x = 0, y = 0; i < total; i++, x++) {
    if (x === width) {
      x = 0
      y++
    }
    if (labels[i] === 0) continue
    const root = rootOf(parents, labels[i]!)
    if (finalLabels[root] === 0) finalLabels[root] = boxes.push({ value: raster[i]!, area: 0, left: x, top: y, right: x, bottom: y })
    const box = boxes[finalLabels[root]! - 1]!
    labels[i] = finalLabels[root]!
    box.area++
    if (x < box.left) box.left = x
    if (x > box.right) box.right = x
    box.bottom = y
  }
  const pieces = boxes.map(({ value, area, left, top, right, bottom }, index) => ({
    label: index + 1,
    value,
    area,
    box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
  }))
  return { labels, pieces }
}

/** First pass: a label from above or from the left, a new one where there is none; gives who belongs to whom. */
function provisionalLabels(raster: ArrayLike<number>, labels: Uint32Array, width: number): Uint32Array {
  const parents: number[] = [0]
  for (let i = 0; i < labels.length; i++) {
    const value = raster[i]!
    if (value === 0) continue
    const left = i % width !== 0 && raster[i - 1] === value ? labels[i - 1]! : 0
    const above = i >= width && raster[i - width] === value ? labels[i - width]! : 0
    if (left === 0 && above === 0) labels[i] = parents.push(parents.length) - 1
    else labels[i] = left === 0 ? above : left
    if (left !== 0 && above !== 0 && left !== above) join(parents, left, above)
  }
  return Uint32Array.from(parents)
}

/** On-spans of single columns: span i covers rows [starts[i], ends[i]) of column columns[i]; columns ascend. */
type ColumnSpans = { readonly length: number; readonly columns: number[]; readonly starts: number[]; readonly ends: number[] }

function columnSpans({ size: [height], counts }: Rle): ColumnSpans {
  const columns: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  let start = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    if (i & 1)
      for (let x = Math.floor(start / height); x * height < end; x++) {
        columns.push(x)
        starts.push(Math.max(0, start - x * height))
        ends.push(Math.min(height, end - x * height))
      }
    start = end
  }
  return { length: columns.length, columns, starts, ends }
}

/** Spans of neighbouring columns that share a row belong together; both columns are walked side by side. */
function joinColumns({ length, columns, starts, ends }: ColumnSpans, parents: Uint32Array, height: number): void {
  let left = 0
  for (let i = 0; i < length; i++) {
    const column = columns[i]!
    while (columns[left]! < column - 1 || (columns[left]! === column - 1 && ends[left]! <= starts[i]!)) left++
    for (let j = left; j < i && columns[j]! === column - 1 && starts[j]! < Math.min(height, ends[i]!); j++) join(parents, j, i)
  }
}

function pieceOf(list: readonly number[], { columns, starts, ends }: ColumnSpans, height: number, width: number) {
  const writer = createRunWriter(list.length * 2)
  let area = 0
  let top = height
  let bottom = 0
  let firstPixel = height * width
  for (const i of list) {
    const x = columns[i]!
    const start = starts[i]!
    writer.add(x * height + start, x * height + ends[i]!)
    area += ends[i]! - start
    top = Math.min(top, start)
    bottom = Math.max(bottom, ends[i]!)
    firstPixel = Math.min(firstPixel, start * width + x)
  }
  const x = columns[list[0]!]!
  const box = { x, y: top, width: columns[list[list.length - 1]!]! - x + 1, height: bottom - top }
  return { piece: { mask: { size: [height, width] as const, counts: writer.finish(height * width) }, area, box }, firstPixel }
}

function join(parents: { [index: number]: number }, a: number, b: number): void {
  const [left, right] = [rootOf(parents, a), rootOf(parents, b)]
  if (left < right) parents[right] = left
  else parents[left] = right
}

/** The root of a label; each step halves the way for the next to ask. */
function rootOf(parents: { [index: number]: number }, label: number): number {
  let at = label
  while (parents[at]! !== at) {
    parents[at] = parents[parents[at]!]!
    at = parents[at]!
  }
  return at
}
