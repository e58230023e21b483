// What can be found here and now: pages offer finders for the palette, which asks them with what is being typed.
import { createStore, type StoreApi } from 'zustand/vanilla'

export type Finding = {
  readonly key: string
  readonly title: string
  readonly note?: string | undefined
  readonly act: () => void
}
export type Finder = {
  /** Heading of its group. */
  readonly group: string
  /** Asked on each key press: answers fast and with few. Text is trimmed and not empty. */
  readonly find: (text: string) => readonly Finding[]
  /** What is still being read, in words for “reading …”: until then something may be missing. */
  readonly waitsFor?: string | undefined
}
export type FindStore = StoreApi<{ readonly finders: readonly Finder[] }>

export function makeFindStore(): FindStore {
  return createStore<{ readonly finders: readonly Finder[] }>(() => ({ finders: [] }))
}

/** The answer takes it back. */
export function offerFinder(store: FindStore, finder: Finder): () => void {
  store.setState(({ finders }) => ({ finders: [...finders, finder] }))
  return () => store.setState(({ finders }) => ({ finders: finders.filter((one) => one !== finder) }))
}

/** At most `limit` of those whose text holds every word that is typed, as far as capitals go without a difference; those that begin so first. */
export function matching<T>(items: Iterable<T>, text: string, textOf: (item: T) => string, limit: number): T[] {
  const words = text.toLowerCase().split(/\s+/)
  const [first, rest]: [T[], T[]] = [[], []]
  for (const item of items) {
    const own = textOf(item).toLowerCase()
    if (!words.every((word) => own.includes(word))) continue
    if (own.startsWith(words[0]!)) first.push(item)
    else if (rest.length < limit) rest.push(item)
    if (first.length >= limit) break
  }
  return [...first, ...rest].slice(0, limit)
}
