// What would be kept and dropped under other thresholds, for one frame as it is drawn and for all frames that are stored.
import { type DropReason, droppedOf, type FilterCandidate, type FilterRule } from '#core/segment/candidate-filter'
import type { MaskColumns } from '../../frame/mask-columns.ts'

/** As the filter reads them, coarse levels first. */
export function candidatesOfColumns(columns: MaskColumns): FilterCandidate[] {
  return Array.from({ length: columns.count }, (_, i) => {
    const [stability, parent] = [columns.stabilities[i]!, columns.parents[i]!]
    return {
      id: columns.ids[i]!,
      area: columns.areas[i]!,
      ...(Number.isNaN(stability) ? {} : { stability }),
      ...(parent === 0 ? {} : { parent }),
    }
  })
}

export type Tally = { readonly kept: number; readonly dropped: Readonly<Record<DropReason, number>> }
const nothing: Tally = { kept: 0, dropped: { empty: 0, areaTooSmall: 0, unstable: 0, parentDropped: 0 } }

/** Over frames, each judged by itself. */
export function tallyOf(frames: readonly (readonly FilterCandidate[])[], rule: FilterRule, scale: number): Tally {
  const dropped = { ...nothing.dropped }
  let kept = 0
  for (const candidates of frames) {
    const gone = droppedOf(candidates, rule, scale)
    kept += candidates.length - gone.size
    for (const { reason } of gone.values()) dropped[reason] += 1
  }
  return { kept, dropped }
}

/** The settings that differ, as the address of a new run has them: `stages.filter.minArea=120;…`. */
export function settingsText(rule: FilterRule, before: FilterRule): string {
  return (['minArea', 'stabilityThreshold', 'cascade'] as const)
    .filter((key) => rule[key] !== before[key])
    .map((key) => `stages.filter.${key}=${rule[key]}`)
    .join(';')
}
