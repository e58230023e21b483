// The kinds of relations in words: of two answers by their letters, against a reference as what the answer does to it.
import type { RelationKind } from './compare-types.ts'

/** Which of two is the reference; undefined where both are answers, or both are annotated. */
export type ReferenceSide = 'a' | 'b' | undefined
/** What the two are called, A first. */
export type Letters = readonly [string, string]

/** Exactly one of the two is annotated, or none counts as the reference. */
export function referenceSideOf(isAnnotated: readonly [boolean, boolean]): ReferenceSide {
  if (isAnnotated[0] === isAnnotated[1]) return undefined
  return isAnnotated[0] ? 'a' : 'b'
}

/** What the answer does to the reference. With the reference as B a split of A is, seen from the reference, objects that A merged. */
type Deed = 'matched' | 'split' | 'merged' | 'missing' | 'extra'
const ofReferenceA: Readonly<Record<RelationKind, Deed>> = {
  matched: 'matched',
  split: 'split',
  merged: 'merged',
  onlyA: 'missing',
  onlyB: 'extra',
}
const ofReferenceB: Readonly<Record<RelationKind, Deed>> = {
  matched: 'matched',
  split: 'merged',
  merged: 'split',
  onlyA: 'extra',
  onlyB: 'missing',
}
const deedOf = (kind: RelationKind, reference: 'a' | 'b') => (reference === 'a' ? ofReferenceA : ofReferenceB)[kind]

/** In the order in which they are told: matched, split, merged, then what only one side has; against a reference what is missing first. */
export function kindsInOrder(reference: ReferenceSide): readonly RelationKind[] {
  if (reference === 'b') return ['matched', 'merged', 'split', 'onlyB', 'onlyA']
  return ['matched', 'split', 'merged', 'onlyA', 'onlyB']
}

/** The kind that says that the answer has an object nobody annotated; undefined without a reference. */
export function extraKindOf(reference: ReferenceSide): RelationKind | undefined {
  return reference === undefined ? undefined : reference === 'a' ? 'onlyB' : 'onlyA'
}

/** Short enough for a button, a column or a row: `split in B`, `only in A`; against a reference `missing in A`, `extra in A`. */
export function wordOfKind(kind: RelationKind, [a, b]: Letters, reference: ReferenceSide): string {
  if (kind === 'matched') return 'matched'
  if (reference !== undefined) return `${deedOf(kind, reference)} in ${reference === 'a' ? b : a}`
  return { split: `split in ${b}`, merged: `merged in ${b}`, onlyA: `only in ${a}`, onlyB: `only in ${b}` }[kind]
}

/** What the kind means, in one sentence. */
export function meaningOfKind(kind: RelationKind, [a, b]: Letters, reference: ReferenceSide): string {
  if (reference === undefined)
    return {
      matched: `One object of ${a} is one of ${b}`,
      split: `One object of ${a} is several of ${b}`,
      merged: `Several objects of ${a} are one of ${b}`,
      onlyA: `Objects that ${a} has and ${b} has not`,
      onlyB: `Objects that ${b} has and ${a} has not`,
    }[kind]
  const [truth, answer] = reference === 'a' ? [a, b] : [b, a]
  return {
    matched: `One object of the reference ${truth} is one of ${answer}`,
    split: `One object of the reference ${truth} is several of ${answer}`,
    merged: `Several objects of the reference ${truth} are one of ${answer}`,
    missing: `Objects that the reference ${truth} has and ${answer} has not`,
    extra: `Objects that ${answer} has and the reference ${truth} has not`,
  }[deedOf(kind, reference)]
}

/** A part of a sentence: `2 are only in A`, `1 of B is missing in A`. */
export function countOfKind(count: number, kind: RelationKind, [a, b]: Letters, reference: ReferenceSide): string {
  const [is, has, merge] = count === 1 ? ['is', 'has', 'merges'] : ['are', 'have', 'merge']
  if (kind === 'matched') return `${count} ${has} edges that differ`
  if (reference === undefined)
    return {
      split: `${count} of ${a} ${is} split in ${b}`,
      merged: `${count} of ${b} ${merge} several of ${a}`,
      onlyA: `${count} ${is} only in ${a}`,
      onlyB: `${count} ${is} only in ${b}`,
    }[kind]
  const [truth, answer] = reference === 'a' ? [a, b] : [b, a]
  const deed = deedOf(kind, reference)
  if (deed === 'merged') return `${count} of ${answer} ${merge} several of ${truth}`
  return deed === 'extra' ? `${count} of ${answer} ${is} extra` : `${count} of ${truth} ${is} ${deed} in ${answer}`
}
