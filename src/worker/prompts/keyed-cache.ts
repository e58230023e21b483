// Keeps what was made for a key, up to a number of bytes; what was asked for longest ago goes first.

export type KeyedCache<T> = { get(key: string, make: () => Promise<T>): Promise<T> }

/** Two questions for one key share one making; a making that fails is forgotten. The newest stays even when it is larger than the limit. */
export function createKeyedCache<T>(limitBytes: number, bytesOf: (value: T) => number): KeyedCache<T> {
  const kept = new Map<string, { readonly value: Promise<T>; bytes: number }>()
  const shrink = (newest: string) => {
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    for (const [key, { bytes }] of kept) {
      if (total <= limitBytes) return
      if (key === newest) continue
      kept.delete(key)
      total -= bytes
    }
  }
  return {
    get: async (key, make) => {
      const known = kept.get(key)
      const entry = known ?? { value: make(), bytes: 0 }
      kept.delete(key)
      kept.set(key, entry)
      try {
        const value = await entry.value
        if (!known) {
          entry.bytes = bytesOf(value)
          shrink(key)
        }
        return value
      } catch (error) {
        if (kept.get(key) === entry) kept.delete(key)
        throw error
      }
    },
  }
}
