// Disagreements and objects in words, short enough for a row.
import type { RelationKind } from '#core/compare/compare-types'
import { type Letters, type ReferenceSide, wordOfKind } from '#core/compare/kind-words'
import { idsPerLevel, labelOfId } from '#core/segment/frame-masks'

/** Of a place; objects that match differ in their edges there. */
export function wordOfPlace(kind: RelationKind, letters: Letters, reference: ReferenceSide): string {
  return kind === 'matched' ? 'edge differs' : wordOfKind(kind, letters, reference)
}

/** Annotated objects have the number of the annotation, and no level. */
export function nameOfObject(id: number, isAnnotated: boolean): string {
  return isAnnotated ? `object ${id % idsPerLevel}` : labelOfId(id)
}
