// Which masks of any frame the filter and a trial of thresholds leave, by the rules that the picture of the page follows.
import { droppedOf, type FilterRule } from '#core/segment/candidate-filter'
import type { Track } from '#core/segment/track'
import type { StageOfMasks } from '../../../frame/frame-source.ts'
import type { MaskColumns } from '../../../frame/mask-columns.ts'
import type { MaskFilter } from '../filter/mask-filter.ts'
import { objectsFromMasks, objectsFromTracks, objectsOnFrame } from '../object-rows.ts'
import { candidatesOfColumns } from '../what-if-model.ts'

/** Ids; undefined when all are left. */
export type Shown = readonly number[] | undefined

export type ShowingRules = {
  readonly filter: Pick<MaskFilter, 'isEmpty' | 'passes'>
  readonly tracks: readonly Track[]
  /** Thresholds that are tried on candidates, and how many pixels of the frame one of theirs is. */
  readonly trial: { readonly rule: FilterRule; readonly showsDropped: boolean; readonly scale: number } | undefined
}

export function shownOnFrame(stage: StageOfMasks, columns: MaskColumns, { filter, tracks, trial }: ShowingRules): Shown {
  const tried = stage === 'ssam' ? trial : undefined
  if (filter.isEmpty && !tried) return undefined
  const here = new Set(columns.ids)
  const objects =
    stage === 'tracker' && tracks.length > 0 ? objectsOnFrame(objectsFromTracks(tracks), (id) => here.has(id)) : objectsFromMasks(columns)
  const passing = new Set(filter.isEmpty ? columns.ids : objects.filter(filter.passes).map((one) => one.id))
  const dropped = tried && droppedOf(candidatesOfColumns(columns), tried.rule, tried.scale)
  return [...columns.ids].filter((id) => passing.has(id) && (!tried || dropped?.has(id) === tried.showsDropped))
}
