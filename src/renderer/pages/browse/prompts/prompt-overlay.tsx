// Over the picture while an object is added: takes clicks and boxes, and shows the mask that is offered, the points and the cursor.
import { type PointerEvent, type Ref, useEffect, useImperativeHandle, useRef, useState, type WheelEvent } from 'react'
import type { Sight } from '../../../frame/frame-canvas.tsx'
import { type Point, pointInPicture } from '../../../frame/viewport.ts'
import { paintMask } from './mask-painting.ts'
import { chosenMask, type DraftStep, type PromptDraft } from './prompt-draft.ts'

/** Told after each drawing of the picture beneath. */
export type PromptOverlayActs = { show(sight: Sight): void }

type Drag = { readonly from: Point; readonly to: Point }
/** Screen pixels: a hand is never quite still. */
const leastDrag = 5

export function PromptOverlay({
  ref,
  first,
  draft,
  cursor,
  onStep,
}: {
  readonly ref: Ref<PromptOverlayActs>
  /** Where the picture lies until it is drawn again. */
  readonly first: Sight | undefined
  readonly draft: PromptDraft
  readonly cursor: Point | undefined
  readonly onStep: (step: DraftStep) => void
}) {
  const [sight, setSight] = useState(first)
  const [drag, setDrag] = useState<Drag>()
  useImperativeHandle(ref, () => ({ show: setSight }))
  if (!sight) return null
  const { view, canvas, picture } = sight
  const onScreen = ({ x, y }: Point): Point => ({
    x: canvas.width / 2 + (x - view.centreX) * view.scale,
    y: canvas.height / 2 + (y - view.centreY) * view.scale,
  })
  const within = ({ x, y }: Point): Point => ({ x: Math.min(picture.width, Math.max(0, x)), y: Math.min(picture.height, Math.max(0, y)) })
  const pointOf = (event: PointerEvent<HTMLDivElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect()
    return pointInPicture(view, canvas, { x: event.clientX - box.left, y: event.clientY - box.top })
  }
  const isFar = ({ from, to }: Drag) => Math.hypot(to.x - from.x, to.y - from.y) * view.scale >= leastDrag
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 && event.button !== 2) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const from = pointOf(event)
    setDrag({ from, to: from })
  }
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (!drag) return
    const done = { from: drag.from, to: pointOf(event) }
    setDrag(undefined)
    if (isFar(done)) {
      const step = boxOf(within(done.from), within(done.to))
      if (step) onStep(step)
      return
    }
    const { x, y } = done.from
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return
    onStep({ kind: 'point', x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5, positive: event.button === 0 && !event.altKey })
  }
  return (
    <div
      data-testid="prompt-overlay"
      aria-hidden
      className="absolute inset-0 cursor-cell touch-none overflow-hidden"
      onContextMenu={(event) => event.preventDefault()}
      onPointerDown={down}
      onPointerMove={(event) => drag && setDrag({ from: drag.from, to: pointOf(event) })}
      onPointerUp={up}
      onPointerCancel={() => setDrag(undefined)}
      onWheel={zoomBeneath}
    >
      <OfferedMask draft={draft} onScreen={onScreen} scale={view.scale} />
      <svg className="absolute inset-0 size-full" aria-hidden>
        {draft.steps.map((step, place) =>
          step.kind === 'point' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added and taken away at the end
            <Dot key={place} at={onScreen(step)} positive={step.positive} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Frame key={place} from={onScreen({ x: step.box[0], y: step.box[1] })} to={onScreen({ x: step.box[2], y: step.box[3] })} />
          ),
        )}
        {drag && isFar(drag) && <Frame from={onScreen(drag.from)} to={onScreen(drag.to)} />}
        {cursor && <Cross at={onScreen(cursor)} />}
      </svg>
    </div>
  )
}

/** The picture beneath zooms as if nothing lay over it. */
function zoomBeneath(event: WheelEvent<HTMLDivElement>): void {
  event.currentTarget.parentElement?.querySelector('canvas')?.dispatchEvent(new globalThis.WheelEvent('wheel', event.nativeEvent))
}

function boxOf(a: Point, b: Point): DraftStep | undefined {
  const [x0, x1] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  const [y0, y1] = [Math.min(a.y, b.y), Math.max(a.y, b.y)]
  return x1 - x0 < 1 || y1 - y0 < 1 ? undefined : { kind: 'box', box: [x0, y0, x1, y1] }
}

function OfferedMask({
  draft,
  onScreen,
  scale,
}: {
  readonly draft: PromptDraft
  readonly onScreen: (at: Point) => Point
  readonly scale: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const mask = chosenMask(draft)
  const size = draft.answer?.is.size
  useEffect(() => {
    const pen = canvas.current?.getContext('2d')
    if (!pen || !mask || !size) return
    const painted = paintMask(mask.counts, size, mask.box)
    Object.assign(pen.canvas, { width: painted.width, height: painted.height })
    pen.putImageData(painted, 0, 0)
  }, [mask, size])
  if (!mask) return null
  const [x, y, width, height] = mask.box
  const at = onScreen({ x, y })
  return (
    <canvas
      ref={canvas}
      data-testid="prompt-mask"
      data-box={mask.box.join(' ')}
      className="absolute [image-rendering:pixelated]"
      style={{ left: at.x, top: at.y, width: width * scale, height: height * scale }}
    />
  )
}

function Dot({ at: { x, y }, positive }: { readonly at: Point; readonly positive: boolean }) {
  return (
    <g transform={`translate(${x} ${y})`} stroke="#ffffff" strokeWidth={1.5} strokeLinecap="round">
      <circle r={6.5} fill={positive ? '#2d7d3a' : '#b3402f'} />
      <path d={positive ? 'M-3 0H3M0-3V3' : 'M-3 0H3'} />
    </g>
  )
}

function Frame({ from, to }: { readonly from: Point; readonly to: Point }) {
  const box = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }
  return (
    <g fill="none">
      <rect {...box} stroke="#000000" strokeOpacity={0.6} strokeWidth={3} />
      <rect {...box} stroke="#ffffff" strokeWidth={1.25} strokeDasharray="5 3" />
    </g>
  )
}

function Cross({ at: { x, y } }: { readonly at: Point }) {
  const path = 'M-14 0H-4M4 0H14M0-14V-4M0 4V14'
  return (
    <g transform={`translate(${x} ${y})`} strokeLinecap="round" data-testid="prompt-cursor">
      <path d={path} stroke="#000000" strokeOpacity={0.7} strokeWidth={4} />
      <path d={path} stroke="#ffffff" strokeWidth={1.75} />
    </g>
  )
}
