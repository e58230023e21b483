// The masks of one frame in compact columns, and what lies under a pixel. No objects per mask: two thousand of them stay small.

/** Masks in order of level, coarse first; each array has one entry per mask unless said otherwise. */
export type MaskColumns = {
  readonly count: number
  readonly ids: Uint32Array
  readonly levels: Uint8Array
  /** Pixels of the frame. */
  readonly areas: Uint32Array
  readonly scores: Float32Array
  /** NaN where there is none. */
  readonly stabilities: Float32Array
  /** 0 = none. */
  readonly parents: Uint32Array
  /** x, y, width, height: four entries per mask. */
  readonly boxes: Uint32Array
  /** Run lengths of all masks, one after another; mask i has runs[runStarts[i]] up to runs[runStarts[i + 1]], which is not its own. */
  readonly runs: Uint32Array
  readonly runStarts: Uint32Array
}

/** One label raster per level, coarse first; a value v > 0 at a pixel means mask firsts[layer] + v - 1. */
export type MaskLayers = {
  readonly levels: readonly number[]
  readonly firsts: readonly number[]
  readonly rasters: readonly Uint16Array[]
  /** What those rasters cover, so that a mask shows where a smaller one over it is not shown; uppermost first within a layer. */
  readonly beneath: readonly { readonly layer: number; readonly raster: Uint16Array }[]
}

/** What the layers of columns look like, without their rasters; width and height are pixels of the frame. */
export type LayerPlan = Pick<MaskLayers, 'levels' | 'firsts'> & { readonly width: number; readonly height: number }

export const noLayers: MaskLayers = { levels: [], firsts: [], rasters: [], beneath: [] }

/** How many masks of one level can lie over each other and still all be drawn when those above are not shown. */
export const peelDepth = 2

export const emptyColumns: MaskColumns = {
  count: 0,
  ids: new Uint32Array(),
  levels: new Uint8Array(),
  areas: new Uint32Array(),
  scores: new Float32Array(),
  stabilities: new Float32Array(),
  parents: new Uint32Array(),
  boxes: new Uint32Array(),
  runs: new Uint32Array(),
  runStarts: Uint32Array.of(0),
}

export function bytesOfColumns(columns: MaskColumns): number {
  const { ids, levels, areas, scores, stabilities, parents, boxes, runs, runStarts } = columns
  return [ids, levels, areas, scores, stabilities, parents, boxes, runs, runStarts].reduce((sum, one) => sum + one.byteLength, 0)
}

export function bytesOfLayers({ rasters, beneath }: MaskLayers): number {
  return [...rasters, ...beneath.map((one) => one.raster)].reduce((sum, one) => sum + one.byteLength, 0)
}

export function indexOfMask(columns: MaskColumns, id: number): number | undefined {
  const index = columns.ids.indexOf(id)
  return index < 0 ? undefined : index
}

/** Whether mask `index` covers pixel (x, y) of a frame of that height. */
export function coversPixel(columns: MaskColumns, index: number, x: number, y: number, height: number): boolean {
  const position = x * height + y
  const start = columns.runStarts[index]!
  const end = columns.runStarts[index + 1]!
  let reached = 0
  for (let i = start; i < end; i += 1) {
    reached += columns.runs[i]!
    if (position < reached) return ((i - start) & 1) === 1
  }
  return false
}

/** All shown masks at a pixel, the one a person sees first: finer levels before coarser ones, small before large. */
export function masksAtPixel(columns: MaskColumns, x: number, y: number, height: number, isShown: (index: number) => boolean): number[] {
  const found: number[] = []
  for (let index = 0; index < columns.count; index += 1) {
    const at = index * 4
    const [left, top] = [columns.boxes[at]!, columns.boxes[at + 1]!]
    if (x < left || y < top || x >= left + columns.boxes[at + 2]! || y >= top + columns.boxes[at + 3]!) continue
    if (isShown(index) && coversPixel(columns, index, x, y, height)) found.push(index)
  }
  return found.sort((a, b) => columns.levels[b]! - columns.levels[a]! || columns.areas[a]! - columns.areas[b]! || b - a)
}

/**
 * The next one beneath `current` in that order (or above it, with `step` -1), around from one end to the other; the first when `current`
 * is not among them.
 */
export function nextBeneath(
  columns: MaskColumns,
  found: readonly number[],
  current: number | undefined,
  step: 1 | -1 = 1,
): number | undefined {
  const at = found.findIndex((index) => columns.ids[index] === current)
  const next = at < 0 ? found[0] : found[(at + step + found.length) % found.length]
  return next === undefined ? undefined : columns.ids[next]
}

/** x, y, width, height in pixels of the frame; width and height are at least 1. */
export type PixelBox = readonly [x: number, y: number, width: number, height: number]

/** The smallest box around those masks; undefined for none. */
export function boxAround(columns: MaskColumns, indices: readonly number[]): PixelBox | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0]
  for (const index of indices) {
    const [x, y, w, h] = columns.boxes.subarray(index * 4, index * 4 + 4)
    if (!w || !h) continue
    left = Math.min(left, x!)
    top = Math.min(top, y!)
    right = Math.max(right, x! + w)
    bottom = Math.max(bottom, y! + h)
  }
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : undefined
}

/**
 * Row-major over the box: 1 + the index of the smallest of those masks at each pixel, 0 where there is none of them. What lies outside of
 * the box is left out; `height` is that of the frame.
 */
export function rasterOfMasks(columns: MaskColumns, indices: readonly number[], height: number, box: PixelBox): Uint16Array {
  const [left, top, boxWidth, boxHeight] = box
  const raster = new Uint16Array(boxWidth * boxHeight)
  const largestFirst = [...indices].sort((a, b) => columns.areas[b]! - columns.areas[a]! || a - b)
  for (const index of largestFirst) {
    const start = columns.runStarts[index]!
    const end = columns.runStarts[index + 1]!
    let position = 0
    for (let i = start; i < end; i += 1) {
      const after = position + columns.runs[i]!
      // A run goes down its column and may go on at the top of the next ones.
      for (let at = position; (i - start) & 1 && at < after; ) {
        const x = Math.floor(at / height)
        const stop = Math.min(after, (x + 1) * height)
        if (x >= left && x < left + boxWidth) {
          const last = Math.min(stop - x * height, top + boxHeight)
          for (let y = Math.max(at - x * height, top); y < last; y += 1) raster[(y - top) * boxWidth + x - left] = index + 1
        }
        at = stop
      }
      position = after
    }
  }
  return raster
}
