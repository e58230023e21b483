// How far the masks of the frame in sight differ from the answer beside it; told by the panel that compares, read by the picture.
import { createStore, type StoreApi } from 'zustand/vanilla'

export type Disagreement = {
  /** The masks that it was worked out for; of others it says nothing. */
  readonly of: unknown
  /** By id, 0 (the same) to 1 (nothing there). */
  readonly shares: ReadonlyMap<number, number>
}
export type DisagreementStore = StoreApi<Disagreement>

export const makeDisagreementStore = (): DisagreementStore => createStore<Disagreement>(() => ({ of: undefined, shares: new Map() }))
