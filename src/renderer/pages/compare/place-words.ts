// A disagreement in words, short enough for a row.
import type { RelationKind } from '#core/compare/compare-types'

export function wordOfKind(kind: RelationKind): string {
  return { matched: 'edge differs', split: 'split in B', merged: 'merged in B', missing: 'only in A', extra: 'only in B' }[kind]
}
