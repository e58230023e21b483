// Sets of leaf regions as bits: the form a candidate has until it is drawn.
import type { RegionGraph } from './region-graph.ts'

/** Bit `i & 31` of word `i >> 5` says whether leaf i belongs. */
export type LeafSet = Uint32Array

export function emptyLeafSet(leaves: number): LeafSet {
  return new Uint32Array(Math.ceil(leaves / 32))
}

export function hasLeaf(set: LeafSet, leaf: number): boolean {
  return ((set[leaf >> 5]! >>> (leaf & 31)) & 1) === 1
}

export function addLeaf(set: LeafSet, leaf: number): void {
  set[leaf >> 5] = set[leaf >> 5]! | (1 << (leaf & 31))
}

export function unionOf(one: LeafSet, other: LeafSet): LeafSet {
  return one.map((word, i) => word | other[i]!)
}

export function intersectionOf(one: LeafSet, other: LeafSet): LeafSet {
  return one.map((word, i) => word & other[i]!)
}

/** Pixels in both sets; `area` is the pixel count of each leaf. */
export function sharedArea(one: LeafSet, other: LeafSet, area: Float64Array): number {
  let sum = 0
  for (let w = 0; w < one.length; w += 1) {
    let bits = one[w]! & other[w]!
    while (bits !== 0) {
      const low = bits & -bits
      sum += area[(w << 5) + 31 - Math.clz32(low)]!
      bits ^= low
    }
  }
  return sum
}

/** A text that is equal for equal sets only. */
export function leafSetKey(set: LeafSet): string {
  return String.fromCharCode(...new Uint16Array(set.buffer, set.byteOffset, set.length * 2))
}

/** For each leaf the leaves it touches. */
export function leafNeighbours(graph: RegionGraph): readonly (readonly number[])[] {
  const around: number[][] = Array.from({ length: graph.count }, () => [])
  for (let e = 0; e < graph.touching.a.length; e += 1) {
    around[graph.touching.a[e]!]!.push(graph.touching.b[e]!)
    around[graph.touching.b[e]!]!.push(graph.touching.a[e]!)
  }
  return around
}

/** The set with those parts of its complement added that do not reach the picture's border (its holes). */
export function withoutHoles(set: LeafSet, graph: RegionGraph, around: readonly (readonly number[])[]): LeafSet {
  const outside = emptyLeafSet(graph.count)
  const stack: number[] = []
  const visit = (leaf: number): void => {
    if (hasLeaf(set, leaf) || hasLeaf(outside, leaf)) return
    addLeaf(outside, leaf)
    stack.push(leaf)
  }
  for (let leaf = 0; leaf < graph.count; leaf += 1) if (graph.sums.rim[leaf]! > 0) visit(leaf)
  for (let leaf = stack.pop(); leaf !== undefined; leaf = stack.pop()) for (const other of around[leaf]!) visit(other)
  const filled = emptyLeafSet(graph.count)
  for (let leaf = 0; leaf < graph.count; leaf += 1) if (!hasLeaf(outside, leaf)) addLeaf(filled, leaf)
  return filled
}
