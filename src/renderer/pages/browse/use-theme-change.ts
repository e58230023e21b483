// A number that rises when the document changes its theme: canvases read their colours anew.
import { useEffect, useState } from 'react'

export function useThemeChange(): number {
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    const watched = new MutationObserver(() => setChanges((before) => before + 1))
    watched.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    // Without a choice the document follows the system, and no attribute tells.
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    const changed = () => setChanges((before) => before + 1)
    system.addEventListener('change', changed)
    return () => {
      watched.disconnect()
      system.removeEventListener('change', changed)
    }
  }, [])
  return changes
}
