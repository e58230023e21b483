// Draws one lane of readings over time as a filled line on a canvas.

export type Lane = {
  readonly points: readonly { readonly at: number; readonly value: number }[]
  readonly peak: number
  /** Value at the upper edge. */
  readonly top: number
}

/** The time axis is at least this long, so that two early readings do not fill the whole width. */
const leastSpanMs = 30_000

/** `tone` names the CSS variable of the line's colour; both themes are drawn by reading it at each call. */
export function drawLane(canvas: HTMLCanvasElement, lane: Lane, tone: string): void {
  const ratio = window.devicePixelRatio || 1
  const { clientWidth: width, clientHeight: height } = canvas
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  const pen = canvas.getContext('2d')
  if (!pen) return
  const style = getComputedStyle(canvas)
  const colour = style.getPropertyValue(tone)
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  pen.fillStyle = style.getPropertyValue('--line')
  pen.fillRect(0, height - 1, width, 1)
  const [first, last] = [lane.points[0], lane.points.at(-1)]
  if (!first || !last) return
  const span = Math.max(leastSpanMs, last.at - first.at)
  const x = (at: number) => ((at - first.at) / span) * (width - 2)
  const y = (value: number) => height - 1 - (value / lane.top) * (height - 3)
  pen.beginPath()
  pen.moveTo(0, y(first.value))
  for (const point of lane.points) pen.lineTo(x(point.at), y(point.value))
  pen.strokeStyle = colour
  pen.lineWidth = 1.25
  pen.lineJoin = 'round'
  pen.stroke()
  pen.lineTo(x(last.at), height - 1)
  pen.lineTo(0, height - 1)
  pen.closePath()
  pen.globalAlpha = 0.22
  pen.fillStyle = colour
  pen.fill()
  pen.globalAlpha = 1
  pen.fillStyle = colour
  pen.fillRect(x(last.at) - 0.5, y(last.value), 1.5, height - 1 - y(last.value))
}
