// Draws the lanes in sight on one canvas: the life of each object with its gaps, its prompt, and its scores where they are read.
import type { Track } from '#core/segment/track'
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'
import { type ScoreSeries, scoresInRange } from './lane-series.ts'

export const laneHeight = 20
const bar = { top: 5, height: 10 }

export type LanePicture = {
  /** Only the lanes in sight, from the top of the canvas on. */
  readonly tracks: readonly Track[]
  readonly axis: LaneAxis
  readonly series: ScoreSeries | undefined
  /** Score at the lower edge of a lane; the upper edge is 1. */
  readonly lowScore: number
  colourOf(track: Track): string
  positionOf(frameIndex: number): number | undefined
  readonly selected: number | undefined
  /** Of prompts, and of the lines between lanes. */
  readonly ink: { readonly text: string; readonly line: string }
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
  const pen = canvas.getContext('2d') ?? undefined
  pen?.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen?.clearRect(0, 0, width, canvas.height / ratio)
  return pen
}

export function paintLanes(canvas: HTMLCanvasElement, picture: LanePicture): void {
  const { tracks, axis, selected } = picture
  const pen = penFor(canvas, axis.width, tracks.length * laneHeight)
  if (!pen) return
  const { text, line } = picture.ink
  tracks.forEach((track, row) => {
    const top = row * laneHeight
    pen.globalAlpha = 1
    pen.fillStyle = line
    pen.fillRect(0, top + laneHeight - 1, axis.width, 1)
    const isFaded = selected !== undefined && selected !== track.id
    pen.fillStyle = picture.colourOf(track)
    for (const [first, last] of track.visible) paintLife(pen, picture, top + bar.top, track.id, first, last, isFaded ? 0.7 : 1)
    const prompt = track.prompt && picture.positionOf(track.prompt.frameIndex)
    if (prompt !== undefined) paintPrompt(pen, pixelOfPosition(axis, prompt + 0.5), top + laneHeight / 2, text)
  })
  pen.globalAlpha = 1
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
