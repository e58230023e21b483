// Which objects of two answers are the same, which are parts of one another, and which stand alone: decided once, from sums over frames.
import { bestAssignment } from '../metric/matching.ts'
import type { ComparisonSettings, RelationKind } from './compare-types.ts'
import type { PairSums } from './pair-sums.ts'

export type MatchThresholds = Pick<ComparisonSettings, 'matchIou' | 'partShare' | 'leastPart'>

/** As ObjectRelation, in slots. The main counterpart comes first on the side that has several. */
export type SlotRelation = {
  readonly kind: RelationKind
  readonly level: number
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** A relation that wants its objects; the greater score gets them. */
type Claim = SlotRelation & { readonly score: number }

/**
 * Every slot of both sides in exactly one relation.
 *
 * - A pair may match from `matchIou` on (sum of intersections by sum of unions, over frames). Pairs are the one-to-one assignment of
 *   greatest total overlap (bestAssignment), worked out for each cluster of pairs that may match.
 * - A whole is split (or merged, seen from the other side) into at least two parts when each part has `partShare` of its pixels in it and
 *   `leastPart` of its pixels, and together they hold `partShare` of it.
 * - Where both claim an object, the greater mean of both shares wins: pixels shared by pixels of A, and by pixels of B. What then is free
 *   is assigned again.
 *
 * Source: Hoover et al. 1996, "An experimental comparison of range image segmentation algorithms" (the same five classes and the same rule
 * where they compete; one tolerance there stands for `partShare`, and `matchIou` takes the place of mutual overlap for single pairs).
 */
export function matchObjects(sums: PairSums, thresholds: MatchThresholds): SlotRelation[] {
  const everyone = () => true
  const claims: Claim[] = [
    ...bestPairs(sums, thresholds.matchIou, everyone, everyone),
    ...wholesWithParts(sums, thresholds, 'split'),
    ...wholesWithParts(sums, thresholds, 'merged'),
  ].sort((one, other) => other.score - one.score || one.a[0]! - other.a[0]! || one.b[0]! - other.b[0]!)
  const taken = { a: new Set<number>(), b: new Set<number>() }
  const groups: SlotRelation[] = []
  const grouped = { a: new Set<number>(), b: new Set<number>() }
  for (const { score: _, ...claim } of claims) {
    if (claim.a.some((slot) => taken.a.has(slot)) || claim.b.some((slot) => taken.b.has(slot))) continue
    addAll(taken, claim)
    if (claim.kind === 'matched') continue
    groups.push(claim)
    addAll(grouped, claim)
  }
  const pairs = bestPairs(
    sums,
    thresholds.matchIou,
    (slot) => !grouped.a.has(slot),
    (slot) => !grouped.b.has(slot),
  ).map(({ score: _, ...pair }) => pair)
  const known = { a: new Set(grouped.a), b: new Set(grouped.b) }
  for (const pair of pairs) addAll(known, pair)
  return [...pairs, ...groups, ...alone(sums.a.levels, known.a, 'onlyA'), ...alone(sums.b.levels, known.b, 'onlyB')]
}

function addAll(sets: { readonly a: Set<number>; readonly b: Set<number> }, { a, b }: SlotRelation): void {
  for (const slot of a) sets.a.add(slot)
  for (const slot of b) sets.b.add(slot)
}

function alone(levels: readonly number[], known: ReadonlySet<number>, kind: 'onlyA' | 'onlyB'): SlotRelation[] {
  return levels.flatMap((level, slot) => {
    if (known.has(slot)) return []
    return [kind === 'onlyA' ? { kind, level, a: [slot], b: [] } : { kind, level, a: [], b: [slot] }]
  })
}

type Edge = { readonly a: number; readonly b: number; readonly shared: number; readonly iou: number }

function bestPairs(sums: PairSums, matchIou: number, freeA: (slot: number) => boolean, freeB: (slot: number) => boolean): Claim[] {
  const edges: Edge[] = []
  for (const [a, row] of sums.shared) {
    if (!freeA(a)) continue
    for (const [b, shared] of row) {
      const iou = shared / (sums.a.areas[a]! + sums.b.areas[b]! - shared)
      if (iou >= matchIou && freeB(b)) edges.push({ a, b, shared, iou })
    }
  }
  return clustersOf(edges)
    .flatMap(assigned)
    .map(({ a, b, shared }) => ({
      kind: 'matched',
      level: sums.a.levels[a]!,
      a: [a],
      b: [b],
      score: (shared / sums.a.areas[a]! + shared / sums.b.areas[b]!) / 2,
    }))
}

/** An assignment costs the cube of its objects; objects that no chain of edges joins do not touch each other's. */
function clustersOf(edges: readonly Edge[]): Edge[][] {
  const byA = new Map<number, Edge[]>()
  const byB = new Map<number, Edge[]>()
  for (const edge of edges) {
    byA.set(edge.a, [...(byA.get(edge.a) ?? []), edge])
    byB.set(edge.b, [...(byB.get(edge.b) ?? []), edge])
  }
  const seen = new Set<Edge>()
  return edges.flatMap((start) => {
    if (seen.has(start)) return []
    seen.add(start)
    const cluster = [start]
    // The list grows while it is walked.
    for (const { a, b } of cluster)
      for (const next of [...byA.get(a)!, ...byB.get(b)!]) {
        if (seen.has(next)) continue
        seen.add(next)
        cluster.push(next)
      }
    return [cluster]
  })
}

function assigned(cluster: readonly Edge[]): readonly Edge[] {
  if (cluster.length === 1) return cluster
  const rows = [...new Set(cluster.map(({ a }) => a))]
  const columns = [...new Set(cluster.map(({ b }) => b))]
  const values = new Float64Array(rows.length * columns.length)
  const edgeAt = new Map<number, Edge>()
  for (const edge of cluster) {
    const place = rows.indexOf(edge.a) * columns.length + columns.indexOf(edge.b)
    values[place] = edge.iou
    edgeAt.set(place, edge)
  }
  // Pairs of score 0 only fill up the assignment: they are no edges.
  return bestAssignment({ rows: rows.length, columns: columns.length, values }).flatMap(
    ({ row, column }) => edgeAt.get(row * columns.length + column) ?? [],
  )
}

/** Parts that lie side by side cannot hold more than the whole; a mask within another part is no part of its own. */
const overfull = 1.02

function wholesWithParts(sums: PairSums, { partShare, leastPart }: MatchThresholds, kind: 'split' | 'merged'): Claim[] {
  const [wholes, others] = kind === 'split' ? [sums.a, sums.b] : [sums.b, sums.a]
  const table = kind === 'split' ? sums.shared : turned(sums.shared)
  const claims: Claim[] = []
  for (const [whole, row] of table) {
    const wholeArea = wholes.areas[whole]!
    const parts: number[] = []
    let shared = 0
    let partsArea = 0
    for (const [part, pixels] of [...row].sort((one, other) => other[1] - one[1] || one[0] - other[0])) {
      const area = others.areas[part]!
      if (pixels < partShare * area || pixels < leastPart * wholeArea || shared + pixels > overfull * wholeArea) continue
      parts.push(part)
      shared += pixels
      partsArea += area
    }
    if (parts.length < 2 || shared < partShare * wholeArea) continue
    const score = (Math.min(1, shared / wholeArea) + shared / partsArea) / 2
    const level = wholes.levels[whole]!
    claims.push(kind === 'split' ? { kind, level, a: [whole], b: parts, score } : { kind, level, a: parts, b: [whole], score })
  }
  return claims
}

function turned(table: PairSums['shared']): Map<number, Map<number, number>> {
  const columns = new Map<number, Map<number, number>>()
  for (const [a, row] of table)
    for (const [b, shared] of row) {
      const column = columns.get(b) ?? new Map<number, number>()
      columns.set(b, column)
      column.set(a, shared)
    }
  return columns
}
