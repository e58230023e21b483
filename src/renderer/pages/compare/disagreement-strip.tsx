// The strip of disagreement: one bar per common frame, as high as both differ there; click or drag to go to a frame.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react'
import type { FrameShare, MergedComparison } from './merged-levels.ts'

export function DisagreementStrip({
  frames,
  position,
  merged,
  top,
  onSeek,
}: {
  readonly frames: readonly number[]
  readonly position: number | undefined
  readonly merged: MergedComparison | undefined
  /** Share at the upper edge, above 0: bars of few per cent are as legible as those of many. */
  readonly top: number
  readonly onSeek: (position: number) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const count = frames.length
  useEffect(() => {
    const target = canvas.current
    if (!target) return
    const draw = () => drawBars(target, frames, merged?.frames, top)
    draw()
    const watched = new ResizeObserver(draw)
    watched.observe(target)
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      watched.disconnect()
      themed.disconnect()
    }
  }, [frames, merged, top])
  const seek = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect()
    if (!area || count === 0) return
    const at = Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - area.left) / area.width) * count)))
    if (at !== position) onSeek(at)
  }
  const press = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
    if (position === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const wanted =
      by !== undefined ? position + by * (event.shiftKey ? 10 : 1) : event.key === 'Home' ? 0 : event.key === 'End' ? count - 1 : undefined
    if (wanted === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onSeek(Math.min(count - 1, Math.max(0, wanted)))
  }
  const here = position === undefined ? undefined : frames[position]
  const share = here === undefined ? undefined : merged?.frames.get(here)?.share
  return (
    <div
      ref={box}
      data-testid="disagreement"
      role="slider"
      tabIndex={0}
      aria-label="Frame, with its disagreement"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={position ?? 0}
      aria-valuetext={
        here === undefined ? 'no frame' : `frame ${here}${share === undefined ? '' : `, ${Math.round(share * 100)} % differ`}`
      }
      className="relative h-full min-w-0 touch-none focus-visible:-outline-offset-2"
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        seek(event)
      }}
      onPointerMove={(event) => event.buttons === 1 && seek(event)}
    >
      <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />
      {position !== undefined && count > 0 && (
        <div
          aria-hidden
          className="pointer-events-none absolute inset-y-0 w-px bg-acc"
          style={{ left: `${((position + 0.5) / count) * 100}%` }}
        >
          <span className="absolute left-1/2 top-[2px] -translate-x-1/2 rounded bg-acc px-1.5 text-2xs font-semibold text-on-acc">
            {frames[position]}
          </span>
        </div>
      )}
    </div>
  )
}

/** Room for the number of the playhead, in CSS pixels. */
const head = 20

/** Where frames are closer than pixels, a column shows the worst of its frames: a peak never falls between two columns. */
function drawBars(
  canvas: HTMLCanvasElement,
  frames: readonly number[],
  shares: ReadonlyMap<number, FrameShare> | undefined,
  top: number,
): void {
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const pen = canvas.getContext('2d')
  if (!pen || width === 0) return
  const style = getComputedStyle(canvas)
  pen.scale(ratio, ratio)
  const room = height - head - 1
  const each = width / Math.max(1, frames.length)
  pen.strokeStyle = style.getPropertyValue('--line')
  for (const share of [0, 0.5, 1]) {
    const y = Math.round(head + room * (1 - share)) + 0.5
    pen.beginPath()
    pen.moveTo(0, y)
    pen.lineTo(width, y)
    pen.stroke()
  }
  const worst = new Map<number, number>()
  frames.forEach((frameIndex, position) => {
    const share = shares?.get(frameIndex)?.share
    if (share === undefined) return
    const column = each >= 1 ? position : Math.floor(position * each)
    worst.set(column, Math.max(worst.get(column) ?? 0, share))
  })
  pen.fillStyle = style.color
  const step = Math.max(1, each)
  for (const [column, share] of worst) {
    const barHeight = Math.max(share > 0 ? 1 : 0, room * Math.min(1, share / top))
    pen.fillRect(column * step + (step > 4 ? 1 : 0), head + room - barHeight, Math.max(1, step - (step > 4 ? 2 : 0)), barHeight)
  }
}

/** The upper edge of the strip: the next round share above all bars. */
export function topOfShares(shares: Iterable<FrameShare>): number {
  let largest = 0
  for (const { share } of shares) largest = Math.max(largest, share)
  return [0.01, 0.02, 0.05, 0.1, 0.25, 0.5].find((top) => largest <= top) ?? 1
}
