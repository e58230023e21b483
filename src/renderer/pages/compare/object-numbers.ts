// Which masks of two answers are the same object, as numbers per mask of one frame, from the relations of a comparison.
import type { ObjectRelation } from '#core/compare/compare-types'
import type { ReferenceSide } from '#core/compare/kind-words'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import { keyOfObject } from './matcher-messages.ts'

export type RelationIndex = {
  readonly ofA: ReadonlyMap<number, ObjectRelation>
  readonly ofB: ReadonlyMap<number, ObjectRelation>
  /** Objects of an answer that are, at their level, an object of the reference (or a part of it) that is held against another level. */
  readonly elsewhere: { readonly of: 'a' | 'b'; readonly is: ReadonlyMap<number, number> } | undefined
}

type Related = { readonly relations: readonly ObjectRelation[]; readonly elsewhere?: readonly ObjectRelation[] }

/** `reference`: which side knows no levels; `elsewhere` are its relations at levels where it is met less well. */
export function indexRelations({ relations, elsewhere = [] }: Related, reference?: ReferenceSide): RelationIndex {
  const [ofA, ofB] = [new Map<number, ObjectRelation>(), new Map<number, ObjectRelation>()]
  for (const relation of relations) {
    for (const key of relation.a) ofA.set(key, relation)
    for (const key of relation.b) ofB.set(key, relation)
  }
  if (reference === undefined) return { ofA, ofB, elsewhere: undefined }
  const is = new Map<number, number>()
  const of = reference === 'a' ? 'b' : 'a'
  for (const relation of elsewhere) {
    const [one, ...others] = relation[reference]
    // A mask that covers several annotated objects is none of them.
    if (one !== undefined && others.length === 0) for (const key of relation[of]) is.set(key, one)
  }
  return { ofA, ofB, elsewhere: { of, is } }
}

export type ObjectNumbers = { readonly a: Uint32Array; readonly b: Uint32Array }

/**
 * One number per mask; the same number on both sides means the same object, and every mask without a counterpart has a number of its own.
 * Of several parts only the largest on this frame stands for the whole: what the others cover is a difference.
 */
export function objectNumbers(a: MaskColumns, b: MaskColumns, index: RelationIndex, frameIndex: number, areTracks: boolean): ObjectNumbers {
  const key = (columns: MaskColumns, mask: number) => keyOfObject(columns.ids[mask]!, frameIndex, areTracks)
  const largestOf = (columns: MaskColumns, ofSide: RelationIndex['ofA']) => {
    const largest = new Map<ObjectRelation, number>()
    for (let mask = 0; mask < columns.count; mask += 1) {
      const relation = ofSide.get(key(columns, mask))
      if (!relation) continue
      const before = largest.get(relation)
      if (before === undefined || columns.areas[mask]! > columns.areas[before]!) largest.set(relation, mask)
    }
    return largest
  }
  const [largestA, largestB] = [largestOf(a, index.ofA), largestOf(b, index.ofB)]
  const numbers: ObjectNumbers = { a: new Uint32Array(a.count), b: new Uint32Array(b.count) }
  let next = 1
  for (const [relation, mask] of largestA) {
    const other = largestB.get(relation)
    if (other === undefined) continue
    numbers.a[mask] = next
    numbers.b[other] = next
    next += 1
  }
  if (index.elsewhere) {
    const { of, is } = index.elsewhere
    const keysOf = (columns: MaskColumns) => Array.from(columns.ids, (_, mask) => key(columns, mask))
    const [own, other] = of === 'a' ? [a, b] : [b, a]
    const masks = new Map(keysOf(other).map((one, mask) => [one, mask]))
    const [to, from] = of === 'a' ? [numbers.a, numbers.b] : [numbers.b, numbers.a]
    for (const [mask, one] of keysOf(own).entries()) {
      const same = masks.get(is.get(one) ?? -1)
      if (to[mask] === 0 && same !== undefined) to[mask] = from[same]!
    }
  }
  for (const side of [numbers.a, numbers.b])
    side.forEach((number, mask) => {
      if (number === 0) side[mask] = next++
    })
  return numbers
}
