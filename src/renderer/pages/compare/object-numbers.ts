// Which masks of two answers are the same object, as numbers per mask of one frame, from the relations of a comparison.
import type { ObjectRelation } from '#core/compare/compare-types'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import { keyOfObject } from './matcher-messages.ts'

export type RelationIndex = {
  readonly ofA: ReadonlyMap<number, ObjectRelation>
  readonly ofB: ReadonlyMap<number, ObjectRelation>
}

export function indexRelations({ relations }: { readonly relations: readonly ObjectRelation[] }): RelationIndex {
  const [ofA, ofB] = [new Map<number, ObjectRelation>(), new Map<number, ObjectRelation>()]
  for (const relation of relations) {
    for (const key of relation.a) ofA.set(key, relation)
    for (const key of relation.b) ofB.set(key, relation)
  }
  return { ofA, ofB }
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
  for (const side of [numbers.a, numbers.b])
    side.forEach((number, mask) => {
      if (number === 0) side[mask] = next++
    })
  return numbers
}
