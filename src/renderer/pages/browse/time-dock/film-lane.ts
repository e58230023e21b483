// Which frames of the run stand in the film lane of the dock, and where.
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'

export type FilmCell = { readonly position: number; readonly left: number; readonly width: number }

/** As many pictures as fit side by side at `wanted` pixels; each shows the middle one of the frames it covers. */
export function filmCells(axis: LaneAxis, wanted: number): FilmCell[] {
  if (axis.count === 0 || axis.width <= 0 || wanted <= 0) return []
  const cells = Math.max(1, Math.min(axis.count, Math.floor(axis.width / wanted)))
  return Array.from({ length: cells }, (_, i) => {
    const [first, end] = [Math.floor((i * axis.count) / cells), Math.floor(((i + 1) * axis.count) / cells)]
    const left = pixelOfPosition(axis, first)
    return { position: Math.floor((first + end - 1) / 2), left, width: pixelOfPosition(axis, end) - left }
  })
}
