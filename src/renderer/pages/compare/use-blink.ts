// Which side blinking shows now: it alternates by itself, until it is held or the person wants no motion.
import { useEffect, useState, useSyncExternalStore } from 'react'

/** Milliseconds per side: slower than three changes a second, which WCAG 2.3.1 asks for, and quick enough to see what moves. */
export const blinkMs = 650

export type Blink = {
  /** The first or the second of the pair. */
  readonly side: 'a' | 'b'
  readonly isHeld: boolean
  readonly swap: () => void
  readonly setHeld: (isHeld: boolean) => void
}

export function useBlink(isOn: boolean): Blink {
  const [side, setSide] = useState<'a' | 'b'>('a')
  const isStill = useSyncExternalStore(followStill, prefersStill)
  const [isHeld, setHeld] = useState(isStill)
  // biome-ignore lint/correctness/useExhaustiveDependencies: blinking begins anew each time it is chosen
  useEffect(() => {
    setSide('a')
    setHeld(isStill)
  }, [isOn, isStill])
  useEffect(() => {
    if (!isOn || isHeld) return
    const timer = setInterval(() => setSide(other), blinkMs)
    return () => clearInterval(timer)
  }, [isOn, isHeld])
  return {
    side,
    isHeld,
    setHeld,
    // The first press holds what is seen, the next ones change sides: a hand is the better clock.
    swap: () => (isHeld ? setSide(other) : setHeld(true)),
  }
}

const other = (side: 'a' | 'b') => (side === 'a' ? 'b' : 'a')

const still = '(prefers-reduced-motion: reduce)'

function prefersStill(): boolean {
  return window.matchMedia(still).matches
}

function followStill(changed: () => void): () => void {
  const media = window.matchMedia(still)
  media.addEventListener('change', changed)
  return () => media.removeEventListener('change', changed)
}
