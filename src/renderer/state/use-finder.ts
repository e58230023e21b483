// Hook for finders: a page offers what it holds while it is open.
import { useEffect, useRef } from 'react'
import type { Finder } from './find-store.ts'
import { offerFinder } from './find-store.ts'
import { useServices } from './services.tsx'

/**
 * The newest closure is asked, so finders need no memo. `held`: what is searched; a palette that is open asks anew when it is another.
 * `waitsFor`: see Finder.
 */
export function useFinder(group: string, find: Finder['find'], held?: unknown, waitsFor?: string): void {
  const { finders } = useServices()
  const newest = useRef(find)
  newest.current = find
  // biome-ignore lint/correctness/useExhaustiveDependencies: an offer made anew is what tells that other things are held
  useEffect(() => offerFinder(finders, { group, find: (text) => newest.current(text), waitsFor }), [finders, group, held, waitsFor])
}
