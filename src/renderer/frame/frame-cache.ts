// Decoded parts of frames in bounded memory: visible ones stay, near ones come next, recent ones go first.

export type Cached<E> = {
  readonly bytes: number
  readonly close?: () => void
  /** The smaller part of it that is worth keeping once it is neither visible nor near; it takes its place. */
  readonly rest?: () => E
}

export type FrameCache<E extends Cached<E>> = {
  get(key: string): E | undefined
  /** Takes an entry in and gives up others until the bound is kept again. An entry under the same key is closed. */
  put(key: string, entry: E): void
  /** Says what is wanted now: `visible` is never given up; of `near`, the last is given up first, and all of it after what is merely recent, of which only the rest stays. */
  want(visible: readonly string[], near: readonly string[]): void
  /** Whether one more near entry of that size would stay, were it put now. */
  hasRoomFor(bytes: number): boolean
  bytes(): number
  clear(): void
}

/** `capacityBytes` bounds all entries together; only what is visible may exceed it. */
export function makeFrameCache<E extends Cached<E>>(capacityBytes: number): FrameCache<E> {
  // A Map keeps insertion order: the first key is the one used longest ago.
  const entries = new Map<string, E>()
  let visible: ReadonlySet<string> = new Set()
  let near: readonly string[] = []
  let total = 0
  const drop = (key: string) => {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    total -= entry.bytes
    entry.close?.()
  }
  const trim = () => {
    if (total <= capacityBytes) return
    const recent = [...entries.keys()].filter((key) => !visible.has(key) && !near.includes(key))
    for (const key of [...recent, ...near.filter((one) => !visible.has(one)).reverse()]) {
      if (total <= capacityBytes) return
      drop(key)
    }
  }
  return {
    get: (key) => {
      const entry = entries.get(key)
      if (entry) {
        entries.delete(key)
        entries.set(key, entry)
      }
      return entry
    },
    put: (key, entry) => {
      drop(key)
      entries.set(key, entry)
      total += entry.bytes
      trim()
    },
    want: (nextVisible, nextNear) => {
      visible = new Set(nextVisible)
      near = nextNear
      for (const [key, entry] of entries) {
        if (!entry.rest || visible.has(key) || near.includes(key)) continue
        const rest = entry.rest()
        total += rest.bytes - entry.bytes
        entries.set(key, rest)
      }
      trim()
    },
    hasRoomFor: (bytes) => {
      let wanted = 0
      for (const [key, entry] of entries) if (visible.has(key) || near.includes(key)) wanted += entry.bytes
      return wanted + bytes <= capacityBytes
    },
    bytes: () => total,
    clear: () => {
      for (const key of [...entries.keys()]) drop(key)
    },
  }
}
