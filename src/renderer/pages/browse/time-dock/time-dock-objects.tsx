// One lane per object: one canvas for the eye, drawn at each scroll without react; rows for pointer, keyboard and screen reader, made when it rests.
import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useMemo, type RefObject, useRef, useState } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { colourOf } from '#core/view/mask-style'
import { useObjectNotes } from '../../../state/queries.ts'
import { useServices, useSettings } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { hexFromColour } from '#core/view/mask-colours'
import type { LaneAxis } from './lane-axis.ts'
import { lanesAround, nearestAppearance, wordsOfLife } from './lane-order.ts'
import { type LaneInk, type LanePicture, laneHeight, paintLanes } from './lane-painting.ts'
import { namesWidth } from './time-dock-playhead.tsx'
import { lowestScore } from './lane-series.ts'
import type { ShownSeries } from './use-score-series.ts'
import { useThemeChange } from '../use-theme-change.ts'

export const TimeDockObjects = memo(function TimeDockObjects({
  runId,
  tracks,
  allTracks,
  frameIndices,
  axis,
  selected,
  shownSeries,
}: {
  readonly runId: string
  readonly tracks: readonly Track[]
  /** Those without a lane too. */
  readonly allTracks: readonly Track[]
  readonly frameIndices: readonly number[]
  readonly axis: LaneAxis
  readonly selected: number | undefined
  readonly shownSeries: ShownSeries
}) {
  const { view } = useServices()
  const { colourBy, palette } = useSettings((all) => ({ colourBy: all.colourBy, palette: all.palette }))
  const theme = useThemeChange()
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const positions = useMemo(() => new Map(frameIndices.map((frameIndex, position) => [frameIndex, position])), [frameIndices])
  const colourOfTrack = useCallback(
    (track: Track) => hexFromColour(colourOf(track.id, track.level, track.meanScore, colourBy, palette)),
    [colourBy, palette],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is on the document; asking for it at each scroll would lay it out anew
  const ink = useMemo(() => inkOf(document.documentElement), [theme])
  const { series, read } = shownSeries
  const lowScore = useMemo(() => lowestScore(allTracks), [allTracks])
  const notes = useObjectNotes(runId).data
  const starred = useMemo(() => new Set((notes ?? []).filter(({ star }) => star).map(({ objectId }) => objectId)), [notes])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` says that the same lanes look different
  const picture = useMemo(
    () => ({
      tracks,
      axis,
      series,
      lowScore,
      colourOf: colourOfTrack,
      positionOf: (at: number) => positions.get(at),
      selected,
      starred,
      ink,
    }),
    [tracks, axis, series, read, lowScore, colourOfTrack, positions, selected, starred, ink],
  )
  const rows = useLanesInSight(box, canvas, picture)
  const active = tracks.findIndex((track) => track.id === selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new selection scrolls, a new order keeps it in sight; a step does not
  useEffect(() => {
    if (active >= 0 && box.current) scrollToLane(box.current, active)
  }, [selected, active])
  const choose = useCallback(
    (track: Track) => {
      const route = view.getState().route
      const now = route.page === 'browse' ? route.view.frameIndex : undefined
      const at = nearestAppearance(track, (now === undefined ? undefined : positions.get(now)) ?? 0)
      look(view, { selected: track.id, stage: 'tracker', ...(at === undefined ? {} : { frameIndex: frameIndices[at] }) })
    },
    [view, positions, frameIndices],
  )
  const press = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    const next = tracks[Math.min(tracks.length - 1, Math.max(0, active + by))]
    if (next) choose(next)
  }
  if (tracks.length === 0)
    return (
      <p className="relative z-20 bg-panel px-3 pt-1.5 text-xs text-dim">
        {allTracks.length === 0
          ? 'Objects have their lanes here once there are tracks.'
          : 'No track passes the levels and the filter of the list.'}
      </p>
    )
  return (
    <div
      ref={box}
      data-testid="object-lanes"
      role="tree"
      tabIndex={0}
      aria-label="Lives of the tracks"
      aria-activedescendant={rows.includes(active) ? `lane-${active}` : undefined}
      className="min-h-0 overflow-y-auto overflow-x-hidden [contain:strict] focus-visible:-outline-offset-2"
      onKeyDown={press}
      onPointerLeave={() => view.setState({ hovered: undefined })}
    >
      <div className="sticky top-0 h-0">
        <canvas ref={canvas} aria-hidden className="pointer-events-none block" />
      </div>
      <div role="presentation" className="relative" style={{ height: tracks.length * laneHeight }}>
        {rows.map((index) => {
          const track = tracks[index]
          return (
            track && (
              <LaneRow
                key={track.id}
                track={track}
                index={index}
                count={tracks.length}
                isSelected={track.id === selected}
                isStarred={starred.has(track.id)}
                frameIndices={frameIndices}
                onChoose={choose}
              />
            )
          )
        })}
      </div>
    </div>
  )
})

function inkOf(root: HTMLElement): LaneInk {
  const style = getComputedStyle(root)
  const tone = (name: string) => style.getPropertyValue(name)
  const font = `11.5px ${getComputedStyle(document.body).fontFamily}`
  return { text: tone('--txt'), mut: tone('--mut'), dim: tone('--dim'), line: tone('--line'), accent: tone('--acc'), font }
}

/** Scrolls no more than it takes to bring the lane into sight. */
function scrollToLane(box: HTMLElement, index: number): void {
  const top = index * laneHeight
  if (top < box.scrollTop) box.scrollTop = top
  else if (top + laneHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + laneHeight - box.clientHeight
}

const restMs = 90

/** Draws at each scroll; the lanes that have a row are told anew only when scrolling rests. */
function useLanesInSight(
  box: RefObject<HTMLDivElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  picture: LanePicture,
): readonly number[] {
  const count = picture.tracks.length
  const [rows, setRows] = useState<readonly number[]>([])
  useLayoutEffect(() => {
    const target = box.current
    if (!target) return
    let height = target.clientHeight
    let timer: ReturnType<typeof setTimeout> | undefined
    const draw = () => canvas.current && paintLanes(canvas.current, picture, target.scrollTop, height)
    const settle = () => {
      const [first, last] = [Math.floor(target.scrollTop / laneHeight), Math.ceil((target.scrollTop + height) / laneHeight)]
      const next = lanesAround(first, Math.max(first, Math.min(count - 1, last)), count)
      setRows((before) => (before.length === next.length && before[0] === next[0] ? before : next))
    }
    const scroll = () => {
      draw()
      clearTimeout(timer)
      timer = setTimeout(settle, restMs)
    }
    const watched = new ResizeObserver(() => {
      height = target.clientHeight
      draw()
      settle()
    })
    watched.observe(target)
    draw()
    settle()
    target.addEventListener('scroll', scroll, { passive: true })
    return () => {
      clearTimeout(timer)
      watched.disconnect()
      target.removeEventListener('scroll', scroll)
    }
  }, [box, canvas, picture, count])
  return rows
}

const LaneRow = memo(function LaneRow({
  track,
  index,
  count,
  isSelected,
  isStarred,
  frameIndices,
  onChoose,
}: {
  readonly track: Track
  readonly index: number
  readonly count: number
  readonly isSelected: boolean
  readonly isStarred: boolean
  readonly frameIndices: readonly number[]
  readonly onChoose: (track: Track) => void
}) {
  const { view } = useServices()
  const life = wordsOfLife(track, (position) => frameIndices[position] ?? position)
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active row
    <div
      role="treeitem"
      id={`lane-${index}`}
      aria-level={1}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-selected={isSelected}
      data-testid="object-lane"
      data-lane-id={track.id}
      onPointerMove={(event) => {
        // A lane that is scrolled under a pointer at rest was not pointed at.
        if (event.movementX !== 0 || event.movementY !== 0) view.setState({ hovered: track.id })
      }}
      className="absolute inset-x-0 [contain:strict]"
      style={{ top: index * laneHeight, height: laneHeight }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the tree answers the keys for all rows */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree answers the keys for all rows */}
      <span
        className="block h-full"
        style={{ width: namesWidth }}
        title={`${life}; ${formatCount(track.frameCount)} in all`}
        onClick={() => onChoose(track)}
      >
        <span className="sr-only">
          {labelOfId(track.id)}, {isStarred && 'starred, '}
          {life}
        </span>
      </span>
    </div>
  )
})
