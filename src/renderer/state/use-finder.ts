// Hook for finders: a page offers what it holds while it is open.
import { useEffect, useRef } from 'react'
import type { Finder } from './find-store.ts'
import { offerFinder } from './find-store.ts'
import { useServices } from './services.tsx'

/** The newest closure is asked, so finders need no memo. */
export function useFinder(group: string, find: Finder['find']): void {
  const { finders } = useServices()
  const newest = useRef(find)
  newest.current = find
  useEffect(() => offerFinder(finders, { group, find: (text) => newest.current(text) }), [finders, group])
}
