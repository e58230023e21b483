// How far a set keeps its shape when the border strength that counts as closed is shifted.
import { type LeafSet, hasLeaf } from './leaf-set.ts'
import type { RegionGraph } from './region-graph.ts'

// Edge strengths at which the borders between leaves are opened, from almost none to a clear border.
const THRESHOLDS = [0.04, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3] as const

// A shifted threshold also moves the outline along the slope of the border: by this share of it over the slope, in
// pixels, and not farther than LONGEST.
const COLOUR_SHARE = 0.3
const LONGEST = 6

/**
 * Mean over the thresholds of the IoU between what is left of the set when the outside runs in over weaker borders and
 * what it becomes when it runs out over them: 1 for a set with closed strong borders, 0 for one that nothing holds.
 */
export function stability(set: LeafSet, graph: RegionGraph): number {
  let sum = 0
  for (const threshold of THRESHOLDS) sum += shiftedOverlap(set, graph, threshold)
  return sum / THRESHOLDS.length
}

// One step over the border each way: farther leaves are other things, not this set's doubtful rim.
function shiftedOverlap(set: LeafSet, graph: RegionGraph, threshold: number): number {
  const { touching, sums } = graph
  const gained = new Uint8Array(graph.count)
  const lost = new Uint8Array(graph.count)
  let moved = 0
  for (let e = 0; e < touching.a.length; e += 1) {
    const a = touching.a[e]!
    const b = touching.b[e]!
    const holdsA = hasLeaf(set, a)
    if (holdsA === hasLeaf(set, b)) continue
    const length = touching.length[e]!
    if (touching.strength[e]! >= threshold * length) {
      moved += length * Math.min(LONGEST, (COLOUR_SHARE * threshold * length) / touching.slope[e]!)
      continue
    }
    lost[holdsA ? a : b] = 1
    gained[holdsA ? b : a] = 1
  }
  let kept = 0
  let grown = 0
  for (let leaf = 0; leaf < graph.count; leaf += 1) {
    const area = sums.area[leaf]!
    if (hasLeaf(set, leaf)) {
      grown += area
      if (lost[leaf] === 0) kept += area
    } else if (gained[leaf] === 1) grown += area
  }
  return Math.max(0, kept - moved) / (grown + moved)
}
