// The time dock: one playhead over stacked lanes of stages, resources and objects; its height is the person's choice.
import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useServices, useSettings } from '../../../state/services.tsx'
import { look, type ViewStore } from '../../../state/view-store.ts'
import { type LaneAxis, loopBetween, positionAtPixel } from './lane-axis.ts'
import { tracksInLanes } from './lane-order.ts'
import { LoopEnds } from './loop-ends.tsx'
import { TimeDockBar } from './time-dock-bar.tsx'
import { TimeDockHandle } from './time-dock-handle.tsx'
import { TimeDockObjects } from './time-dock-objects.tsx'
import { axisRight, namesWidth, Playhead } from './time-dock-playhead.tsx'
import { TimeDockScale } from './time-dock-scale.tsx'
import type { Browse } from '../use-browse.ts'
import { useDockActs } from './use-dock-acts.ts'
import { useScoreSeries } from './use-score-series.ts'

export function TimeDock({ browse }: { readonly browse: Browse }) {
  const height = useSettings((settings) => settings.dockHeight)
  const sort = useSettings((settings) => settings.laneSort)
  const { tracks, shownLevels, filter, position } = browse
  // Only the word `here` depends on the frame: without it, a step sorts nothing anew.
  const here = /\bhere\b/i.test(browse.view.filter) ? position : undefined
  const shown = useMemo(() => tracksInLanes(tracks, shownLevels, filter, sort, here), [tracks, shownLevels, filter, sort, here])
  const shownSeries = useScoreSeries(browse)
  useDockActs(browse)
  return (
    <section
      aria-label="Time"
      data-testid="time-dock"
      className="relative grid grid-rows-[30px_minmax(0,1fr)] border-t border-line bg-panel"
      style={{ height: `min(${height}px, 62vh)` }}
    >
      <TimeDockHandle />
      <TimeDockBar browse={browse} shownCount={shown.length} series={shownSeries} />
      <Lanes browse={browse}>
        {(axis) => (
          <>
            <TimeDockScale browse={browse} axis={axis} />
            <TimeDockObjects
              runId={browse.runId}
              tracks={shown}
              allTracks={tracks}
              frameIndices={browse.run.frameIndices}
              axis={axis}
              selected={browse.view.selected}
              shownSeries={shownSeries}
            />
          </>
        )}
      </Lanes>
    </section>
  )
}

/** Measures the axis, and answers the pointer for all lanes: go there, scrub, select the lane's object, or mark a loop with shift. */
function Lanes({ browse, children }: { readonly browse: Browse; readonly children: (axis: LaneAxis) => React.ReactNode }) {
  const { view } = useServices()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const loopFrom = useRef<number>(undefined)
  const isScrubbing = useRef(false)
  const { frameIndices } = browse.run
  const count = frameIndices.length
  useLayoutEffect(() => {
    const target = box.current
    if (!target) return
    const measure = () => setWidth(Math.max(0, Math.floor(target.clientWidth) - namesWidth - axisRight))
    const watched = new ResizeObserver(measure)
    watched.observe(target)
    measure()
    return () => watched.disconnect()
  }, [])
  const axis = useMemo((): LaneAxis => ({ count, width }), [count, width])
  const pixelOf = (event: PointerEvent) => event.clientX - (box.current?.getBoundingClientRect().left ?? 0) - namesWidth
  const press = (event: PointerEvent) => {
    const x = pixelOf(event)
    const at = positionAtPixel(axis, x)
    if (event.button !== 0 || at === undefined || x < 0 || x > axis.width) return
    event.currentTarget.setPointerCapture(event.pointerId)
    if (event.shiftKey) {
      loopFrom.current = at
      browse.setLoop(undefined)
      return
    }
    isScrubbing.current = true
    const lane = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-lane-id]')?.dataset.laneId : undefined
    look(view, { frameIndex: frameIndices[at], ...(lane === undefined ? {} : { selected: Number(lane), stage: 'tracker' }) })
  }
  const move = (event: PointerEvent) => {
    const at = positionAtPixel(axis, pixelOf(event))
    if (event.buttons !== 1 || at === undefined) return
    if (loopFrom.current !== undefined) browse.setLoop(loopBetween(loopFrom.current, at))
    else if (isScrubbing.current && frameIndices[at] !== frameNow(view)) look(view, { frameIndex: frameIndices[at] })
  }
  const end = () => {
    loopFrom.current = undefined
    isScrubbing.current = false
  }
  return (
    <div
      ref={box}
      className="relative grid min-h-0 touch-none grid-rows-[auto_minmax(0,1fr)] select-none"
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      {children(axis)}
      <Playhead axis={axis} />
      <LoopEnds browse={browse} axis={axis} />
    </div>
  )
}

/** What is asked for now, which the lanes may not have been drawn for yet. */
function frameNow(view: ViewStore): number | undefined {
  const { route } = view.getState()
  return route.page === 'browse' ? route.view.frameIndex : undefined
}
