// What the run used over the time of day: a click goes to the frame worked on then, a drag marks all frames of that time.
import { type KeyboardEvent, memo, type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { formatBytes, formatDuration } from '#core/base/format'
import { memoryOfSample } from '#core/run/sample'
import { useServices } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import type { Browse } from '../use-browse.ts'
import { useThemeChange } from '../use-theme-change.ts'
import { type ClockAxis, clockAxis, pixelOfTime, timeAtPixel } from './clock-axis.ts'
import { paintClock } from './clock-painting.ts'
import type { LaneAxis, LoopRange } from './lane-axis.ts'
import { axisRight, namesWidth } from './time-dock-playhead.tsx'
import { resourceKinds } from './lane-samples.ts'
import type { StageReadings } from './use-readings.ts'
import { framesWorkedIn, type TimeSpan, timeOfSample, timesOfFrames } from './work-spans.ts'

/** CSS pixels of the row of stages, and of each lane. */
export const clockRow = { head: 16, lane: 24 }

export function TimeDockClock({
  browse,
  axis,
  readings,
}: {
  readonly browse: Browse
  readonly axis: LaneAxis
  readonly readings: readonly StageReadings[]
}) {
  const clock = useMemo(
    () =>
      clockAxis(
        readings.flatMap(({ samples }) => samples.map(timeOfSample)),
        axis.width,
      ),
    [readings, axis.width],
  )
  const kinds = useMemo(
    () => resourceKinds.filter((kind) => readings.some(({ samples }) => samples.some((sample) => kind.value(sample) !== undefined))),
    [readings],
  )
  if (readings.length === 0)
    return (
      <p className="relative z-20 border-t border-line bg-panel px-3 py-0.5 text-xs text-dim">This run has no readings of what it used.</p>
    )
  return (
    <div
      className="relative z-20 grid border-t border-line bg-panel"
      style={{ gridTemplateColumns: `${namesWidth}px minmax(0, 1fr)` }}
      // Another axis than that of the frames: the dock must not take a pointer here for one there.
      onPointerDown={(event) => event.stopPropagation()}
      onPointerMove={(event) => event.stopPropagation()}
    >
      <div className="text-xs text-mut whitespace-nowrap">
        <div className="flex items-center pl-3 text-2xs text-dim" style={{ height: clockRow.head }}>
          {timeOfDay(clock.pieces[0]?.from)} to {timeOfDay(clock.pieces.at(-1)?.to)}
        </div>
        {kinds.map((kind) => (
          <ClockPeak key={kind.id} browse={browse} kind={kind} readings={readings} />
        ))}
      </div>
      <ClockStrip browse={browse} clock={clock} kinds={kinds} readings={readings} />
    </div>
  )
}

const timeOfDay = (at: number | undefined) => (at === undefined ? '–' : new Date(at).toLocaleTimeString(undefined, { hour12: false }))

type Kind = (typeof resourceKinds)[number]

/** The highest reading of the whole run, in whichever stage it was. */
function ClockPeak({
  browse,
  kind,
  readings,
}: {
  readonly browse: Browse
  readonly kind: Kind
  readonly readings: readonly StageReadings[]
}) {
  const goTo = useGoToTime(browse, readings)
  const peak = useMemo(() => {
    let found: { readonly stage: string; readonly span: TimeSpan; readonly value: number } | undefined
    for (const { stage, samples } of readings)
      for (const sample of samples) {
        const value = kind.value(sample)
        if (value !== undefined && (!found || value > found.value)) found = { stage, span: timeOfSample(sample), value }
      }
    return found
  }, [readings, kind])
  return (
    <div className="flex items-center gap-2 border-t border-line pr-3 pl-3" style={{ height: clockRow.lane }}>
      <span className="truncate">{kind.title}</span>
      {peak && (
        <button
          type="button"
          data-testid={`clock-peak-${kind.id}`}
          className="ml-auto h-6 rounded text-dim hover:text-acc"
          title={`Highest at ${timeOfDay(peak.span.to)}, in ${peak.stage}; select the frames worked on then`}
          onClick={() => goTo(peak.span, peak.stage)}
        >
          <span aria-hidden>▲ </span>
          <span className="sr-only">{kind.title} peak </span>
          {kind.words(peak.value)}
        </button>
      )}
    </div>
  )
}

/** Goes to the frames worked on in a time, by the stage named or by any; more than one are marked as the loop. */
function useGoToTime(browse: Browse, readings: readonly StageReadings[]): (span: TimeSpan, by?: string) => LoopRange | undefined {
  const { view } = useServices()
  return (span, by) => {
    const found = readings.flatMap(({ stage, spans }) => (by === undefined || by === stage ? (framesWorkedIn(spans, span) ?? []) : []))
    if (found.length === 0) return undefined
    const frames: LoopRange = [Math.min(...found), Math.max(...found)]
    look(view, { frameIndex: browse.run.frameIndices[frames[0]] })
    browse.setLoop(frames[1] > frames[0] ? frames : undefined)
    return frames
  }
}

function ClockStrip({
  browse,
  clock,
  kinds,
  readings,
}: {
  readonly browse: Browse
  readonly clock: ClockAxis
  readonly kinds: readonly Kind[]
  readonly readings: readonly StageReadings[]
}) {
  const goTo = useGoToTime(browse, readings)
  const from = useRef<number>(undefined)
  const [dragged, setDragged] = useState<TimeSpan>()
  const { position, loop, run } = browse
  const wanted: LoopRange | undefined = loop ?? (position === undefined ? undefined : [position, position])
  const [first, last] = wanted ?? [-1, -1]
  const marked = useMemo(() => readings.flatMap(({ spans }) => timesOfFrames(spans, [first, last])), [readings, first, last])
  const timeAt = (event: PointerEvent) => timeAtPixel(clock, event.clientX - event.currentTarget.getBoundingClientRect().left)
  const spanTo = (to: number) => {
    const start = from.current ?? to
    return { from: Math.min(start, to), to: Math.max(start, to) }
  }
  const end = (event: PointerEvent) => {
    const to = timeAt(event)
    if (from.current !== undefined && to !== undefined) {
      const span = spanTo(to)
      goTo({ from: span.from, to: Math.max(span.to, span.from + 1) })
    }
    from.current = undefined
    setDragged(undefined)
  }
  const all = readings.flatMap(({ samples }) => samples).sort((a, b) => a.at - b.at)
  const now = marked.at(-1)?.from ?? all[0]?.at ?? 0
  const at = Math.max(
    0,
    all.findIndex((sample) => sample.at > now),
  )
  const press = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key]
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    // Readings in which no frame was worked on are passed over.
    for (let next = at + by; next >= 0 && next < all.length; next += Math.sign(by))
      if (goTo(timeOfSample(all[next]!), all[next]!.stage)) return
  }
  const words = wordsOfMarked(readings, marked, loop, run.frameIndices, position)
  return (
    <div
      data-testid="clock"
      role="slider"
      tabIndex={0}
      aria-label="Time of day"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, all.length - 1)}
      aria-valuenow={at}
      aria-valuetext={words}
      title="What the run used over the time of day: click for the frame worked on then, drag for all frames of that time"
      className="relative cursor-crosshair touch-none focus-visible:-outline-offset-2"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = timeAt(event)
      }}
      onPointerMove={(event) => {
        const to = timeAt(event)
        if (from.current !== undefined && to !== undefined) setDragged(spanTo(to))
      }}
      onPointerUp={end}
      onPointerCancel={() => {
        from.current = undefined
        setDragged(undefined)
      }}
      onKeyDown={press}
    >
      <ClockCanvas clock={clock} kinds={kinds} readings={readings} />
      {[...marked, ...(dragged ? [dragged] : [])].map(({ from: begin, to }) => (
        <span
          key={`${begin} ${to}`}
          data-testid="clock-mark"
          className="pointer-events-none absolute inset-y-0 border-x border-acc bg-[color-mix(in_srgb,var(--acc)_16%,transparent)]"
          style={{ left: pixelOfTime(clock, begin), width: Math.max(2, pixelOfTime(clock, to) - pixelOfTime(clock, begin)) }}
        />
      ))}
      <span
        className="pointer-events-none absolute right-0 top-0 bg-[color-mix(in_srgb,var(--panel)_85%,transparent)] px-1 text-2xs leading-4 text-mut"
        style={{ marginRight: axisRight }}
        data-testid="clock-words"
      >
        {words}
      </span>
    </div>
  )
}

