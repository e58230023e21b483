// The upper part of the dock, which does not scroll: numbers of frames, what each stage has written, and what it used.
import { type KeyboardEvent, memo, useMemo } from 'react'
import { formatCount } from '#core/base/format'
import { rangesOfPositions } from '../../../frame/coverage-model.ts'
import { wordOfStage } from '../../../frame/stage-words.ts'
import { useServices, useSettings } from '../../../state/services.tsx'
import { useAct } from '../../../state/use-acts.ts'
import { look } from '../../../state/view-store.ts'
import { type LaneAxis, type LoopRange, pixelOfPosition, rulerStep } from './lane-axis.ts'
import { type ResourceLane, resourceLanes } from './lane-samples.ts'
import { TimeDockClock } from './time-dock-clock.tsx'
import { filmHeight, TimeDockFilm } from './time-dock-film.tsx'
import { namesWidth } from './time-dock-playhead.tsx'
import { ResourceCurve } from './time-dock-resource.tsx'
import type { Browse } from '../use-browse.ts'
import { type StageReadings, useReadings } from './use-readings.ts'
import { framesWorkedIn, timeOfSample } from './work-spans.ts'

const nameRow = 'flex items-center gap-2 border-t border-line pl-3 pr-3 text-xs text-mut whitespace-nowrap'

export function TimeDockScale({ browse, axis }: { readonly browse: Browse; readonly axis: LaneAxis }) {
  const { view } = useServices()
  const { dockResources, dockTime, dockFilm } = useSettings((settings) => ({
    dockResources: settings.dockResources,
    dockTime: settings.dockTime,
    dockFilm: settings.dockFilm,
  }))
  const readings = useReadings(browse, dockResources)
  const isClock = dockTime === 'clock'
  const resources = useMemo(() => (isClock ? [] : lanesOfStage(readings, browse.stage)), [readings, browse.stage, isClock])
  const { frameIndices } = browse.run
  const goTo = ([first, last]: LoopRange) => {
    look(view, { frameIndex: frameIndices[first] })
    browse.setLoop(last > first ? [first, last] : undefined)
  }
  const named = ([first, last]: LoopRange) =>
    first === last ? `frame ${frameIndices[first]}` : `frames ${frameIndices[first]} to ${frameIndices[last]}`
  const { stages } = browse.coverage
  return (
    <div className="border-b border-line">
      <div className="grid" style={{ gridTemplateColumns: `${namesWidth}px minmax(0, 1fr)` }}>
        <div>
          <div className="h-5" />
          {dockFilm && (
            <div className={nameRow} style={{ height: filmHeight }}>
              Frames
            </div>
          )}
          {stages.map((stage) => (
            <div key={stage} className={`${nameRow} h-4`}>
              <span className={stage === browse.stage ? 'text-txt' : ''}>{wordOfStage(stage)}</span>
              <span className="ml-auto text-dim">{formatCount(browse.coverage.framesOf(stage).size)}</span>
            </div>
          ))}
          {resources.map(({ kind, peak }) => (
            <div key={kind.id} className={`${nameRow} h-6`}>
              <span className="truncate">{kind.title}</span>
              <button
                type="button"
                data-testid={`peak-${kind.id}`}
                className="ml-auto h-6 rounded text-dim hover:text-acc"
                title={`Highest while ${browse.stage} worked on ${named(peak.positions)}; select what was worked on then`}
                onClick={() => goTo(peak.positions)}
              >
                <span aria-hidden>▲ </span>
                <span className="sr-only">{kind.title} peak </span>
                {kind.words(peak.value)}
              </button>
            </div>
          ))}
        </div>
        <Axis browse={browse} axis={axis} resources={resources} hasFilm={dockFilm} />
      </div>
      {dockResources && isClock && <TimeDockClock browse={browse} axis={axis} readings={readings} />}
    </div>
  )
}

/** Each reading of the stage belongs to all frames that were worked on in its time. */
function lanesOfStage(readings: readonly StageReadings[], stage: string): readonly ResourceLane[] {
  const own = readings.find((one) => one.stage === stage)
  return own ? resourceLanes(own.samples, (sample) => framesWorkedIn(own.spans, timeOfSample(sample))) : []
}

