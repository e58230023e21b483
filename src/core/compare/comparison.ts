// Compares two answers over the frames of one scene: fed frame by frame, answered as often as is asked.
import type { z } from 'zod'
import {
  type Comparison,
  type ComparisonResult,
  ComparisonSettings,
  type LevelComparison,
  type ObjectRelation,
  RelationKind,
} from './compare-types.ts'
import { disagreementShare, type Disagreements, findDisagreements } from './disagreement.ts'
import { matchObjects, type SlotRelation } from './match.ts'
import { createPairSums, type PairSums } from './pair-sums.ts'

/** What is left out of the settings is as ComparisonSettings says. Throws a ZodError for settings out of range. */
export function createComparison(given: z.input<typeof ComparisonSettings> = {}): Comparison {
  const settings = ComparisonSettings.parse(given)
  const gathered = createPairSums(settings.matching, settings.size)
  return {
    feed: gathered.feed,
    finish: (thresholds = {}) => resultOf(gathered.sums(), ComparisonSettings.parse({ ...settings, ...thresholds })),
  }
}

function resultOf(sums: PairSums, settings: ComparisonSettings): ComparisonResult {
  const relations = matchObjects(sums, settings).sort(inOrder(sums))
  const found = findDisagreements(sums, relations, settings)
  const told = relations.map((relation, i) => toldRelation(relation, sums, found.relationFrames[i]!))
  return {
    settings,
    ...(sums.size === undefined ? {} : { size: [sums.size[0], sums.size[1]] }),
    levels: levelsOf(sums, told, found),
    relations: told,
    frames: found.frames,
    worst: found.worst,
  }
}

function inOrder({ a, b }: PairSums) {
  const kinds = RelationKind.options
  const firstId = (relation: SlotRelation) =>
    relation.a.length > 0 ? Math.min(...relation.a.map((slot) => a.ids[slot]!)) : Math.min(...relation.b.map((slot) => b.ids[slot]!))
  return (one: SlotRelation, other: SlotRelation) =>
    one.level - other.level || kinds.indexOf(one.kind) - kinds.indexOf(other.kind) || firstId(one) - firstId(other)
}

function toldRelation({ kind, level, a, b }: SlotRelation, sums: PairSums, frames: ObjectRelation['frames']): ObjectRelation {
  let sharedPixels = 0
  for (const left of a) for (const right of b) sharedPixels += sums.shared.get(left)?.get(right) ?? 0
  const areaA = a.reduce((sum, slot) => sum + sums.a.areas[slot]!, 0)
  const areaB = b.reduce((sum, slot) => sum + sums.b.areas[slot]!, 0)
  // Parts that overlap one another by a few pixels could share more than there is.
  const covered = Math.max(sharedPixels, areaA + areaB - sharedPixels)
  const ids = (slots: readonly number[], side: PairSums['a']) => slots.map((slot) => side.ids[slot]!).sort((x, y) => x - y)
  return {
    kind,
    level,
    a: ids(a, sums.a),
    b: ids(b, sums.b),
    iou: covered === 0 ? 0 : sharedPixels / covered,
    sharedPixels,
    areaA,
    areaB,
    frames,
  }
}

function levelsOf(sums: PairSums, relations: readonly ObjectRelation[], found: Disagreements): LevelComparison[] {
  const levels = [...new Set([...sums.a.levels, ...sums.b.levels])].sort((one, other) => one - other)
  return levels.map((level) => {
    const counts: LevelComparison['counts'] = { matched: 0, split: 0, merged: 0, onlyA: 0, onlyB: 0 }
    let overlap = 0
    for (const relation of relations) {
      if (relation.level !== level) continue
      counts[relation.kind] += 1
      if (relation.kind === 'matched') overlap += relation.iou
    }
    const shares = found.byLevel.get(level) ?? { sharedPixels: 0, unionPixels: 0 }
    return {
      level,
      objectsA: sums.a.levels.filter((one) => one === level).length,
      objectsB: sums.b.levels.filter((one) => one === level).length,
      counts,
      ...(counts.matched === 0 ? {} : { meanIou: overlap / counts.matched }),
      ...shares,
      share: disagreementShare(shares),
    }
  })
}
