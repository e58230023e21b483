// Keeps made things up to a number of bytes; what was not used longest goes first, and is made again when asked for.

export type BoundedCache<T> = { get(key: number): Promise<T> }

/** `make` may be called again for a key that was given up. Two questions for one key while it is made share one making. */
export function createBoundedCache<T>(
  limitBytes: number,
  bytesOf: (value: T) => number,
  make: (key: number) => Promise<T>,
): BoundedCache<T> {
  const kept = new Map<number, { readonly value: Promise<T>; bytes: number }>()
  let total = 0
  return {
    get: async (key) => {
      const known = kept.get(key)
      if (known) {
        kept.delete(key)
        kept.set(key, known)
        return known.value
      }
      const entry = { value: make(key), bytes: 0 }
      kept.set(key, entry)
      try {
        const value = await entry.value
        entry.bytes = bytesOf(value)
        total += entry.bytes
        for (const [oldest, old] of kept) {
          if (total <= limitBytes || oldest === key) break
          kept.delete(oldest)
          total -= old.bytes
        }
        return value
      } catch (error) {
        kept.delete(key)
        throw error
      }
    },
  }
}
