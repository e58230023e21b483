// The comparison of the levels that are shown, out of one per level: places, frames and counts together.
import type { ObjectRelation, RelationKind } from '#core/compare/compare-types'
import { heldAgainst } from '#core/compare/held-against'
import type { ReferenceSide } from '#core/compare/kind-words'
import { idOfKey, type LevelResult, type LevelResults } from './matcher-messages.ts'
import type { ObjectPlace } from './object-places.ts'

/** Ids as the run has them; areas in pixels of the frame. */
export type Place = ObjectPlace
export type FrameShare = { readonly frameIndex: number; readonly share: number; readonly masksA: number; readonly masksB: number }
export type MergedComparison = {
  /** Worst first. */
  readonly places: readonly Place[]
  readonly frames: ReadonlyMap<number, FrameShare>
  readonly counts: Readonly<Record<RelationKind, number>>
  readonly objectsA: number
  readonly objectsB: number
  /** Mean overlap of matched objects; undefined without any. */
  readonly meanIou: number | undefined
  /** 0..1 over all frames. */
  readonly share: number
  /** Ids as the thread gave them. */
  readonly relations: readonly ObjectRelation[]
  /** Relations of objects of a reference at levels where they are met less well. */
  readonly elsewhere: readonly ObjectRelation[]
}

/**
 * `framePixels`: width times height of a frame. Levels without a result are left out. A reference knows no levels: each of its objects
 * counts once, at the level where the answer meets it best.
 */
export function mergeLevels(
  results: LevelResults,
  levels: readonly number[],
  framePixels: number,
  reference?: ReferenceSide,
): MergedComparison {
  const shown = levels.flatMap((level) => results.get(level) ?? [])
  return reference === undefined ? summed(shown, framePixels) : held(shown, framePixels, reference)
}

function held(shown: readonly LevelResult[], framePixels: number, reference: 'a' | 'b'): MergedComparison {
  const rows = shown.flatMap((one) => one.levels)
  const sums = framesOf(shown)
  const found = heldAgainst(
    {
      relations: shown.flatMap((one) => one.relations),
      frames: [...sums.values()].map((one) => ({ ...one, sharedPixels: 0, unionPixels: 0 })),
      // Keys, as in the relations; they become ids when all are chosen.
      worst: shown.flatMap((one) => one.worst.map((place) => inFrame(place, one, framePixels))).sort(byWorst),
    },
    reference,
    shown.length,
    false,
  )
  const { relations, elsewhere, counts, objects, meanIou, share, frames, worst } = found
  return {
    places: worst.map(withIds),
    frames: new Map(frames.map(({ frameIndex, share: own, masksA, masksB }) => [frameIndex, { frameIndex, share: own, masksA, masksB }])),
    counts,
    objectsA: reference === 'a' ? objects : rows.reduce((sum, row) => sum + row.objectsA, 0),
    objectsB: reference === 'b' ? objects : rows.reduce((sum, row) => sum + row.objectsB, 0),
    meanIou,
    share,
    relations,
    elsewhere,
  }
}

function summed(shown: readonly LevelResult[], framePixels: number): MergedComparison {
  const rows = shown.flatMap((one) => one.levels)
  const matched = rows.reduce((sum, row) => sum + (row.counts.matched ?? 0), 0)
  const iouSum = rows.reduce((sum, row) => sum + (row.meanIou ?? 0) * (row.counts.matched ?? 0), 0)
  const count = (kind: RelationKind) => rows.reduce((sum, row) => sum + (row.counts[kind] ?? 0), 0)
  return {
    places: shown.flatMap((one) => one.worst.map((place) => withIds(inFrame(place, one, framePixels)))).sort(byWorst),
    frames: framesOf(shown),
    counts: { matched, split: count('split'), merged: count('merged'), onlyA: count('onlyA'), onlyB: count('onlyB') },
    objectsA: rows.reduce((sum, row) => sum + row.objectsA, 0),
    objectsB: rows.reduce((sum, row) => sum + row.objectsB, 0),
    meanIou: matched > 0 ? iouSum / matched : undefined,
    share: shareOf(
      rows.reduce((sum, row) => sum + row.sharedPixels, 0),
      rows.reduce((sum, row) => sum + row.unionPixels, 0),
    ),
    relations: shown.flatMap((one) => one.relations),
    elsewhere: [],
  }
}

/** Areas in pixels of the frame. */
function inFrame(place: Place, { size }: LevelResult, framePixels: number): Place {
  const scale = size ? framePixels / (size[0] * size[1]) : 1
  return { ...place, areaPixels: Math.round(place.areaPixels * scale) }
}

/** Ids as the run has them. */
function withIds(place: Place): Place {
  return {
    ...place,
    ...(place.objectA === undefined ? {} : { objectA: idOfKey(place.objectA) }),
    ...(place.objectB === undefined ? {} : { objectB: idOfKey(place.objectB) }),
  }
}

function byWorst(one: Place, other: Place): number {
  return other.areaPixels - one.areaPixels || one.iou - other.iou || one.frameIndex - other.frameIndex || one.level - other.level
}

function framesOf(shown: readonly LevelResult[]): ReadonlyMap<number, FrameShare> {
  const sums = new Map<number, { shared: number; union: number; masksA: number; masksB: number }>()
  for (const { frames } of shown)
    for (const { frameIndex, sharedPixels, unionPixels, masksA, masksB } of frames) {
      const before = sums.get(frameIndex) ?? { shared: 0, union: 0, masksA: 0, masksB: 0 }
      sums.set(frameIndex, {
        shared: before.shared + sharedPixels,
        union: before.union + unionPixels,
        masksA: before.masksA + masksA,
        masksB: before.masksB + masksB,
      })
    }
  return new Map(
    [...sums].map(([frameIndex, { shared, union, masksA, masksB }]) => [
      frameIndex,
      { frameIndex, share: shareOf(shared, union), masksA, masksB },
    ]),
  )
}

const shareOf = (shared: number, union: number) => (union === 0 ? 0 : 1 - shared / union)
