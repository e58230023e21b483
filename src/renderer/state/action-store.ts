// What can be done here and now: pages offer acts for the keys of the registry; keyboard, palette and tooltips read them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { KeyId } from '../ui/key-table.ts'

export type Acts = Partial<Record<KeyId, () => void>>
export type ActionState = { readonly layers: readonly { readonly owner: symbol; readonly acts: Acts }[] }
export type ActionStore = StoreApi<ActionState>

export function makeActionStore(): ActionStore {
  return createStore<ActionState>(() => ({ layers: [] }))
}

/** Acts of a later owner go before those of an earlier one. The answer takes them back. */
export function offerActs(store: ActionStore, acts: Acts): () => void {
  const owner = Symbol('acts')
  store.setState(({ layers }) => ({ layers: [...layers, { owner, acts }] }))
  return () => store.setState(({ layers }) => ({ layers: layers.filter((layer) => layer.owner !== owner) }))
}

export function actFor(state: ActionState, id: KeyId): (() => void) | undefined {
  for (let i = state.layers.length - 1; i >= 0; i -= 1) {
    const act = state.layers[i]!.acts[id]
    if (act) return act
  }
  return undefined
}
