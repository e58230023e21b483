// Families of tracks across levels: who was made inside of whom, who has no parent, and how many that are at each level.
import type { Track } from './track.ts'

export type TreeTrack = Pick<Track, 'id' | 'level' | 'parent' | 'orphan'>

/** A root and all that descends from it; families of one are families, too. Ids ascend. */
export type Family = {
  readonly root: number
  readonly members: readonly number[]
  /** Members by level, levels ascending (coarse first). */
  readonly levels: ReadonlyMap<number, readonly number[]>
}

/** A parent that cannot be followed: not among the tracks, or not of a coarser level. Its child counts as a root. */
export type BrokenParent = { readonly child: number; readonly parent: number; readonly reason: 'unknown' | 'notCoarser' }

export type LevelStatistics = {
  readonly level: number
  readonly tracks: number
  /** Tracks with a parent that can be followed. */
  readonly withParent: number
  readonly orphans: number
  /** orphans / tracks, 0..1; 0 where there are no tracks. */
  readonly orphanRate: number
}

export type FamilyTree = {
  /** By root id, ascending. */
  readonly families: readonly Family[]
  /** Only parents that can be followed. */
  readonly parentOf: ReadonlyMap<number, number>
  /** Children by parent, ids ascending; a track without children is absent. */
  readonly childrenOf: ReadonlyMap<number, readonly number[]>
  /** Ids, ascending. */
  readonly orphans: readonly number[]
  readonly broken: readonly BrokenParent[]
  /** Coarse first. */
  readonly levels: readonly LevelStatistics[]
  /** Levels in the deepest chain of parents; 0 without tracks. */
  readonly depth: number
}

/**
 * `parent` is what was recorded when the track was made, through merges as well: a parent candidate that was merged into a track stands for
 * that track. An orphan is finer than the coarsest level and has no parent that can be followed; where the run says itself whether a track
 * without one is an orphan (`orphan`), that counts. Parents are of a coarser level, so there can be no circle.
 */
export function familyTree(tracks: readonly TreeTrack[]): FamilyTree {
  const byId = new Map(tracks.map((track) => [track.id, track]))
  const ordered = [...byId.values()].sort((a, b) => a.level - b.level || a.id - b.id)
  const coarsest = ordered[0]?.level
  const parentOf = new Map<number, number>()
  const childrenOf = new Map<number, number[]>()
  const broken: BrokenParent[] = []
  const orphans: number[] = []
  for (const { id, level, parent, orphan } of ordered) {
    const found = parent === undefined ? undefined : byId.get(parent)
    if (parent !== undefined && found && found.level < level) {
      parentOf.set(id, parent)
      addTo(childrenOf, parent, id)
      continue
    }
    if (parent !== undefined) broken.push({ child: id, parent, reason: found ? 'notCoarser' : 'unknown' })
    if (level !== coarsest && (parent !== undefined || orphan !== false)) orphans.push(id)
  }
  const families = ordered.filter(({ id }) => !parentOf.has(id)).map(({ id }) => familyOf(id, childrenOf, byId))
  return {
    families: families.sort((a, b) => a.root - b.root),
    parentOf,
    childrenOf,
    orphans: orphans.sort((a, b) => a - b),
    broken,
    levels: statisticsOf(ordered, parentOf, new Set(orphans)),
    depth: Math.max(0, ...families.map(({ levels }) => levels.size)),
  }
}

function familyOf(root: number, childrenOf: ReadonlyMap<number, readonly number[]>, byId: ReadonlyMap<number, TreeTrack>): Family {
  const members = [root]
  for (let i = 0; i < members.length; i += 1) members.push(...(childrenOf.get(members[i]!) ?? []))
  members.sort((a, b) => a - b)
  const levels = new Map<number, number[]>()
  for (const id of members) {
    addTo(levels, byId.get(id)!.level, id)
  }
  return { root, members, levels: new Map([...levels].sort(([a], [b]) => a - b)) }
}

function addTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function statisticsOf(
  ordered: readonly TreeTrack[],
  parentOf: ReadonlyMap<number, number>,
  orphans: ReadonlySet<number>,
): LevelStatistics[] {
  return [...new Set(ordered.map(({ level }) => level))].map((level) => {
    const own = ordered.filter((track) => track.level === level)
    const lost = own.filter(({ id }) => orphans.has(id)).length
    return {
      level,
      tracks: own.length,
      withParent: own.filter(({ id }) => parentOf.has(id)).length,
      orphans: lost,
      orphanRate: own.length === 0 ? 0 : lost / own.length,
    }
  })
}
