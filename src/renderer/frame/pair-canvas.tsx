// The canvas of two answers: one viewport for both, one drawing for both, and a wipe that is dragged.
import { type KeyboardEvent, type PointerEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { FaultCard } from '../ui/fault-card.tsx'
import type { FrameCanvasActs } from './frame-canvas.tsx'
import { type FramePair, makePairGpu, type PairGpu, type PairLook, paneGap, paneWidth } from './pair-gpu.ts'
import { type PixelEvent, usePointer } from './use-pointer.ts'
import { fittedViewport, type Point, pointInPicture, type Size, type Viewport, zoomedAt } from './viewport.ts'

export type PairCanvasActs = Pick<FrameCanvasActs, 'fit' | 'zoom'> & {
  /** Brings a box of the picture (x, y, width, height) into sight when it lies outside or is too small to see. */
  showBox(box: readonly [number, number, number, number]): void
}

export function PairCanvas({
  pair,
  look,
  label,
  acts,
  onHover,
  onPick,
  onScale,
  onWipe,
}: {
  readonly pair: FramePair | undefined
  readonly look: PairLook
  readonly label: string
  readonly acts: Ref<PairCanvasActs>
  readonly onHover: (at: PixelEvent | undefined) => void
  readonly onPick: (at: PixelEvent) => void
  /** CSS pixels per picture pixel, after each change. */
  readonly onScale: (scale: number) => void
  readonly onWipe: (wipeAt: number) => void
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const gpu = useRef<PairGpu>(undefined)
  const view = useRef<Viewport>(undefined)
  const newest = useRef({ pair, look, onScale })
  newest.current = { pair, look, onScale }
  const wanted = useRef(0)
  const [problem, setProblem] = useState<string>()

  const draw = useRef(() => {
    wanted.current = 0
    const target = canvas.current
    const now = newest.current
    if (!target || !gpu.current || !now.pair) return
    const ratio = window.devicePixelRatio || 1
    const pane = paneOf(target, now.look)
    if (pane.width <= 0 || pane.height === 0) return
    const [width, height] = [Math.round(target.clientWidth * ratio), Math.round(pane.height * ratio)]
    if (target.width !== width || target.height !== height) Object.assign(target, { width, height })
    if (!view.current || view.current.isFitted) view.current = fittedViewport(now.pair.a.picture, pane)
    gpu.current.load(now.pair)
    gpu.current.draw(now.look, { width, height, ratio, view: view.current })
    // Read by tests and measurements: what was drawn, not what was asked for.
    document.documentElement.dataset.pairShown = gpu.current.loaded().join(' ')
    now.onScale(view.current.scale)
  })
  const ask = useRef(() => {
    if (wanted.current === 0) wanted.current = requestAnimationFrame(() => draw.current())
  })

  useEffect(() => {
    const target = canvas.current
    if (!target) return
    const start = () => {
      try {
        gpu.current = makePairGpu(target)
        setProblem(gpu.current ? undefined : 'this browser offers no WebGL 2, which draws the masks')
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      }
      ask.current()
    }
    start()
    const watched = new ResizeObserver(() => ask.current())
    watched.observe(target)
    const lost = (event: Event) => event.preventDefault()
    target.addEventListener('webglcontextlost', lost)
    target.addEventListener('webglcontextrestored', start)
    return () => {
      watched.disconnect()
      cancelAnimationFrame(wanted.current)
      wanted.current = 0
      target.removeEventListener('webglcontextlost', lost)
      target.removeEventListener('webglcontextrestored', start)
      gpu.current?.close()
      gpu.current = undefined
      delete document.documentElement.dataset.pairShown
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are read from the ref when drawing
  useEffect(() => ask.current(), [pair, look])

  const sizeOf = (): Size => (canvas.current ? paneOf(canvas.current, newest.current.look) : { width: 1, height: 1 })
  const move = (change: (view: Viewport, picture: Size, pane: Size) => Viewport) => {
    const picture = newest.current.pair?.a.picture
    if (!picture || !view.current) return
    view.current = change(view.current, picture, sizeOf())
    ask.current()
  }
  useImperativeHandle(acts, () => ({
    fit: () => move((_, picture, size) => fittedViewport(picture, size)),
    zoom: (factor) => move((now, picture, size) => zoomedAt(now, picture, size, { x: size.width / 2, y: size.height / 2 }, factor)),
    showBox: (box) => move((now, _, size) => withBoxInSight(now, size, box)),
  }))
  const onCanvasOf = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  const pointOf = (event: { clientX: number; clientY: number }): Point => {
    const { x, y } = onCanvasOf(event)
    const { width } = sizeOf()
    return { x: newest.current.look.mode === 'side' && x > width ? x - width - paneGap : x, y }
  }
  const pixelAt = (event: { clientX: number; clientY: number }): PixelEvent | undefined => {
    const picture = newest.current.pair?.a.picture
    if (!picture || !view.current) return undefined
    const point = pointInPicture(view.current, sizeOf(), pointOf(event))
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)]
    return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? undefined : { x, y, onCanvas: onCanvasOf(event) }
  }
  usePointer(canvas, { pointOf, move, pixelAt, onHover, onPick })
  if (problem !== undefined) return <FaultCard className="m-4" fault={{ code: 'UNEXPECTED', params: { reason: problem } }} />
  return (
    <>
      <canvas
        ref={canvas}
        data-testid="pair-canvas"
        data-mode={look.mode}
        tabIndex={0}
        role="img"
        aria-label={label}
        className="absolute inset-0 size-full touch-none cursor-crosshair focus-visible:-outline-offset-2"
      />
      {look.mode === 'side' && (
        <div aria-hidden className="pointer-events-none absolute inset-y-0 left-1/2 w-[2px] -translate-x-1/2 bg-line2" />
      )}
      {look.mode === 'wipe' && <WipeEdge at={look.wipeAt} onWipe={onWipe} />}
    </>
  )
}

function paneOf(canvas: HTMLCanvasElement, look: PairLook): Size {
  return { width: paneWidth(canvas.clientWidth, look.mode), height: canvas.clientHeight }
}

/** Larger and centred only when needed: a view that jumps with each step cannot be compared with the one before. */
function withBoxInSight(view: Viewport, size: Size, [x, y, width, height]: readonly [number, number, number, number]): Viewport {
  const [left, top] = [view.centreX - size.width / 2 / view.scale, view.centreY - size.height / 2 / view.scale]
  const isInside = x >= left && y >= top && x + width <= left + size.width / view.scale && y + height <= top + size.height / view.scale
  if (view.isFitted || isInside) return view
  return { ...view, centreX: x + width / 2, centreY: y + height / 2 }
}

function WipeEdge({ at, onWipe }: { readonly at: number; readonly onWipe: (at: number) => void }) {
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
      aria-label="Edge between A and B"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={`${Math.round(at * 100)} % A`}
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
