// Named sets of masks of one run, kept in the browser's storage.
import { z } from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'

const MaskSet = z.object({
  name: z.string().min(1).max(80),
  /** Masks of one stage: the same number means another thing at another one. */
  stage: z.enum(['ssam', 'filter', 'tracker']),
  ids: z.array(z.number().int().positive()).min(1),
})
export type MaskSet = z.infer<typeof MaskSet>

const Stored = z.object({ version: z.literal(1), sets: z.array(MaskSet) })

type MaskSets = {
  readonly sets: readonly MaskSet[]
  /** Why the last change will not be remembered; undefined when it is. */
  readonly problem: string | undefined
}
export type MaskSetStore = StoreApi<MaskSets>

const keyOf = (runId: string) => `scenewright.sets.${runId}`

/** Sets of another version, or that cannot be read, are left where they are until one is kept. */
export function makeMaskSetStore(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, runId: string): MaskSetStore {
  const store = createStore<MaskSets>(() => ({ sets: setsFromText(storage.getItem(keyOf(runId))), problem: undefined }))
  store.subscribe((state, before) => {
    if (state.sets === before.sets) return
    try {
      if (state.sets.length === 0) storage.removeItem(keyOf(runId))
      else storage.setItem(keyOf(runId), JSON.stringify({ version: 1, sets: state.sets }))
      store.setState({ problem: undefined })
    } catch (error) {
      store.setState({ problem: error instanceof Error ? error.message : String(error) })
    }
  })
  return store
}

function setsFromText(text: string | null): readonly MaskSet[] {
  try {
    const read = Stored.safeParse(JSON.parse(text ?? 'null'))
    return read.success ? read.data.sets : []
  } catch {
    return []
  }
}

/** A set of the same name and stage is replaced where it stands. */
export function keepSet(store: MaskSetStore, set: MaskSet): void {
  const { sets } = store.getState()
  const isSame = (one: MaskSet) => one.name === set.name && one.stage === set.stage
  store.setState({ sets: sets.some(isSame) ? sets.map((one) => (isSame(one) ? set : one)) : [...sets, set] })
}

/** Gives the act that puts it back where it was. */
export function removeSet(store: MaskSetStore, set: MaskSet): () => void {
  const before = store.getState().sets
  const at = before.indexOf(set)
  store.setState({ sets: before.filter((one) => one !== set) })
  return () => {
    const { sets } = store.getState()
    if (at >= 0 && !sets.includes(set)) store.setState({ sets: sets.toSpliced(at, 0, set) })
  }
}
