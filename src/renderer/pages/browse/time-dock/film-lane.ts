// Which frames of the run stand in the film lane of the dock, and where.
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'

export type FilmCell = { readonly position: number; readonly left: number; readonly width: number }

/** A picture may be cut to this share of the width wanted, so that a frame more does not make one picture stand for two. */
const leastShare = 0.7

/** Pictures side by side at about `wanted` pixels, each over as many frames as the others (the last may have fewer), showing the middle one. */
export function filmCells(axis: LaneAxis, wanted: number): FilmCell[] {
  if (axis.count === 0 || axis.width <= 0 || wanted <= 0) return []
  const most = Math.max(1, Math.floor(axis.width / (wanted * leastShare)))
  const each = Math.ceil(axis.count / most)
  return Array.from({ length: Math.ceil(axis.count / each) }, (_, i) => {
    const [first, end] = [i * each, Math.min(axis.count, (i + 1) * each)]
    const left = pixelOfPosition(axis, first)
    return { position: Math.floor((first + end - 1) / 2), left, width: pixelOfPosition(axis, end) - left }
  })
}
