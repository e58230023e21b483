// How far each mask of a frame differs from what another answer has in its place on the same frame.
import type { MaskColumns, MaskLayers } from './mask-columns.ts'

type Masks = { readonly columns: MaskColumns; readonly layers: MaskLayers }

/**
 * By id: 0 where the other has the same mask at the level, 1 where it has nothing there, else 1 less the best IoU. Masks of a level that the other
 * does not have are left out: nobody knows. Both are of frames of one size. What lies under more than two masks of the other is not counted.
 */
export function disagreementsOf(here: Masks, other: Masks, width: number, height: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  const { columns } = here
  const shared = new Int32Array(other.columns.count)
  const met: number[] = []
  for (let i = 0; i < columns.count; i += 1) {
    const layer = other.layers.levels.indexOf(columns.levels[i]!)
    if (layer < 0) continue
    const rasters = [other.layers.rasters[layer]!, ...other.layers.beneath.filter((one) => one.layer === layer).map((one) => one.raster)]
    const first = other.layers.firsts[layer]!
    eachPixel(columns, i, height, (x, y) => {
      for (const raster of rasters) {
        const value = raster[y * width + x]!
        if (value === 0) continue
        const index = first + value - 1
        if (shared[index] === 0) met.push(index)
        shared[index]! += 1
      }
    })
    let best = 0
    for (const index of met.splice(0)) {
      const both = shared[index]!
      best = Math.max(best, both / (columns.areas[i]! + other.columns.areas[index]! - both))
      shared[index] = 0
    }
    found.set(columns.ids[i]!, 1 - best)
  }
  return found
}

/** Runs go down the columns, the first of them outside of the mask. */
function eachPixel({ runs, runStarts }: MaskColumns, index: number, height: number, visit: (x: number, y: number) => void): void {
  const [start, end] = [runStarts[index]!, runStarts[index + 1]!]
  let position = 0
  for (let run = start; run < end; run += 1) {
    const next = position + runs[run]!
    if ((run - start) & 1) for (let at = position; at < next; at += 1) visit(Math.floor(at / height), at % height)
    position = next
  }
}
