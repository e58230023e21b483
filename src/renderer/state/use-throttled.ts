// A value that changes often, taken over at most once per interval, and always at last.
import { useEffect, useState } from 'react'

export function useThrottled<T>(value: T, intervalMs: number): T {
  const [taken, setTaken] = useState({ value, at: 0 })
  useEffect(() => {
    if (taken.value === value) return
    const timer = setTimeout(() => setTaken({ value, at: Date.now() }), Math.max(0, taken.at + intervalMs - Date.now()))
    return () => clearTimeout(timer)
  }, [value, taken, intervalMs])
  return taken.value
}
