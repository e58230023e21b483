// Merging touching regions, cheapest pair first, into a binary tree.
import { type RegionGraph, type RegionSums, addSums, emptySums } from './region-graph.ts'

/** What merging two touching regions costs; lower merges earlier. `strength` is the mean edge strength between them. */
export type MergeCost = (sums: RegionSums, a: number, b: number, length: number, strength: number) => number

/**
 * Nodes 0..leaves-1 are the regions; each later node joins two earlier ones (`left`, `right`; -1 for a leaf).
 * `height` never falls from child to parent. `parent` is -1 for the root. `sums` holds the sums of every node.
 */
export type MergeTree = {
  readonly leaves: number
  readonly nodes: number
  readonly left: Int32Array
  readonly right: Int32Array
  readonly parent: Int32Array
  readonly height: Float64Array
  readonly sums: RegionSums
}

/** Merges until one region (or, when `stopAt` is given, that many) is left. The graph must be connected for one root. */
export function growTree(graph: RegionGraph, cost: MergeCost, stopAt = 1): MergeTree {
  const capacity = Math.max(1, 2 * graph.count - 1)
  const tree = {
    leaves: graph.count,
    left: new Int32Array(capacity).fill(-1),
    right: new Int32Array(capacity).fill(-1),
    parent: new Int32Array(capacity).fill(-1),
    height: new Float64Array(capacity),
    sums: emptySums(capacity, graph.sums.words),
  }
  for (let i = 0; i < graph.count; i += 1) addSums(tree.sums, i, graph.sums, i)
  const sides = openSides(graph, tree.sums, cost)
  let nodes = graph.count
  let left = graph.count
  while (left > stopAt) {
    const side = sides.heap.pop()
    if (side === undefined) break
    const a = sides.a[side]!
    const b = sides.b[side]!
    if (tree.parent[a] !== -1 || tree.parent[b] !== -1) continue
    const c = nodes
    nodes += 1
    left -= 1
    tree.left[c] = a
    tree.right[c] = b
    tree.parent[a] = c
    tree.parent[b] = c
    tree.height[c] = Math.max(tree.height[a]!, tree.height[b]!, sides.cost[side]!)
    addSums(tree.sums, c, tree.sums, a)
    addSums(tree.sums, c, tree.sums, b)
    joinSides(sides, tree.sums, cost, a, b, c)
  }
  return { ...tree, nodes }
}

type Sides = {
  readonly a: number[]
  readonly b: number[]
  readonly length: number[]
  readonly strength: number[]
  readonly cost: number[]
  readonly around: Map<number, number>[]
  readonly heap: Heap
}

function openSides(graph: RegionGraph, sums: RegionSums, cost: MergeCost): Sides {
  const price: number[] = []
  const around = Array.from({ length: graph.count }, () => new Map<number, number>())
  const sides: Sides = { a: [], b: [], length: [], strength: [], cost: price, around, heap: makeHeap(price) }
  const { touching } = graph
  for (let e = 0; e < touching.a.length; e += 1) {
    addSide(sides, sums, cost, touching.a[e]!, touching.b[e]!, touching.length[e]!, touching.strength[e]!)
  }
  return sides
}

function addSide(sides: Sides, sums: RegionSums, cost: MergeCost, a: number, b: number, length: number, strength: number): void {
  const side = sides.a.length
  sides.a.push(a)
  sides.b.push(b)
  sides.length.push(length)
  sides.strength.push(strength)
  sides.cost.push(cost(sums, a, b, length, strength / length))
  sides.around[a]!.set(b, side)
  sides.around[b]!.set(a, side)
  sides.heap.push(side)
}

function joinSides(sides: Sides, sums: RegionSums, cost: MergeCost, a: number, b: number, c: number): void {
  const joined = new Map<number, { length: number; strength: number }>()
  for (const from of [a, b]) {
    for (const [other, side] of sides.around[from]!) {
      if (other === a || other === b) continue
      const sum = joined.get(other) ?? { length: 0, strength: 0 }
      sum.length += sides.length[side]!
      sum.strength += sides.strength[side]!
      joined.set(other, sum)
      sides.around[other]!.delete(from)
    }
    sides.around[from]!.clear()
  }
  sides.around[c] = new Map()
  for (const [other, sum] of joined) addSide(sides, sums, cost, other, c, sum.length, sum.strength)
}

type Heap = { readonly push: (item: number) => void; readonly pop: () => number | undefined }

// Binary heap of indices into `price`; equal prices leave in the order of their index, so runs repeat exactly.
function makeHeap(price: readonly number[]): Heap {
  const items: number[] = []
  const before = (i: number, j: number): boolean => price[i]! < price[j]! || (price[i] === price[j] && i < j)
  return {
    push: (item) => {
      let at = items.length
      items.push(item)
      while (at > 0) {
        const up = (at - 1) >> 1
        if (!before(item, items[up]!)) break
        items[at] = items[up]!
        at = up
      }
      items[at] = item
    },
    pop: () => {
      const top = items[0]
      const last = items.pop()
      if (last === undefined || items.length === 0) return top
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= items.length) break
        if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child += 1
        if (!before(items[child]!, last)) break
        items[at] = items[child]!
        at = child
      }
      items[at] = last
      return top
    },
  }
}

/** The nodes left when only `count` regions remain, and the node of each leaf. Nodes are in the order of their number. */
export function cutTree(tree: MergeTree, count: number): { readonly roots: readonly number[]; readonly group: Int32Array } {
  const undone = Math.max(0, Math.min(count, tree.leaves) - (2 * tree.leaves - tree.nodes))
  const limit = tree.nodes - undone
  const root = new Int32Array(limit)
  const roots: number[] = []
  for (let node = limit - 1; node >= 0; node -= 1) {
    const up = tree.parent[node]!
    if (up === -1 || up >= limit) {
      root[node] = node
      roots.push(node)
    } else root[node] = root[up]!
  }
  return { roots: roots.reverse(), group: root.slice(0, tree.leaves) }
}
