// A small picture of the whole frame while only a part of it is in sight; a press or a drag on it moves there.
import { type PointerEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import type { Sight } from '../../../frame/frame-canvas.tsx'
import { partInSight, type Point } from '../../../frame/viewport.ts'

/** Told after each drawing; only the small picture is drawn anew then, not the page. */
export type MinimapActs = { show(sight: Sight): void }

const longSide = 148

export function Minimap({
  ref,
  bitmap,
  onCentre,
}: {
  readonly ref: Ref<MinimapActs>
  readonly bitmap: ImageBitmap
  readonly onCentre: (at: Point) => void
}) {
  const [part, setPart] = useState<ReturnType<typeof partInSight>>()
  const canvas = useRef<HTMLCanvasElement>(null)
  useImperativeHandle(ref, () => ({
    show: ({ view, picture, canvas: size }) => {
      const next = partInSight(view, picture, size)
      setPart((before) => (isSamePart(before, next) ? before : next))
    },
  }))
  const scale = longSide / Math.max(bitmap.width, bitmap.height, 1)
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)]
  const isOpen = part !== undefined
  useEffect(() => {
    const pen = isOpen ? canvas.current?.getContext('2d') : undefined
    if (!pen || bitmap.width === 0) return
    pen.canvas.width = width * 2
    pen.canvas.height = height * 2
    pen.drawImage(bitmap, 0, 0, width * 2, height * 2)
  }, [bitmap, isOpen, width, height])
  if (!part) return null
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    onCentre({ x: ((event.clientX - box.left) / box.width) * bitmap.width, y: ((event.clientY - box.top) / box.height) * bitmap.height })
  }
  return (
    <div
      data-testid="minimap"
      title="The whole frame; press to go there"
      className="pointer-events-auto relative shrink-0 touch-none overflow-hidden border border-[#ffffff66] bg-[#0c0c0c]"
      style={{ width, height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        move(event)
      }}
      onPointerMove={move}
    >
      <canvas ref={canvas} aria-hidden className="size-full opacity-80" />
      <span
        aria-hidden
        data-testid="minimap-part"
        className="absolute border-[1.5px] border-[#ffffff] shadow-[0_0_0_400px_#0000004d]"
        style={{
          left: `${part.left * 100}%`,
          top: `${part.top * 100}%`,
          width: `${part.width * 100}%`,
          height: `${part.height * 100}%`,
          minWidth: 3,
          minHeight: 3,
        }}
      />
    </div>
  )
}

function isSamePart(a: ReturnType<typeof partInSight>, b: ReturnType<typeof partInSight>): boolean {
  if (!a || !b) return a === b
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height
}
