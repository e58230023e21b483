// Area, score and stability of a track over its frames; a click goes there, and the frame looked at is marked.
import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatCount } from '#core/base/format'
import type { Track } from '#core/segment/track'
import { useServices } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { type CurvePoints, curveOf } from './dossier-curve.ts'
import type { Browse } from '../use-browse.ts'
import type { Dossier } from './use-dossier.ts'
import { useThemeChange } from '../use-theme-change.ts'

export function DossierCurves({ browse, track, dossier }: { readonly browse: Browse; readonly track: Track; readonly dossier: Dossier }) {
  const { frameIndices } = browse.run
  const { readings } = dossier
  const area = useMemo(() => curveOf(readings, track.visible, frameIndices, (one) => one.area), [readings, track.visible, frameIndices])
  const score = useMemo(() => curveOf(readings, track.visible, frameIndices, (one) => one.score), [readings, track.visible, frameIndices])
  const stability = useMemo(
    () => curveOf(readings, track.visible, frameIndices, (one) => one.stability),
    [readings, track.visible, frameIndices],
  )
  const now = browse.position === undefined ? undefined : frameIndices[browse.position]
  const isReading = readings.length < dossier.wanted && dossier.problem === undefined
  return (
    <div data-testid="dossier-curves" className="grid gap-1.5 px-3 pt-2">
      <Curve
        name="Area"
        note={isReading ? `${readings.length} of ${dossier.wanted} frames read` : ''}
        points={area}
        now={now}
        words={(value) => `${formatCount(Math.round(value))} px`}
      />
      {(score.low !== undefined || (isReading && track.meanScore !== undefined)) && (
        <Curve name="Score" note="" points={score} now={now} words={(value) => value.toFixed(2)} />
      )}
      {stability.low !== undefined && <Curve name="Stability" note="" points={stability} now={now} words={(value) => value.toFixed(2)} />}
      {dossier.problem !== undefined && <p className="text-xs text-warn">Not all of its life could be read: {dossier.problem}</p>}
    </div>
  )
}

const height = 52

function Curve({
  name,
  note,
  points,
  now,
  words,
}: {
  readonly name: string
  readonly note: string
  readonly points: CurvePoints
  readonly now: number | undefined
  readonly words: (value: number) => string
}) {
  const { view } = useServices()
  const theme = useThemeChange()
  const box = useRef<HTMLDivElement>(null)
  const value = useRef<HTMLElement>(null)
  const plot = useRef<uPlot>(undefined)
  const marked = useRef(now)
  marked.current = now
  const newest = useRef({ points, words, range: '' })
  const range = points.low === undefined || points.high === undefined ? '' : `${words(points.low)} to ${words(points.high)}`
  newest.current = { points, words, range }
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the document when the plot is made
  useEffect(() => {
    const target = box.current
    if (!target) return
    const make = () => {
      const made = new uPlot(
        optionsOf(target, marked, (at) => {
          const { points: shown, words: wordsOf, range: all } = newest.current
          if (value.current) value.current.textContent = at === undefined ? all : wordsAt(shown, at, wordsOf)
        }),
        tableOf(newest.current.points),
        target,
      )
      made.over.addEventListener('click', () => {
        const frameIndex = made.cursor.idx == null ? undefined : newest.current.points.frames[made.cursor.idx]
        if (frameIndex !== undefined) look(view, { frameIndex: Math.round(frameIndex) })
      })
      plot.current = made
    }
    // Each plot in a task of its own: measuring and painting three of them at once holds the page up.
    const timer = setTimeout(make, 0)
    const watched = new ResizeObserver(() => {
      const [made, width] = [plot.current, target.clientWidth]
      if (made && width > 0 && made.width !== width) made.setSize({ width, height })
    })
    watched.observe(target)
    return () => {
      clearTimeout(timer)
      watched.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [theme, view])
  useEffect(() => plot.current?.setData(tableOf(points)), [points])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark is drawn anew when the frame is another one
  useEffect(() => plot.current?.redraw(false), [now])
  return (
    <figure className="m-0 min-w-0">
      <figcaption className="flex justify-between gap-2 text-xs text-mut whitespace-nowrap">
        <span>
          {name} <span className="text-2xs text-dim">{note}</span>
        </span>
        <em ref={value} className="truncate text-txt not-italic">
          {range}
        </em>
      </figcaption>
      <div ref={box} role="img" aria-label={`${name} over its frames${range ? `: ${range}` : ''}`} className="mt-0.5" style={{ height }} />
    </figure>
  )
}

const tableOf = ({ frames, values }: CurvePoints): uPlot.AlignedData => [[...frames], [...values]]

const wordsAt = ({ frames, values }: CurvePoints, at: number, words: (value: number) => string) => {
  const value = values[at]
  return value == null ? 'not visible' : `frame ${frames[at]} · ${words(value)}`
}

function optionsOf(
  target: HTMLElement,
  now: { readonly current: number | undefined },
  point: (at: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(target)
  // Read once: asked for in each drawing, they make the browser work out the styles of the page each time.
  const [run, line, accent] = ['--run', '--line', '--acc'].map((name) => style.getPropertyValue(name).trim())
  return {
    width: target.clientWidth,
    height,
    padding: [3, 2, 1, 2],
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: { x: { time: false }, y: { range: (_plot, low, high) => [low - (high - low) * 0.08, high + (high - low) * 0.08 || high + 1] } },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    series: [{}, { stroke: run ?? '', width: 1.25, fill: `color-mix(in srgb, ${run} 16%, transparent)`, points: { show: false } }],
    hooks: {
      setCursor: [(plot) => point(plot.cursor.left === undefined || plot.cursor.left < 0 ? undefined : (plot.cursor.idx ?? undefined))],
      draw: [
        ({ ctx, bbox, valToPos }) => {
          // uPlot sets a colour only when it believes it changed: one left behind here would fill the whole curve in the next drawing.
          ctx.save()
          ctx.fillStyle = line ?? ''
          ctx.fillRect(bbox.left, bbox.top + bbox.height - 1, bbox.width, 1)
          const x = now.current === undefined ? Number.NaN : valToPos(now.current, 'x', true)
          if (x >= bbox.left && x <= bbox.left + bbox.width) {
            ctx.fillStyle = accent ?? ''
            ctx.fillRect(Math.round(x), bbox.top, Math.max(1, window.devicePixelRatio), bbox.height)
          }
          ctx.restore()
        },
      ],
    },
  }
}