/** "frames 3 to 5: 4.2 s of ssam, 1.1 s of tracker; memory up to 512 MiB" */
function wordsOfMarked(
  readings: readonly StageReadings[],
  marked: readonly TimeSpan[],
  loop: LoopRange | undefined,
  frameIndices: readonly number[],
  position: number | undefined,
): string {
  if (position === undefined) return ''
  const frames = loop ? `frames ${frameIndices[loop[0]]} to ${frameIndices[loop[1]]}` : `frame ${frameIndices[position]}`
  const range: LoopRange = loop ?? [position, position]
  const parts = readings.flatMap(({ stage, spans }) => {
    const ms = timesOfFrames(spans, range).reduce((sum, { from, to }) => sum + to - from, 0)
    return ms > 0 ? [`${formatDuration(ms)} of ${stage}`] : []
  })
  if (parts.length === 0) return `${frames}: no stage told when it worked there`
  const inside = readings
    .flatMap(({ samples }) => samples)
    .filter((sample) => {
      const { from, to } = timeOfSample(sample)
      return marked.some((mark) => from < mark.to && mark.from < to)
    })
  const memory =
    inside.length > 0 ? `; memory up to ${formatBytes(inside.reduce((most, one) => Math.max(most, memoryOfSample(one)), 0))}` : ''
  return `${frames}: ${parts.join(', ')}${memory}`
}

const ClockCanvas = memo(function ClockCanvas({
  clock,
  kinds,
  readings,
}: {
  readonly clock: ClockAxis
  readonly kinds: readonly Kind[]
  readonly readings: readonly StageReadings[]
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useThemeChange()
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the document when drawing
  useLayoutEffect(() => {
    if (canvas.current) paintClock(canvas.current, clock, kinds, readings, clockRow)
  }, [clock, kinds, readings, theme])
  return <canvas ref={canvas} aria-hidden className="block" />
})
