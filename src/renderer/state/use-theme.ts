// Puts the chosen theme, or the system's, on the document.
import { useEffect } from 'react'
import { useSettings } from './services.tsx'

export function useTheme(): void {
  const theme = useSettings((settings) => settings.theme)
  useEffect(() => {
    const light = window.matchMedia('(prefers-color-scheme: light)')
    const apply = () => {
      document.documentElement.dataset.theme = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme
    }
    apply()
    light.addEventListener('change', apply)
    return () => light.removeEventListener('change', apply)
  }, [theme])
}
