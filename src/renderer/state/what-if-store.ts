// What a person is trying out: other thresholds on the candidates that are stored; nothing of it is kept, and no other page knows it.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { FilterRule } from '#core/segment/candidate-filter'

export type WhatIf = {
  /** Undefined: nothing is tried. */
  readonly rule: FilterRule | undefined
  /** Shows what would go instead of what would stay. */
  readonly showsDropped: boolean
}
export type WhatIfStore = StoreApi<WhatIf>

export const makeWhatIfStore = (): WhatIfStore => createStore<WhatIf>(() => ({ rule: undefined, showsDropped: false }))
