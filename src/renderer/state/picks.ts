// Several masks selected at once: the one that leads is the selection of the address, the others stand beside it.

export type Picks = {
  /** All that are selected, the leading one included. They count only while it leads: selecting one thing anywhere lets go of the rest. */
  readonly lead: number | undefined
  readonly ids: readonly number[]
}

export const noPicks: Picks = { lead: undefined, ids: [] }

/** What is selected, the leading one first; empty without a selection. */
export function pickedIds(selected: number | undefined, picks: Picks): readonly number[] {
  if (selected === undefined) return []
  return picks.lead === selected ? [selected, ...picks.ids.filter((id) => id !== selected)] : [selected]
}

/** Adds one to what is selected, or takes it out; what was added leads, and after taking out the one that is left first. */
export function togglePick(selected: number | undefined, picks: Picks, id: number): Picks {
  const now = pickedIds(selected, picks)
  const ids = now.includes(id) ? now.filter((one) => one !== id) : [id, ...now]
  return { lead: ids[0], ids }
}

/** Selects all of them; the first leads. */
export function picksOf(ids: readonly number[]): Picks {
  return { lead: ids[0], ids }
}
