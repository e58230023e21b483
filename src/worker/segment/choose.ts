// From the pool of possible objects to the final list: cuts for the levels, the best of the rest, parents.
import { coverPool, type Weighed } from './cover.ts'
import { growHierarchies } from './hierarchies.ts'
import { type LeafSet, intersectionOf, leafSetKey, sharedArea } from './leaf-set.ts'
import { type MergeTree, cutTree } from './merge-tree.ts'
import { gatherEvidence, worth } from './objectness.ts'
import { areaOf, gatherPool, nodeSets } from './pool.ts'
import type { RegionGraph } from './region-graph.ts'

const POOL_LIMIT = 2500
const SMALLEST_SHARE = 0.0005
const LARGEST_SHARE = 0.9
const CUT_SHARE = 0.4
const INSIDE = 0.95

export type Limits = {
  readonly levels: readonly number[]
  /** In working pixels. */
  readonly minArea: number
  readonly maxPerLevel: number
  readonly maxCandidates: number
}

export type Chosen = Weighed & { readonly level: number; readonly parent: number | undefined }

/** How many regions the picture is cut into at a level (1..6): 4, 7, 11, 18, 30, 49. */
export function regionsAtLevel(level: number): number {
  return Math.round(4 * 1.65 ** (level - 1))
}

/** Candidates of ascending level; `parent` is an index into the list, always smaller than the candidate's own. */
export function chooseSets(graph: RegionGraph, total: number, limits: Limits): readonly Chosen[] {
  const trees = growHierarchies(graph, total)
  const weigh = (set: LeafSet): Weighed => {
    const evidence = gatherEvidence(set, graph)
    return { set, evidence, worth: worth(evidence, total) }
  }
  const cuts = cutLevels(trees[0], limits, weigh)
  const rest = pickRest(graph, trees, total, limits, cuts, weigh)
  const byLevel = limits.levels.map((level, i) => [
    ...cuts.filter((cut) => cut.level === level),
    ...rest.filter((one) => levelOfArea(one.evidence.area, total, limits.levels) === i).map((one) => ({ ...one, level })),
  ])
  return withParents(byLevel, graph, limits, weigh)
}

type Levelled = Weighed & { readonly level: number }

function cutLevels(tree: MergeTree, limits: Limits, weigh: (set: LeafSet) => Weighed): readonly Levelled[] {
  const sets = nodeSets(tree)
  const seen = new Set<number>()
  const found: Levelled[] = []
  for (const level of limits.levels) {
    const fresh: Levelled[] = []
    for (const node of cutTree(tree, regionsAtLevel(level)).roots) {
      if (seen.has(node)) continue
      seen.add(node)
      if (tree.sums.area[node]! >= limits.minArea) fresh.push({ ...weigh(sets[node]!), level })
    }
    found.push(...fresh.sort((p, q) => q.worth - p.worth))
  }
  return found.slice(0, Math.ceil(limits.maxCandidates * CUT_SHARE))
}

function pickRest(
  graph: RegionGraph,
  trees: readonly MergeTree[],
  total: number,
  limits: Limits,
  cuts: readonly Weighed[],
  weigh: (set: LeafSet) => Weighed,
): readonly Weighed[] {
  const sets = gatherPool(graph, trees, Math.max(limits.minArea, total * SMALLEST_SHARE), total * LARGEST_SHARE)
  const known = new Set(cuts.map((cut) => leafSetKey(cut.set)))
  const others = bestOfEachSize(sets.filter((set) => !known.has(leafSetKey(set))).map(weigh), total)
  const pool = [...cuts, ...others]
  const picks = coverPool(pool, [...cuts.keys()], limits.maxCandidates - cuts.length, graph.sums.area)
  return picks.map((i) => pool[i]!)
}

// The worthiest of each octave of area in turn, so that the many small sets and the few large ones do not crowd each other out.
function bestOfEachSize(sets: readonly Weighed[], total: number): readonly Weighed[] {
  const ranked = sets.toSorted((p, q) => q.worth - p.worth)
  const seen = new Map<number, number>()
  const place = ranked.map((one) => {
    const octave = Math.floor(Math.log2(one.evidence.area / total))
    const before = seen.get(octave) ?? 0
    seen.set(octave, before + 1)
    return before
  })
  return Array.from(ranked.keys())
    .sort((i, j) => place[i]! - place[j]! || i - j)
    .slice(0, POOL_LIMIT)
    .map((i) => ranked[i]!)
}

// The level whose regions have, on average, the size nearest to this one (as a ratio).
function levelOfArea(area: number, total: number, levels: readonly number[]): number {
  let best = 0
  const off = (i: number): number => Math.abs(Math.log((area * regionsAtLevel(levels[i]!)) / total))
  for (let i = 1; i < levels.length; i += 1) if (off(i) < off(best)) best = i
  return best
}

function withParents(
  byLevel: readonly (readonly Levelled[])[],
  graph: RegionGraph,
  limits: Limits,
  weigh: (set: LeafSet) => Weighed,
): readonly Chosen[] {
  const chosen: Chosen[] = []
  const keys = new Set<string>()
  for (const offered of byLevel) {
    const coarser = chosen.length
    const kept: Chosen[] = []
    for (const one of offered) {
      if (kept.length >= limits.maxPerLevel) break
      const parent = parentOf(one, chosen, coarser, graph)
      const set = parent === undefined ? one.set : intersectionOf(one.set, chosen[parent]!.set)
      const key = leafSetKey(set)
      if (keys.has(key) || areaOf(set, graph) < limits.minArea) continue
      keys.add(key)
      kept.push({ ...(set.every((word, i) => word === one.set[i]) ? one : weigh(set)), level: one.level, parent })
    }
    chosen.push(...kept)
  }
  return chosen
}

function parentOf(one: Weighed, chosen: readonly Chosen[], coarser: number, graph: RegionGraph): number | undefined {
  let best: number | undefined
  for (let i = 0; i < coarser; i += 1) {
    const other = chosen[i]!
    if (best !== undefined && other.evidence.area >= chosen[best]!.evidence.area) continue
    if (other.evidence.area < one.evidence.area * INSIDE) continue
    if (sharedArea(one.set, other.set, graph.sums.area) >= INSIDE * one.evidence.area) best = i
  }
  return best
}
