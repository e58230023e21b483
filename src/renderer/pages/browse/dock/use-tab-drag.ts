// A tab under the pointer: where it would land, and the landing itself; escape puts it back.
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Arrangement } from '../../../state/layout/dock-tree.ts'
import { placed, type Spot } from '../../../state/layout/dock-moves.ts'
import type { Places, Rect } from '../../../state/layout/dock-places.ts'
import { type Landing, landingAt } from './landing.ts'

export function useTabDrag({
  box,
  places,
  arrangement,
  change,
}: {
  readonly box: RefObject<HTMLDivElement | null>
  readonly places: Places
  readonly arrangement: Arrangement
  readonly change: (next: Arrangement) => void
}): { readonly target: Rect | undefined; press(panel: string, event: PointerEvent): void } {
  const [landing, setLanding] = useState<Landing>()
  const newest = useRef({ places, arrangement, change })
  newest.current = { places, arrangement, change }
  const going = useRef<AbortController>(undefined)
  useEffect(() => () => going.current?.abort(), [])
  const press = (panel: string, event: PointerEvent) => {
    if (event.button !== 0) return
    const from = { x: event.clientX, y: event.clientY }
    let spot: Spot | undefined
    let hasMoved = false
    going.current?.abort()
    const stop = new AbortController()
    going.current = stop
    const end = () => {
      stop.abort()
      setLanding(undefined)
    }
    const move = (at: globalThis.PointerEvent) => {
      // A hand is never quite still: a few pixels are a click, not a drag.
      if (!hasMoved && Math.hypot(at.clientX - from.x, at.clientY - from.y) < 5) return
      hasMoved = true
      const frame = box.current?.getBoundingClientRect()
      if (!frame) return
      const found = landingAt(newest.current.places, panel, { x: at.clientX - frame.left, y: at.clientY - frame.top }, frame)
      spot = found?.spot
      setLanding(found)
    }
    const drop = () => {
      end()
      const { arrangement: now, change: put } = newest.current
      if (spot) put(placed(now, panel, spot))
    }
    const { signal } = stop
    window.addEventListener('pointermove', move, { signal })
    window.addEventListener('pointerup', drop, { signal })
    window.addEventListener('pointercancel', end, { signal })
    window.addEventListener(
      'keydown',
      (key) => {
        if (key.key !== 'Escape') return
        key.preventDefault()
        key.stopPropagation()
        end()
      },
      { signal, capture: true },
    )
  }
  return { target: landing?.rect, press }
}