/** The slider over the whole run; the pointer is answered by the dock, the keys here. */
function Axis({
  browse,
  axis,
  resources,
  hasFilm,
}: {
  readonly browse: Browse
  readonly axis: LaneAxis
  readonly resources: readonly ResourceLane[]
  readonly hasFilm: boolean
}) {
  const { view } = useServices()
  const [nextSeen, previousSeen] = [useAct('next-seen'), useAct('previous-seen')]
  const { position, run, coverage, stage } = browse
  const { count } = axis
  const seek = (wanted: number) => look(view, { frameIndex: run.frameIndices[Math.min(count - 1, Math.max(0, wanted))] })
  const press = (event: KeyboardEvent) => {
    if (position === undefined || event.ctrlKey || event.metaKey) return
    const moves: Readonly<Record<string, (() => void) | undefined>> = event.altKey
      ? { ArrowRight: nextSeen, ArrowLeft: previousSeen }
      : {
          ArrowRight: () => seek(position + (event.shiftKey ? 10 : 1)),
          ArrowLeft: () => seek(position - (event.shiftKey ? 10 : 1)),
          ArrowUp: () => seek(position + 1),
          ArrowDown: () => seek(position - 1),
          PageUp: () => seek(position + 10),
          PageDown: () => seek(position - 10),
          ...(browse.view.selected === undefined ? { Home: () => seek(0), End: () => seek(count - 1) } : {}),
        }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    event.stopPropagation()
    move()
  }
  return (
    <div
      data-testid="scrubber"
      role="slider"
      tabIndex={0}
      aria-label="Frame"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={position ?? 0}
      aria-valuetext={position === undefined ? 'no frame' : `frame ${run.frameIndices[position]}`}
      className="relative focus-visible:-outline-offset-2"
      onKeyDown={press}
    >
      <Ruler axis={axis} frameIndices={run.frameIndices} />
      {hasFilm && <TimeDockFilm browse={browse} axis={axis} />}
      {coverage.stages.map((one) => (
        <StageLane key={one} axis={axis} frames={coverage.framesOf(one)} frameIndices={run.frameIndices} isLookedAt={one === stage} />
      ))}
      {resources.map((lane) => (
        <ResourceCurve key={lane.kind.id} lane={lane} axis={axis} />
      ))}
    </div>
  )
}

const StageLane = memo(function StageLane({
  axis,
  frames,
  frameIndices,
  isLookedAt,
}: {
  readonly axis: LaneAxis
  readonly frames: ReadonlySet<number>
  readonly frameIndices: readonly number[]
  readonly isLookedAt: boolean
}) {
  const ranges = useMemo(() => rangesOfPositions(frameIndices.length, (at) => frames.has(frameIndices[at] ?? -1)), [frames, frameIndices])
  return (
    <div className="relative h-4 border-t border-line">
      {ranges.map(([first, last]) => (
        <span
          key={first}
          className="absolute top-[5px] h-[5px] rounded-[2px]"
          style={{
            left: pixelOfPosition(axis, first),
            width: Math.max(2, pixelOfPosition(axis, last + 1) - pixelOfPosition(axis, first)),
            background: isLookedAt ? 'var(--run)' : 'color-mix(in srgb, var(--ok) 75%, transparent)',
          }}
        />
      ))}
    </div>
  )
})

const Ruler = memo(function Ruler({ axis, frameIndices }: { readonly axis: LaneAxis; readonly frameIndices: readonly number[] }) {
  const step = rulerStep(axis)
  const marks = Array.from({ length: Math.ceil(axis.count / step) }, (_, i) => i * step)
  return (
    <div aria-hidden className="relative h-5">
      {marks.map((at) => (
        <span key={at} className="absolute top-[3px] -translate-x-1/2 text-2xs text-dim" style={{ left: pixelOfPosition(axis, at + 0.5) }}>
          {frameIndices[at]}
        </span>
      ))}
    </div>
  )
})
