// What is looked at this very moment, for the picture; all else on the page is drawn as soon as there is time.
import { createContext, use } from 'react'
import type { Browse } from './use-browse.ts'

/** Goes past everything that waits: whoever reads it is drawn with the key press itself. */
export const BrowseNow = createContext<Browse | undefined>(undefined)

export function useBrowseNow(): Browse {
  const browse = use(BrowseNow)
  if (!browse) throw new Error('the picture was drawn outside of the page that says what is looked at')
  return browse
}
