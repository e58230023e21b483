// A number that rises when the document changes its theme: canvases read their colours anew.
import { useEffect, useState } from 'react'

export function useThemeChange(): number {
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    const watched = new MutationObserver(() => setChanges((before) => before + 1))
    watched.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => watched.disconnect()
  }, [])
  return changes
}
