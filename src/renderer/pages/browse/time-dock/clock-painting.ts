// Draws the lanes of the wall clock on one canvas: a row that names the stages, then one filled line for each kind of reading.
import { type ClockAxis, cutMs, pixelOfTime } from './clock-axis.ts'
import { penFor } from './lane-painting.ts'
import type { ResourceKind } from './lane-samples.ts'
import type { StageReadings } from './use-readings.ts'
import { timeOfSample } from './work-spans.ts'

type Heights = { readonly head: number; readonly lane: number }

export function paintClock(
  canvas: HTMLCanvasElement,
  clock: ClockAxis,
  kinds: readonly ResourceKind[],
  readings: readonly StageReadings[],
  { head, lane }: Heights,
): void {
  const pen = penFor(canvas, clock.width, head + lane * kinds.length)
  if (!pen) return
  const style = getComputedStyle(canvas)
  const tone = (name: string) => style.getPropertyValue(name)
  paintStages(pen, clock, readings, head, { bar: tone('--line2'), text: tone('--mut') }, style.fontFamily)
  kinds.forEach((kind, i) => {
    const top = head + i * lane
    pen.globalAlpha = 1
    pen.fillStyle = tone('--line')
    pen.fillRect(0, top, clock.width, 1)
    const highest = readings.reduce((most, { samples }) => samples.reduce((so, sample) => Math.max(so, kind.value(sample) ?? 0), most), 0)
    const scale = Math.max(kind.least, highest * 1.1)
    const y = (value: number) => top + lane - 1 - (value / scale) * (lane - 5)
    for (const { samples } of readings)
      for (const line of unbroken(samples.flatMap((sample) => pointOf(sample, kind))))
        paintLine(
          pen,
          line.flatMap(({ from, at, value }, n) => (n === 0 ? [[from, value] as const, [at, value] as const] : [[at, value] as const])),
          (at) => pixelOfTime(clock, at),
          y,
          top + lane,
          tone(kind.id.startsWith('gpu') ? '--run' : '--mut'),
        )
  })
}

type Point = { readonly from: number; readonly at: number; readonly value: number }

function pointOf(sample: StageReadings['samples'][number], kind: ResourceKind): Point[] {
  const value = kind.value(sample)
  const { from, to } = timeOfSample(sample)
  return value === undefined ? [] : [{ from, at: to, value }]
}

/** A line is broken where the axis is cut. */
function unbroken(points: readonly Point[]): Point[][] {
  const lines: Point[][] = []
  for (const point of points) {
    const before = lines.at(-1)?.at(-1)
    if (before && point.from - before.at < cutMs) lines.at(-1)!.push(point)
    else lines.push([point])
  }
  return lines
}

function paintLine(
  pen: CanvasRenderingContext2D,
  points: readonly (readonly [at: number, value: number])[],
  x: (at: number) => number,
  y: (value: number) => number,
  bottom: number,
  tone: string,
): void {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return
  pen.beginPath()
  pen.moveTo(x(first[0]), y(first[1]))
  for (const [at, value] of points) pen.lineTo(x(at), y(value))
  pen.globalAlpha = 1
  pen.strokeStyle = tone
  pen.lineWidth = 1.25
  pen.stroke()
  pen.lineTo(x(last[0]), bottom)
  pen.lineTo(x(first[0]), bottom)
  pen.globalAlpha = 0.18
  pen.fillStyle = tone
  pen.fill()
}

function paintStages(
  pen: CanvasRenderingContext2D,
  clock: ClockAxis,
  readings: readonly StageReadings[],
  head: number,
  tones: { readonly bar: string; readonly text: string },
  font: string,
): void {
  // Canvas keeps what the last drawing left behind.
  pen.globalAlpha = 1
  pen.font = `11px ${font}`
  pen.textBaseline = 'middle'
  for (const { stage, samples } of readings) {
    const [first, last] = [samples[0], samples.at(-1)]
    if (!first || !last) continue
    const [left, right] = [pixelOfTime(clock, timeOfSample(first).from), pixelOfTime(clock, last.at)]
    pen.fillStyle = tones.bar
    pen.fillRect(left, head - 3, Math.max(1, right - left - 1), 2)
    pen.fillStyle = tones.text
    // A name that does not fit over its stage is left out: the words of the marked time say it.
    if (pen.measureText(stage).width < right - left - 4) pen.fillText(stage, left + 1, head / 2 - 1)
  }
}
