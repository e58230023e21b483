// One lane of readings on the frame axis, as a filled line on a canvas.
import { memo, useLayoutEffect, useRef } from 'react'
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'
import { penFor } from './lane-painting.ts'
import type { ResourceLane } from './lane-samples.ts'
import { useThemeChange } from '../use-theme-change.ts'

const height = 23

export const ResourceCurve = memo(function ResourceCurve({ lane, axis }: { readonly lane: ResourceLane; readonly axis: LaneAxis }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useThemeChange()
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the document when drawing
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, lane, axis)
  }, [lane, axis, theme])
  return (
    <div className="h-6 border-t border-line">
      <canvas ref={canvas} aria-hidden className="block" />
    </div>
  )
})

function draw(canvas: HTMLCanvasElement, { kind, points, top, peak }: ResourceLane, axis: LaneAxis): void {
  const pen = penFor(canvas, axis.width, height)
  const [first, last] = [points[0], points.at(-1)]
  if (!pen || !first || !last) return
  const tone = getComputedStyle(canvas).getPropertyValue(kind.id.startsWith('gpu') ? '--run' : '--mut')
  const x = (position: number) => pixelOfPosition(axis, position + 0.5)
  const y = (value: number) => height - 1 - (value / top) * (height - 4)
  pen.beginPath()
  pen.moveTo(x(first.position), y(first.value))
  for (const { position, value } of points) pen.lineTo(x(position), y(value))
  pen.strokeStyle = tone
  pen.lineWidth = 1.25
  pen.stroke()
  pen.lineTo(x(last.position), height)
  pen.lineTo(x(first.position), height)
  pen.globalAlpha = 0.18
  pen.fillStyle = tone
  pen.fill()
  pen.globalAlpha = 1
  pen.beginPath()
  pen.arc(x((peak.positions[0] + peak.positions[1]) / 2), y(peak.value), 2.5, 0, 2 * Math.PI)
  pen.fill()
}
