// A disagreement in words, short enough for a row.
import type { RelationKind } from '#core/compare/compare-types'

/** `letters`: of the two answers, in the order in which they were matched. */
export function wordOfKind(kind: RelationKind, [a, b]: readonly [string, string]): string {
  return { matched: 'edge differs', split: `split in ${b}`, merged: `merged in ${b}`, missing: `only in ${a}`, extra: `only in ${b}` }[kind]
}
