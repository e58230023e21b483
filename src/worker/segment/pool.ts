// Everything that might be an object: nodes of the trees, and two or three touching regions of a cut joined.
import { type LeafSet, addLeaf, emptyLeafSet, leafNeighbours, leafSetKey, unionOf, withoutHoles } from './leaf-set.ts'
import { type MergeTree, cutTree } from './merge-tree.ts'
import type { RegionGraph } from './region-graph.ts'

const FINEST_NODE_CUT = 160
const PAIR_CUTS = [8, 12, 18, 27, 40, 60] as const
const TRIPLE_CUTS: readonly number[] = [8, 12, 18, 27]

/** Distinct leaf sets of at least `minArea` and at most `maxArea` working pixels. Holes are offered filled as well. */
export function gatherPool(graph: RegionGraph, trees: readonly MergeTree[], minArea: number, maxArea: number): readonly LeafSet[] {
  const found = new Map<string, LeafSet>()
  const around = leafNeighbours(graph)
  const add = (set: LeafSet, area: number): void => {
    if (area > maxArea) return
    const key = leafSetKey(set)
    if (found.has(key)) return
    if (area >= minArea) found.set(key, set)
    const filled = withoutHoles(set, graph, around)
    const filledKey = leafSetKey(filled)
    if (filledKey === key || found.has(filledKey)) return
    const filledArea = areaOf(filled, graph)
    if (filledArea >= minArea && filledArea <= maxArea) found.set(filledKey, filled)
  }
  for (const tree of trees) {
    const sets = nodeSets(tree)
    const area = tree.sums.area
    const from = Math.max(tree.leaves, tree.nodes - FINEST_NODE_CUT)
    for (const node of cutTree(tree, FINEST_NODE_CUT).roots) add(sets[node]!, area[node]!)
    for (let node = from; node < tree.nodes; node += 1) add(sets[node]!, area[node]!)
    for (const count of PAIR_CUTS) {
      if (count < tree.leaves) joinNeighbours(graph, tree, sets, count, TRIPLE_CUTS.includes(count), add)
    }
  }
  return [...found.values()]
}

/** The leaf set of every node. */
export function nodeSets(tree: MergeTree): readonly LeafSet[] {
  const sets: LeafSet[] = []
  for (let node = 0; node < tree.nodes; node += 1) {
    if (node >= tree.leaves) sets.push(unionOf(sets[tree.left[node]!]!, sets[tree.right[node]!]!))
    else {
      const set = emptyLeafSet(tree.leaves)
      addLeaf(set, node)
      sets.push(set)
    }
  }
  return sets
}

function joinNeighbours(
  graph: RegionGraph,
  tree: MergeTree,
  sets: readonly LeafSet[],
  count: number,
  triples: boolean,
  add: (set: LeafSet, area: number) => void,
): void {
  const { roots, group } = cutTree(tree, count)
  const around = new Map<number, Set<number>>(roots.map((root) => [root, new Set<number>()]))
  for (let e = 0; e < graph.touching.a.length; e += 1) {
    const i = group[graph.touching.a[e]!]!
    const j = group[graph.touching.b[e]!]!
    if (i === j) continue
    around.get(i)!.add(j)
    around.get(j)!.add(i)
  }
  const area = tree.sums.area
  for (const [middle, others] of around) {
    for (const one of others) {
      const pair = unionOf(sets[middle]!, sets[one]!)
      if (middle < one) add(pair, area[middle]! + area[one]!)
      if (!triples) continue
      for (const two of others) if (two > one) add(unionOf(pair, sets[two]!), area[middle]! + area[one]! + area[two]!)
    }
  }
}

/** Working pixels of a set. */
export function areaOf(set: LeafSet, graph: RegionGraph): number {
  let sum = 0
  for (let leaf = 0; leaf < graph.count; leaf += 1) if (((set[leaf >> 5]! >>> (leaf & 31)) & 1) === 1) sum += graph.sums.area[leaf]!
  return sum
}
