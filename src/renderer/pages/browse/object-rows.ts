// The rows of the object list: tracks of the run, or masks of the frame, as a tree of levels, parents and parts.
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import type { Filterable, MaskFilter } from './filter/mask-filter.ts'

export type ObjectRow =
  | { readonly kind: 'level'; readonly level: number; readonly count: number; readonly isFolded: boolean }
  | { readonly kind: 'object'; readonly one: Filterable; readonly depth: number; readonly parts: number; readonly isFolded: boolean }

/** As if none of them were on the frame. */
export function objectsFromTracks(tracks: readonly Track[]): Filterable[] {
  return tracks.map((track) => ({
    id: track.id,
    label: labelOfId(track.id),
    level: track.level,
    area: track.meanArea,
    score: track.meanScore,
    stability: undefined,
    frames: track.frameCount,
    merged: track.merged,
    parent: track.parent,
    parentLabel: track.parent === undefined ? undefined : labelOfId(track.parent),
    isOrphan: track.orphan ?? false,
    isOnFrame: false,
  }))
}

export function objectsFromMasks(columns: MaskColumns): Filterable[] {
  return Array.from({ length: columns.count }, (_, i) => {
    const [id, parent, score, stability] = [columns.ids[i]!, columns.parents[i] || undefined, columns.scores[i]!, columns.stabilities[i]!]
    return {
      id,
      label: labelOfId(id),
      level: columns.levels[i]!,
      area: columns.areas[i]!,
      score: Number.isNaN(score) ? undefined : score,
      stability: Number.isNaN(stability) ? undefined : stability,
      frames: undefined,
      merged: undefined,
      parent,
      parentLabel: parent === undefined ? undefined : labelOfId(parent),
      isOrphan: false,
      isOnFrame: true,
    }
  })
}

/** The same list when no object came or went; objects that did neither stay the same ones, so that nothing is drawn anew for them. */
export function objectsOnFrame(objects: readonly Filterable[], isOnFrame: (id: number) => boolean): readonly Filterable[] {
  let hasChanged = false
  const next = objects.map((one) => {
    const isHere = isOnFrame(one.id)
    if (one.isOnFrame === isHere) return one
    hasChanged = true
    return { ...one, isOnFrame: isHere }
  })
  return hasChanged ? next : objects
}

/** `folded` holds ids of objects, and levels as negative numbers. A part whose parent is not shown stands at the root of its own level. */
export function rowsOfObjects(
  objects: readonly Filterable[],
  levels: readonly number[],
  filter: MaskFilter,
  folded: ReadonlySet<number>,
): ObjectRow[] {
  const shown = objects.filter((one) => levels.includes(one.level) && filter.passes(one))
  const known = new Set(shown.map((one) => one.id))
  const partsOf = new Map<number, Filterable[]>()
  const roots = new Map<number, Filterable[]>()
  for (const one of shown) {
    const isPart = one.parent !== undefined && known.has(one.parent)
    const group = isPart ? partsOf : roots
    const key = isPart ? one.parent! : one.level
    const list = group.get(key)
    if (list) list.push(one)
    else group.set(key, [one])
  }
  const rows: ObjectRow[] = []
  const add = (one: Filterable, depth: number) => {
    const parts = partsOf.get(one.id) ?? []
    const isFolded = folded.has(one.id)
    rows.push({ kind: 'object', one, depth, parts: parts.length, isFolded })
    if (!isFolded) for (const part of parts) add(part, depth + 1)
  }
  for (const level of [...roots.keys()].sort((a, b) => a - b)) {
    const isFolded = folded.has(-level)
    const list = roots.get(level) ?? []
    rows.push({ kind: 'level', level, count: list.length, isFolded })
    if (!isFolded) for (const one of list) add(one, 1)
  }
  return rows
}
