// Draws the lanes in sight on one canvas, names and all: the life of each object with its gaps, its prompt, and its scores where they are read.
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'
import { type ScoreSeries, scoresInRange } from './lane-series.ts'
import { axisRight, namesWidth } from './time-dock-playhead.tsx'

export const laneHeight = 20
const bar = { top: 5, height: 10 }

export type LanePicture = {
  /** Of all lanes; only those in sight are drawn. */
  readonly tracks: readonly Track[]
  readonly axis: LaneAxis
  readonly series: ScoreSeries | undefined
  /** Score at the lower edge of a lane; the upper edge is 1. */
  readonly lowScore: number
  colourOf(track: Track): string
  positionOf(frameIndex: number): number | undefined
  readonly selected: number | undefined
  /** Tracks with a star. */
  readonly starred: ReadonlySet<number>
  readonly ink: LaneInk
}

/** Colours as the document has them; `font` is a whole CSS font. */
export type LaneInk = {
  readonly text: string
  readonly mut: string
  readonly dim: string
  readonly line: string
  readonly accent: string
  readonly font: string
}

/** Fits the canvas to its lanes and gives a pen in CSS pixels. */
export function penFor(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio || 1
  const [wide, high] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))]
  if (canvas.width !== wide) canvas.width = wide
  // A canvas that is a little too high is kept: making it anew costs more than drawing it.
  if (canvas.height < high || canvas.height > 2 * high) canvas.height = high
  canvas.style.width = `${width}px`
  canvas.style.height = `${canvas.height / ratio}px`
  // Small and drawn anew at each scroll: by the processor it is there at once, while a GPU would be fed hundreds of short paths.
  const pen = canvas.getContext('2d', { willReadFrequently: true }) ?? undefined
  pen?.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen?.clearRect(0, 0, width, canvas.height / ratio)
  return pen
}

/** `top`: pixels scrolled; `height`: pixels in sight. The axis begins `namesWidth` pixels from the left and ends `axisRight` before the right. */
export function paintLanes(canvas: HTMLCanvasElement, picture: LanePicture, top: number, height: number): void {
  const { tracks, axis, ink } = picture
  const pen = penFor(canvas, namesWidth + axis.width + axisRight, height)
  if (!pen) return
  pen.font = ink.font
  pen.textBaseline = 'middle'
  const last = Math.min(tracks.length - 1, Math.floor((top + height - 1) / laneHeight))
  for (let row = Math.max(0, Math.floor(top / laneHeight)); row <= last; row += 1)
    paintLane(pen, picture, tracks[row]!, row * laneHeight - top)
  pen.globalAlpha = 1
}

function paintLane(pen: CanvasRenderingContext2D, picture: LanePicture, track: Track, top: number): void {
  const { axis, ink, selected } = picture
  const isSelected = selected === track.id
  const right = namesWidth + axis.width + axisRight
  if (isSelected) {
    pen.fillStyle = ink.accent
    pen.globalAlpha = 0.14
    pen.fillRect(0, top, right, laneHeight - 1)
    pen.globalAlpha = 1
    pen.fillRect(0, top, 2, laneHeight - 1)
  }
  pen.globalAlpha = 1
  pen.fillStyle = ink.line
  pen.fillRect(0, top + laneHeight - 1, right, 1)
  const middle = top + laneHeight / 2
  pen.fillStyle = isSelected ? ink.text : ink.mut
  pen.fillText(labelOfId(track.id), 28, middle)
  pen.fillStyle = isSelected ? ink.mut : ink.dim
  pen.textAlign = 'right'
  pen.fillText(formatCount(track.frameCount), namesWidth - 12, middle)
  pen.textAlign = 'left'
  if (picture.starred.has(track.id)) {
    pen.fillStyle = ink.accent
    pen.fillText('★', 74, middle)
  }
  pen.fillStyle = picture.colourOf(track)
  pen.fillRect(12, middle - 4, 8, 8)
  pen.translate(namesWidth, 0)
  const isFaded = selected !== undefined && !isSelected
  for (const [first, last] of track.visible) paintLife(pen, picture, top + bar.top, track.id, first, last, isFaded ? 0.7 : 1)
  const prompt = track.prompt && picture.positionOf(track.prompt.frameIndex)
  if (prompt !== undefined) paintPrompt(pen, pixelOfPosition(axis, prompt + 0.5), middle, ink.text)
  pen.translate(-namesWidth, 0)
}

/** One range: a plain bar, or a faint one with its scores as a line that is filled below. */
function paintLife(
  pen: CanvasRenderingContext2D,
  { axis, series, lowScore }: LanePicture,
  top: number,
  id: number,
  first: number,
  last: number,
  strength: number,
): void {
  const left = pixelOfPosition(axis, first)
  const width = Math.max(2, pixelOfPosition(axis, last + 1) - left)
  const points = series ? scoresInRange(series, id, first, last) : []
  pen.globalAlpha = (points.length > 0 ? 0.24 : 0.7) * strength
  pen.fillRect(left, top, width, bar.height)
  const [start, end] = [points[0], points.at(-1)]
  if (!start || !end) return
  const yOf = (score: number) => top + bar.height * (1 - Math.max(0, (score - lowScore) / Math.max(0.01, 1 - lowScore)))
  pen.beginPath()
  pen.moveTo(left, yOf(start.score))
  for (const { position, score } of points) pen.lineTo(pixelOfPosition(axis, position + 0.5), yOf(score))
  pen.lineTo(left + width, yOf(end.score))
  pen.globalAlpha = strength
  pen.strokeStyle = pen.fillStyle
  pen.lineWidth = 1.5
  pen.stroke()
  pen.lineTo(left + width, top + bar.height)
  pen.lineTo(left, top + bar.height)
  pen.globalAlpha = 0.4 * strength
  pen.fill()
}

/** A small diamond, told apart from a bar by its shape and not by a colour. */
function paintPrompt(pen: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  const before = pen.fillStyle
  pen.globalAlpha = 1
  pen.fillStyle = colour
  pen.beginPath()
  pen.moveTo(x, y - 4)
  pen.lineTo(x + 3.5, y)
  pen.lineTo(x, y + 4)
  pen.lineTo(x - 3.5, y)
  pen.fill()
  pen.fillStyle = before
}
