// Several merge trees over the same leaves, each with its own idea of what belongs together.
import { type MergeCost, type MergeTree, growTree } from './merge-tree.ts'
import { type RegionGraph, type RegionSums, colourDistance, histogramDistance } from './region-graph.ts'

/** Border strength, with small regions first: the cost the leaves themselves are made by. */
export const byEdge: MergeCost = (sums, a, b, _length, strength) => strength * smaller(sums, a, b) ** 0.25

// Loss of a piecewise constant model for each unit of border given up (the functional of Mumford and Shah, merged as in
// Koepfler, Lopez and Morel 1994), with histograms in place of the mean colour: the steadiest cost for textured things.
const byModel: MergeCost = (sums, a, b, length) => {
  const p = sums.area[a]!
  const q = sums.area[b]!
  return (((p * q) / (p + q)) * histogramDistance(sums, a, sums, b)) / length
}

const byColourModel: MergeCost = (sums, a, b, length) => {
  const p = sums.area[a]!
  const q = sums.area[b]!
  return (((p * q) / (p + q)) * colourDistance(sums, a, b) ** 2) / length
}

const byHistogram: MergeCost = (sums, a, b) => histogramDistance(sums, a, sums, b) * Math.sqrt(smaller(sums, a, b))

const byBoth: MergeCost = (sums, a, b, _length, strength) =>
  (strength + 0.02) * (histogramDistance(sums, a, sums, b) + 0.05) * Math.sqrt(smaller(sums, a, b))

function smaller(sums: RegionSums, a: number, b: number): number {
  return Math.min(sums.area[a]!, sums.area[b]!)
}

// Share of the picture the two take, and the share of their common box they leave open (Selective Search, Uijlings et al. 2013).
function sizeAndFill(sums: RegionSums, a: number, b: number, total: number): number {
  const { box } = sums
  const wide = Math.max(box[a * 4 + 2]!, box[b * 4 + 2]!) - Math.min(box[a * 4]!, box[b * 4]!) + 1
  const high = Math.max(box[a * 4 + 3]!, box[b * 4 + 3]!) - Math.min(box[a * 4 + 1]!, box[b * 4 + 1]!) + 1
  return (wide * high) / total
}

/** The trees, the steadiest first; that one also gives the levels. `total` is the number of pixels of the picture. */
export function growHierarchies(graph: RegionGraph, total: number): readonly [MergeTree, ...MergeTree[]] {
  const bySearch: MergeCost = (sums, a, b) => histogramDistance(sums, a, sums, b) + sizeAndFill(sums, a, b, total)
  const byEdgeSearch: MergeCost = (sums, a, b, _length, strength) => strength + sizeAndFill(sums, a, b, total)
  const grow = (cost: MergeCost): MergeTree => growTree(graph, cost)
  return [grow(byModel), grow(byBoth), grow(bySearch), grow(byHistogram), grow(byEdge), grow(byColourModel), grow(byEdgeSearch)]
}
