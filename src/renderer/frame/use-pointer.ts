// The pointer on a canvas of frames: what lies under it, what was picked, and how the view moves.
import { useEffect, useRef } from 'react'
import { panned, type Point, type Size, type Viewport, zoomedAt } from './viewport.ts'

export type PixelEvent = {
  readonly x: number
  readonly y: number
  /** Where on the canvas, for a tip beside it. */
  readonly onCanvas: Point
}

export type PointerParts = {
  /** In CSS pixels from the upper left corner of the pane under the pointer. */
  readonly pointOf: (event: { clientX: number; clientY: number }) => Point
  readonly move: (change: (view: Viewport, picture: Size, canvasSize: Size) => Viewport) => void
  readonly pixelAt: (event: { clientX: number; clientY: number }) => PixelEvent | undefined
  readonly onHover: (at: PixelEvent | undefined) => void
  /** `isAdding`: with ctrl, cmd or shift held. */
  readonly onPick: (at: PixelEvent, isAdding: boolean) => void
  readonly onBeneath?: ((at: PixelEvent, step: 1 | -1) => void) | undefined
}

/** Wheel zooms (with alt it goes through what lies beneath), a drag pans, a click without a drag picks. */
export function usePointer(canvas: { readonly current: HTMLCanvasElement | null }, parts: PointerParts): void {
  const newest = useRef(parts)
  newest.current = parts
  useEffect(() => {
    const target = canvas.current
    if (!target) return
    let drag: { x: number; y: number; hasMoved: boolean } | undefined
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      if (event.altKey && newest.current.onBeneath) {
        const at = newest.current.pixelAt(event)
        // With alt some systems turn the wheel sideways.
        const turned = event.deltaY || event.deltaX
        if (at && turned !== 0) newest.current.onBeneath(at, turned > 0 ? 1 : -1)
        return
      }
      const perStep = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1
      const factor = Math.exp(-event.deltaY * perStep * (event.ctrlKey ? 0.01 : 0.0016))
      newest.current.move((view, picture, size) => zoomedAt(view, picture, size, newest.current.pointOf(event), factor))
    }
    const down = (event: PointerEvent) => {
      if (event.button > 1) return
      drag = { x: event.clientX, y: event.clientY, hasMoved: false }
      target.setPointerCapture(event.pointerId)
    }
    const moved = (event: PointerEvent) => {
      if (!drag) return newest.current.onHover(newest.current.pixelAt(event))
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y]
      // A hand is never quite still: a few pixels are a click, not a drag.
      if (!drag.hasMoved && Math.hypot(dx, dy) < 4) return
      drag = { x: event.clientX, y: event.clientY, hasMoved: true }
      newest.current.onHover(undefined)
      newest.current.move((view, picture) => panned(view, picture, dx, dy))
    }
    const up = (event: PointerEvent) => {
      const at = drag && !drag.hasMoved && event.button === 0 ? newest.current.pixelAt(event) : undefined
      drag = undefined
      if (at) newest.current.onPick(at, event.ctrlKey || event.metaKey || event.shiftKey)
    }
    const leave = () => newest.current.onHover(undefined)
    target.addEventListener('wheel', wheel, { passive: false })
    target.addEventListener('pointerdown', down)
    target.addEventListener('pointermove', moved)
    target.addEventListener('pointerup', up)
    target.addEventListener('pointerleave', leave)
    return () => {
      target.removeEventListener('wheel', wheel)
      target.removeEventListener('pointerdown', down)
      target.removeEventListener('pointermove', moved)
      target.removeEventListener('pointerup', up)
      target.removeEventListener('pointerleave', leave)
    }
  }, [canvas])
}
