// The edge between two answers: dragged, or moved by arrows when it has the focus.
import type { KeyboardEvent, PointerEvent } from 'react'

export function WipeEdge({
  at,
  names,
  onWipe,
}: {
  /** 0..1 of the canvas. */
  readonly at: number
  readonly names: readonly [string, string]
  readonly onWipe: (at: number) => void
}) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (box && event.buttons === 1) onWipe(bounded((event.clientX - box.left) / box.width))
  }
  const press = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1 }[event.key]
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? 1 : by === undefined ? undefined : bounded(at + by)
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    onWipe(next)
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      data-testid="wipe"
      aria-label={`Edge between ${names[0]} and ${names[1]}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={`${Math.round(at * 100)} % ${names[0]}`}
      title="Drag to wipe (arrows when focused)"
      className="group absolute inset-y-0 w-[17px] -translate-x-1/2 cursor-ew-resize touch-none focus-visible:-outline-offset-2"
      style={{ left: `${at * 100}%` }}
      onKeyDown={press}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    >
      <span aria-hidden className="absolute inset-y-0 left-1/2 w-px bg-[#ffffff]" />
      <span
        aria-hidden
        className="absolute left-1/2 top-1/2 h-9 w-[7px] -translate-x-1/2 -translate-y-1/2 rounded-full border border-[#00000080] bg-[#ffffff]"
      />
    </div>
  )
}

const bounded = (share: number) => Math.min(1, Math.max(0, share))
