// The order of the masks of a frame by one of their numbers.
import type { MaskColumns } from '../../frame/mask-columns.ts'

export type MaskSort = { readonly by: 'id' | 'level' | 'score' | 'stability' | 'area' | 'parent'; readonly isRising: boolean }

/** Indices of the masks that are shown. What has no number comes last either way; equal ones keep the order of their ids. */
export function maskOrder(masks: MaskColumns, { by, isRising }: MaskSort, isShown: (index: number) => boolean): readonly number[] {
  const column = {
    id: masks.ids,
    level: masks.levels,
    score: masks.scores,
    stability: masks.stabilities,
    area: masks.areas,
    parent: masks.parents,
  }[by]
  const has = (index: number) => !Number.isNaN(column[index]) && (by !== 'parent' || column[index] !== 0)
  const shown = Array.from({ length: masks.count }, (_, index) => index).filter(isShown)
  return shown.sort((a, b) => {
    if (has(a) !== has(b)) return has(a) ? -1 : 1
    const gap = has(a) ? column[a]! - column[b]! : 0
    return (isRising ? gap : -gap) || masks.ids[a]! - masks.ids[b]!
  })
}
