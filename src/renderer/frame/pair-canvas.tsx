// The canvas of two to four answers: one viewport for all, one drawing for all, and an edge to wipe by.
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { FaultCard } from '../ui/fault-card.tsx'
import type { FrameCanvasActs, LaidViewport } from './frame-canvas.tsx'
import { type FrameGroup, type GroupLook, makeGroupGpu } from './pair-gpu.ts'
import { paneAt, type Pane, panesOf } from './pair-panes.ts'
import { useGpuCanvas } from './use-gpu-canvas.ts'
import { type PixelEvent, usePointer } from './use-pointer.ts'
import { fittedViewport, type Point, pointInPicture, type Size, type Viewport, zoomedAt } from './viewport.ts'
import { WipeEdge } from './wipe-edge.tsx'

export type PairCanvasActs = Pick<FrameCanvasActs, 'fit' | 'zoom'> & {
  /** Brings a box of the picture (x, y, width, height) into sight when it lies outside or is too small to see. */
  showBox(box: readonly [number, number, number, number]): void
  /** What is drawn now, as PNG. Throws when nothing is. */
  picture(): Promise<Blob>
}

export function PairCanvas({
  group,
  look,
  label,
  names,
  mode,
  acts,
  onHover,
  onPick,
  onScale,
  onShare,
  onPanes,
  viewport,
  onViewport,
}: {
  readonly group: FrameGroup | undefined
  readonly look: GroupLook
  readonly label: string
  /** Letters of the pair. */
  readonly names: readonly [string, string]
  /** As tests read it: the mode, or the letter of the side that is shown alone. */
  readonly mode: string
  readonly acts: Ref<PairCanvasActs>
  readonly onHover: (at: PixelEvent | undefined) => void
  readonly onPick: (at: PixelEvent) => void
  /** CSS pixels per picture pixel, after each change. */
  readonly onScale: (scale: number) => void
  readonly onShare: (share: number) => void
  /** Where the panes lie, after each drawing that moved them. */
  readonly onPanes: (panes: readonly Pane[]) => void
  /** Where the picture lies, when it is to lie where another one does; undefined: fitted, and free to move. */
  readonly viewport?: LaidViewport | undefined
  /** After each zoom, drag or fit by a person. */
  readonly onViewport?: (viewport: LaidViewport | undefined) => void
}) {
  const view = useRef<Viewport>(undefined)
  const newest = useRef({ group, look, onScale, onPanes })
  newest.current = { group, look, onScale, onPanes }
  const told = useRef('')
  const laid = useRef<LaidViewport>(undefined)
  const gpu = useGpuCanvas(
    makeGroupGpu,
    (target, drawn) => {
      const now = newest.current
      const panes = panesOn(target, now)
      const pane = panes[0]
      const picture = now.group?.[0]?.picture
      if (!now.group || !pane || !picture || pane.width <= 0 || pane.height <= 0) return
      const ratio = window.devicePixelRatio || 1
      const [width, height] = [Math.round(target.clientWidth * ratio), Math.round(target.clientHeight * ratio)]
      if (target.width !== width || target.height !== height) Object.assign(target, { width, height })
      if (!view.current || view.current.isFitted) view.current = fittedViewport(picture, pane)
      drawn.load(now.group)
      drawn.draw(now.look, { width, height, ratio, view: view.current })
      // Read by tests and measurements: what was drawn, not what was asked for.
      document.documentElement.dataset.pairShown = drawn.loaded().join(' ')
      now.onScale(view.current.scale)
      const shape = JSON.stringify(panes)
      if (shape !== told.current) now.onPanes(panes)
      told.current = shape
    },
    () => {
      delete document.documentElement.dataset.pairShown
    },
  )
  const { canvas, ask } = gpu
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are read from the ref when drawing
  useEffect(() => ask(), [group, look])

  // What comes back as it was told is this canvas's own; anything else is where to go.
  useEffect(() => {
    if (viewport === laid.current) return
    laid.current = viewport
    view.current = viewport && { ...viewport, isFitted: false }
    ask()
  }, [viewport, ask])

  const panesNow = () => (canvas.current ? panesOn(canvas.current, newest.current) : [])
  const sizeOf = (): Size => panesNow()[0] ?? { width: 1, height: 1 }
  const move = (change: (view: Viewport, picture: Size, pane: Size) => Viewport) => {
    const picture = newest.current.group?.[0]?.picture
    if (!picture || !view.current) return
    view.current = change(view.current, picture, sizeOf())
    const { scale, centreX, centreY, isFitted } = view.current
    laid.current = isFitted ? undefined : { scale, centreX, centreY }
    onViewport?.(laid.current)
    ask()
  }
  useImperativeHandle(acts, () => ({
    fit: () => move((_, picture, size) => fittedViewport(picture, size)),
    zoom: (factor) => move((now, picture, size) => zoomedAt(now, picture, size, { x: size.width / 2, y: size.height / 2 }, factor)),
    showBox: (box) => move((now, _, size) => withBoxInSight(now, size, box)),
    picture: () =>
      new Promise((resolve, reject) => {
        const target = canvas.current
        if (!target || !newest.current.group) return reject(new Error('nothing is drawn yet'))
        gpu.drawNow()
        target.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser gave no picture of the canvas'))), 'image/png')
      }),
  }))
  const onCanvasOf = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  const pointOf = (event: { clientX: number; clientY: number }): Point => {
    const at = onCanvasOf(event)
    const pane = paneAt(panesNow(), at)
    return pane ? { x: at.x - pane.left, y: at.y - pane.top } : at
  }
  const pixelAt = (event: { clientX: number; clientY: number }): PixelEvent | undefined => {
    const picture = newest.current.group?.[0]?.picture
    if (!picture || !view.current) return undefined
    const point = pointInPicture(view.current, sizeOf(), pointOf(event))
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)]
    return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? undefined : { x, y, onCanvas: onCanvasOf(event) }
  }
  usePointer(canvas, { pointOf, move, pixelAt, onHover, onPick })
  if (gpu.problem !== undefined) return <FaultCard className="m-4" fault={{ code: 'UNEXPECTED', params: { reason: gpu.problem } }} />
  return (
    <>
      <canvas
        ref={canvas}
        data-testid="pair-canvas"
        data-mode={mode}
        tabIndex={0}
        role="img"
        aria-label={label}
        className="absolute inset-0 size-full touch-none cursor-crosshair focus-visible:-outline-offset-2"
      />
      {gpu.isLost && (
        <p
          role="status"
          data-testid="gpu-lost"
          className="absolute inset-x-0 top-1/2 mx-auto w-fit rounded-md border border-line bg-panel px-3 py-1.5 text-sm text-warn"
        >
          The graphics processor dropped the picture. It is drawn again as soon as the browser gives it back.
        </p>
      )}
      {look.mode === 'wipe' && <WipeEdge at={look.share} names={names} onWipe={onShare} />}
    </>
  )
}

function panesOn(canvas: HTMLCanvasElement, { group, look }: { readonly group: FrameGroup | undefined; readonly look: GroupLook }) {
  const picture = group?.[0]?.picture
  if (!picture) return []
  const size = { width: canvas.clientWidth, height: canvas.clientHeight }
  return panesOf(look.mode === 'side' ? group.length : 1, size, picture)
}

/** Larger and centred only when needed: a view that jumps with each step cannot be compared with the one before. */
function withBoxInSight(view: Viewport, size: Size, [x, y, width, height]: readonly [number, number, number, number]): Viewport {
  const [left, top] = [view.centreX - size.width / 2 / view.scale, view.centreY - size.height / 2 / view.scale]
  const isInside = x >= left && y >= top && x + width <= left + size.width / view.scale && y + height <= top + size.height / view.scale
  if (view.isFitted || isInside) return view
  return { ...view, centreX: x + width / 2, centreY: y + height / 2 }
}
