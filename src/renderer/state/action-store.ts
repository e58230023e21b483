// What can be done here and now: pages offer acts for the keys of the registry; keyboard, palette and tooltips read them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { KeyId } from '../ui/key-table.ts'

export type Acts = Partial<Record<KeyId, () => void>>
export type ActionState = { readonly layers: readonly { readonly owner: symbol; readonly acts: Acts; readonly isAbove: boolean }[] }
export type ActionStore = StoreApi<ActionState>

export function makeActionStore(): ActionStore {
  return createStore<ActionState>(() => ({ layers: [] }))
}

/** Acts of a later owner go before those of an earlier one, and those `isAbove` (of a mode) before all others. The answer takes them back. */
export function offerActs(store: ActionStore, acts: Acts, isAbove = false): () => void {
  const owner = Symbol('acts')
  store.setState(({ layers }) => ({ layers: [...layers, { owner, acts, isAbove }] }))
  return () => store.setState(({ layers }) => ({ layers: layers.filter((layer) => layer.owner !== owner) }))
}

export function actFor(state: ActionState, id: KeyId): (() => void) | undefined {
  const offers = ({ acts }: ActionState['layers'][number]) => acts[id] !== undefined
  const layer = state.layers.findLast((one) => one.isAbove && offers(one)) ?? state.layers.findLast(offers)
  return layer?.acts[id]
}
