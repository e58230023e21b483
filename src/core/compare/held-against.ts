// An answer held against a reference that knows no levels: each object of the reference counts once, where the answer meets it best.
import type { ComparisonResult, DisagreementPlace, FrameDisagreement, ObjectRelation, RelationKind } from './compare-types.ts'
import { disagreementShare, type Shares } from './disagreement.ts'

/**
 * Relations, frames and places of one level or several, each matched by itself with the whole reference, whose ids are the same at each.
 * Relations that have an object of the reference need their frames.
 */
export type LevelsMatched = Pick<ComparisonResult, 'relations' | 'frames' | 'worst'>

export type HeldAgainst<P extends DisagreementPlace = DisagreementPlace> = Shares & {
  /** Each object of the reference in one, and each object of the answer that no reference has. */
  readonly relations: ObjectRelation[]
  /** What else has objects of the reference, at levels where the answer meets them less well. */
  readonly elsewhere: ObjectRelation[]
  readonly counts: Record<RelationKind, number>
  /** Of the reference. */
  readonly objects: number
  /** Mean over matched relations; undefined without any. */
  readonly meanIou: number | undefined
  /** 0..1, of what is annotated and of what was matched to it; what nobody annotated cannot be judged and does not count. */
  readonly share: number
  readonly frames: FrameDisagreement[]
  /** Worst first, what nobody annotated last. */
  readonly worst: P[]
}

/**
 * `reference`: which side it is. `levels`: how many were matched. `eachFrame`: ids mean nothing beyond their frame (matching `eachFrame`).
 * Matched is better than in parts, and that better than not found; of two levels alike in that the greater overlap is better. Objects that
 * the answer merged with others count as merged only where no level does better by them.
 */
export function heldAgainst<P extends DisagreementPlace>(
  found: Omit<LevelsMatched, 'worst'> & { readonly worst: readonly P[] },
  reference: 'a' | 'b',
  levels: number,
  eachFrame: boolean,
): HeldAgainst<P> {
  const answer = reference === 'a' ? 'b' : 'a'
  const frameOf = (relation: ObjectRelation) => (eachFrame ? relation.frames[0]?.frameIndex : undefined)
  const best = new Map<string, ObjectRelation>()
  for (const relation of found.relations)
    for (const id of relation[reference]) {
      const key = keyOf(frameOf(relation), id)
      const before = best.get(key)
      if (before === undefined || isBetter(relation, before)) best.set(key, relation)
    }
  const relations: ObjectRelation[] = []
  const elsewhere: ObjectRelation[] = []
  const counted = new Set<string>()
  const placeKeys = (relation: ObjectRelation, side: 'a' | 'b', frameIndex: number | undefined) =>
    relation[side].map((id) => `${side} ${relation.level} ${keyOf(frameIndex, id)}`)
  for (const relation of found.relations) {
    const frameIndex = frameOf(relation)
    const own = relation[reference].filter((id) => best.get(keyOf(frameIndex, id)) === relation)
    if (own.length === 0 && relation[reference].length > 0) {
      elsewhere.push(relation)
      continue
    }
    relations.push(own.length === relation[reference].length ? relation : { ...relation, [reference]: own })
    for (const side of ['a', 'b'] as const) for (const key of placeKeys(relation, side, frameIndex)) counted.add(key)
  }
  const annotated = relations.filter((relation) => relation[reference].length > 0)
  const counts = { matched: 0, split: 0, merged: 0, onlyA: 0, onlyB: 0 }
  let overlap = 0
  for (const { kind, iou } of relations) {
    counts[kind] += 1
    if (kind === 'matched') overlap += iou
  }
  const frames = framesOf(found.frames, annotated, reference, levels)
  const sums = frames.reduce((all, one) => added(all, one), nothing)
  const isCounted = (place: P) => {
    const frameIndex = eachFrame ? place.frameIndex : undefined
    const ids = [['a', place.objectA] as const, ['b', place.objectB] as const]
    return ids.some(([side, id]) => id !== undefined && counted.has(`${side} ${place.level} ${keyOf(frameIndex, id)}`))
  }
  const isExtra = ({ kind }: DisagreementPlace) => kind === (answer === 'a' ? 'onlyA' : 'onlyB')
  const worst = found.worst.filter(isCounted)
  return {
    relations,
    elsewhere,
    counts,
    objects: best.size,
    meanIou: counts.matched === 0 ? undefined : overlap / counts.matched,
    ...sums,
    share: disagreementShare(sums),
    frames,
    worst: [...worst.filter((place) => !isExtra(place)), ...worst.filter(isExtra)],
  }
}

const nothing: Shares = { sharedPixels: 0, unionPixels: 0 }

function added(one: Shares, { sharedPixels, unionPixels }: Shares): Shares {
  return { sharedPixels: one.sharedPixels + sharedPixels, unionPixels: one.unionPixels + unionPixels }
}

function keyOf(frameIndex: number | undefined, id: number): string {
  return frameIndex === undefined ? String(id) : `${frameIndex}/${id}`
}

const ranks: Readonly<Record<RelationKind, number>> = { matched: 0, split: 1, merged: 1, onlyA: 2, onlyB: 2 }

function isBetter(one: ObjectRelation, other: ObjectRelation): boolean {
  return ranks[one.kind] - ranks[other.kind] < 0 || (ranks[one.kind] === ranks[other.kind] && one.iou > other.iou)
}

/** The reference was fed once for each level: its masks are counted as often. */
function framesOf(
  fed: readonly FrameDisagreement[],
  annotated: readonly ObjectRelation[],
  reference: 'a' | 'b',
  levels: number,
): FrameDisagreement[] {
  const sums = new Map<number, Shares>()
  for (const { frames } of annotated)
    for (const { frameIndex, sharedPixels, areaPixels } of frames)
      sums.set(frameIndex, added(sums.get(frameIndex) ?? nothing, { sharedPixels, unionPixels: sharedPixels + areaPixels }))
  return fed.map(({ frameIndex, masksA, masksB }) => {
    const shares = sums.get(frameIndex) ?? nothing
    const masks = reference === 'a' ? { masksA: masksA / levels, masksB } : { masksA, masksB: masksB / levels }
    return { frameIndex, ...masks, ...shares, share: disagreementShare(shares) }
  })
}
