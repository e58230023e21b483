// The canvas of a frame: draws when something changed, zooms, pans, and says what lies under the pointer.
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { FaultCard } from '../ui/fault-card.tsx'
import type { CompleteFrame } from './frame-source.ts'
import { makeFrameMetrics, noteHover, showMetrics } from './frame-metrics.ts'
import { type FrameLook, makeFrameGpu } from './mask-texture.ts'
import { useGpuCanvas } from './use-gpu-canvas.ts'
import { type PixelEvent, usePointer } from './use-pointer.ts'
import { centredAt, fittedViewport, type Point, pointInPicture, type Size, type Viewport, zoomedAt } from './viewport.ts'

export type LaidViewport = Pick<Viewport, 'scale' | 'centreX' | 'centreY'>
export type FrameCanvasActs = {
  fit(): void
  zoom(factor: number): void
  /** Brings a pixel of the picture into the middle, at the zoom there is. */
  centre(at: Point): void
}
/** What part of the picture is in sight: the viewport and the size of the canvas. */
export type Sight = { readonly view: Viewport; readonly canvas: Size; readonly picture: Size }

export function FrameCanvas({
  frame,
  look,
  label,
  acts,
  onHover,
  onPick,
  onBeneath,
  onScale,
  onSight,
  viewport,
  onViewport,
}: {
  readonly frame: CompleteFrame | undefined
  readonly look: FrameLook
  readonly label: string
  readonly acts: Ref<FrameCanvasActs>
  readonly onHover: (at: PixelEvent | undefined) => void
  readonly onPick: (at: PixelEvent, isAdding: boolean) => void
  /** Alt and the wheel: one mask further down (1) or up (-1) under the pointer. */
  readonly onBeneath?: (at: PixelEvent, step: 1 | -1) => void
  /** CSS pixels per picture pixel, after each change. */
  readonly onScale: (scale: number) => void
  /** After each drawing. */
  readonly onSight?: (sight: Sight) => void
  /** Where the picture lies; undefined: fitted. */
  readonly viewport: LaidViewport | undefined
  /** After each zoom, drag or fit by a person. */
  readonly onViewport: (viewport: LaidViewport | undefined) => void
}) {
  const view = useRef<Viewport>(undefined)
  const newest = useRef({ frame, look, onScale, onSight })
  newest.current = { frame, look, onScale, onSight }
  const metrics = useRef(makeFrameMetrics())
  const told = useRef<LaidViewport>(undefined)
  const { canvas, ask, problem, isLost } = useGpuCanvas(
    (target) => makeFrameGpu(target, metrics.current),
    (target, gpu) => {
      const now = newest.current
      if (!now.frame) return
      const ratio = window.devicePixelRatio || 1
      const size = { width: target.clientWidth, height: target.clientHeight }
      if (size.width === 0 || size.height === 0) return
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
      if (target.width !== width || target.height !== height) Object.assign(target, { width, height })
      if (!view.current || view.current.isFitted) view.current = fittedViewport(now.frame.picture, size)
      const { scale, centreX, centreY } = view.current
      gpu.load(now.frame)
      gpu.draw(now.look, {
        scale,
        ratio,
        width,
        height,
        originX: centreX - size.width / 2 / scale,
        originY: centreY - size.height / 2 / scale,
      })
      const loaded = gpu.loaded()
      if (loaded) Object.assign(document.documentElement.dataset, { frameShown: String(loaded.pictureOf), masksOf: String(loaded.masksOf) })
      now.onScale(scale)
      now.onSight?.({ view: view.current, canvas: size, picture: now.frame.picture })
    },
    () => {
      delete document.documentElement.dataset.frameShown
      delete document.documentElement.dataset.masksOf
    },
  )
  useEffect(() => showMetrics(window, metrics.current), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are read from the ref when drawing
  useEffect(() => ask(), [frame, look])

  // What comes back as it was told is this canvas's own; anything else (an address, an undo) is where to go.
  useEffect(() => {
    if (viewport === told.current) return
    told.current = viewport
    view.current = viewport && { ...viewport, isFitted: false }
    ask()
  }, [viewport, ask])

  const sizeOf = (): Size => ({ width: canvas.current?.clientWidth ?? 1, height: canvas.current?.clientHeight ?? 1 })
  const move = (change: (view: Viewport, picture: Size, canvasSize: Size) => Viewport) => {
    const picture = newest.current.frame?.picture
    if (!picture || !view.current) return
    view.current = change(view.current, picture, sizeOf())
    const { scale, centreX, centreY, isFitted } = view.current
    told.current = isFitted ? undefined : { scale, centreX, centreY }
    onViewport(told.current)
    ask()
  }
  useImperativeHandle(acts, () => ({
    fit: () => move((_, picture, size) => fittedViewport(picture, size)),
    zoom: (factor) => move((now, picture, size) => zoomedAt(now, picture, size, { x: size.width / 2, y: size.height / 2 }, factor)),
    centre: (at) => move((now, picture) => centredAt(now, picture, at)),
  }))
  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect()
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) }
  }
  const pixelAt = (event: { clientX: number; clientY: number }): PixelEvent | undefined => {
    const target = canvas.current
    const picture = newest.current.frame?.picture
    if (!target || !picture || !view.current) return undefined
    const onCanvas = pointOf(event)
    const point = pointInPicture(view.current, sizeOf(), onCanvas)
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)]
    return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? undefined : { x, y, onCanvas }
  }
  const timedHover = (at: PixelEvent | undefined) => {
    const startedAt = performance.now()
    onHover(at)
    if (at) noteHover(metrics.current, performance.now() - startedAt)
  }
  usePointer(canvas, { pointOf, move, pixelAt, onHover: timedHover, onPick, onBeneath })
  if (problem !== undefined) return <FaultCard className="m-4" fault={{ code: 'UNEXPECTED', params: { reason: problem } }} />
  return (
    <>
      <canvas
        ref={canvas}
        data-testid="frame-canvas"
        tabIndex={0}
        role="img"
        aria-label={label}
        className="absolute inset-0 size-full touch-none cursor-crosshair focus-visible:-outline-offset-2"
      />
      {isLost && (
        <p role="status" className="pointer-events-none absolute inset-x-0 top-1/2 text-center text-mut">
          The GPU gave the picture up; it comes back by itself.
        </p>
      )}
    </>
  )
}
