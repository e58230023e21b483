// What the picture says about a set of leaves being one thing.
import { type LeafSet, hasLeaf } from './leaf-set.ts'
import type { RegionGraph } from './region-graph.ts'

/**
 * `area` in working pixels. `borderEdge` and `innerEdge` are mean edge strengths along the set's outline and along the
 * leaf borders inside it. `contrast` is the histogram distance (0..1) to what lies round it. `rim` is the share of the
 * outline that is the picture's own border. `roundness` is 4 pi area / outline squared, at most 1.
 */
export type Evidence = {
  readonly area: number
  readonly borderEdge: number
  readonly innerEdge: number
  readonly contrast: number
  readonly rim: number
  readonly roundness: number
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number]
}

export function gatherEvidence(set: LeafSet, graph: RegionGraph): Evidence {
  const { sums, touching } = graph
  const { words } = sums
  let area = 0
  let rim = 0
  const inside = new Float64Array(words)
  const box: [number, number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1]
  const isIn = new Uint8Array(graph.count)
  for (let leaf = 0; leaf < graph.count; leaf += 1) {
    if (!hasLeaf(set, leaf)) continue
    isIn[leaf] = 1
    area += sums.area[leaf]!
    rim += sums.rim[leaf]!
    box[0] = Math.min(box[0], sums.box[leaf * 4]!)
    box[1] = Math.min(box[1], sums.box[leaf * 4 + 1]!)
    box[2] = Math.max(box[2], sums.box[leaf * 4 + 2]!)
    box[3] = Math.max(box[3], sums.box[leaf * 4 + 3]!)
    for (let w = 0; w < words; w += 1) inside[w] = inside[w]! + sums.histogram[leaf * words + w]!
  }
  const near = new Float64Array(graph.count)
  let outline = 0
  let outlineStrength = 0
  let inner = 0
  let innerStrength = 0
  for (let e = 0; e < touching.a.length; e += 1) {
    const a = touching.a[e]!
    const b = touching.b[e]!
    if (isIn[a] !== isIn[b]) {
      outline += touching.length[e]!
      outlineStrength += touching.strength[e]!
      const out = isIn[a] === 1 ? b : a
      near[out] = near[out]! + touching.length[e]!
    } else if (isIn[a] === 1) {
      inner += touching.length[e]!
      innerStrength += touching.strength[e]!
    }
  }
  const reach = Math.sqrt(area)
  return {
    area,
    borderEdge: outline > 0 ? outlineStrength / outline : 0,
    innerEdge: inner > 0 ? innerStrength / inner : 0,
    contrast: surroundContrast(graph, inside, area, near, reach),
    rim: rim / Math.max(1, rim + outline),
    roundness: Math.min(1, (4 * Math.PI * area) / Math.max(1, (outline * 0.8 + rim) ** 2)),
    box,
  }
}

// Leaves outside count by how much of them can lie within reach of the outline, so a huge neighbour does not drown the rest.
function surroundContrast(graph: RegionGraph, inside: Float64Array, area: number, near: Float64Array, reach: number): number {
  const { sums } = graph
  const { words } = sums
  const outside = new Float64Array(words)
  let outsideArea = 0
  for (let leaf = 0; leaf < graph.count; leaf += 1) {
    if (near[leaf] === 0) continue
    const share = Math.min(1, (near[leaf]! * reach * 0.5) / sums.area[leaf]!)
    outsideArea += sums.area[leaf]! * share
    for (let w = 0; w < words; w += 1) outside[w] = outside[w]! + sums.histogram[leaf * words + w]! * share
  }
  if (outsideArea === 0) return 0
  let sum = 0
  for (let w = 0; w < words; w += 1) {
    const p = inside[w]! / area
    const q = outside[w]! / outsideArea
    if (p + q > 1e-9) sum += ((p - q) * (p - q)) / (p + q)
  }
  return sum / 2
}

/**
 * How much a set with this evidence deserves to be offered; 0 (hardly) to 1. `total` is the picture's area. The evidence
 * counts twice (squared), as few of the many sets are things; tiny sets and those that fill the picture count less.
 */
export function worth(evidence: Evidence, total: number): number {
  const share = evidence.area / total
  const size = Math.min(1, Math.sqrt(share / 0.04)) * (share > 0.3 ? Math.max(0.1, 1.6 - 2 * share) : 1)
  const seen = outlineShare(evidence) * (0.2 + evidence.contrast) * (1 - evidence.rim) * evidence.roundness ** 0.25
  return seen * seen * size
}

// Edge on the outline against edge inside it.
function outlineShare(evidence: Evidence): number {
  return evidence.borderEdge / (evidence.borderEdge + 0.5 * evidence.innerEdge + 0.1)
}

/** Predicted overlap with a true thing, 0..1: contrast along and across the outline against contrast inside. */
export function quality(evidence: Evidence): number {
  return Math.min(1, Math.sqrt(outlineShare(evidence) * (0.25 + 0.75 * evidence.contrast)))
}
