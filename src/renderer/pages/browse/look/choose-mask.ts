// Selecting masks: one alone, one more, all of a list; and which of them are on a frame.
import type { MaskColumns } from '../../../frame/mask-columns.ts'
import { indexOfMask } from '../../../frame/mask-columns.ts'
import { noPicks, pickedIds, picksOf, togglePick } from '../../../state/picks.ts'
import { look, type ViewStore } from '../../../state/view-store.ts'

/** What is selected, the leading one first. */
export function pickedNow(view: ViewStore): readonly number[] {
  const { route, picks } = view.getState()
  return route.page === 'browse' ? pickedIds(route.view.selected, picks) : []
}

/** Selects that one alone (undefined: nothing). */
export function chooseOne(view: ViewStore, id: number | undefined): void {
  view.setState({ picks: noPicks })
  look(view, { selected: id })
}

/** Adds it to what is selected, or takes it out. */
export function chooseAlso(view: ViewStore, id: number): void {
  const { route, picks } = view.getState()
  if (route.page !== 'browse') return
  const next = togglePick(route.view.selected, picks, id)
  view.setState({ picks: next })
  look(view, { selected: next.lead })
}

export function chooseAll(view: ViewStore, ids: readonly number[]): void {
  view.setState({ picks: picksOf(ids) })
  look(view, { selected: ids[0] })
}

export function indicesOn(columns: MaskColumns, ids: readonly number[]): readonly number[] {
  return ids.flatMap((id) => indexOfMask(columns, id) ?? [])
}
