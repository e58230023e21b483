// One lane per object, of which only those in sight exist; a list of rows for the keyboard, one canvas for the eye.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { colourOf } from '../../../frame/frame-look.ts'
import { useServices, useSettings } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { cn } from '../../../ui/class-names.ts'
import { hexFromColour } from '../../../ui/palette.ts'
import type { LaneAxis } from './lane-axis.ts'
import { lanesAround, nearestAppearance, wordsOfLife } from './lane-order.ts'
import { laneHeight, paintLanes } from './lane-painting.ts'
import { namesWidth } from './time-dock-playhead.tsx'
import { lowestScore } from './lane-series.ts'
import type { ShownSeries } from './use-score-series.ts'
import { useThemeChange } from '../use-theme-change.ts'

export const TimeDockObjects = memo(function TimeDockObjects({
  tracks,
  allTracks,
  frameIndices,
  axis,
  selected,
  shownSeries,
}: {
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
  const virtual = useVirtualizer({
    count: tracks.length,
    getScrollElement: () => box.current,
    estimateSize: () => laneHeight,
    // The canvas reaches as far as these: a scroll shows drawn lanes before the next ones are drawn.
    rangeExtractor: ({ startIndex, endIndex, count }) => lanesAround(startIndex, endIndex, count),
  })
  const items = virtual.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1]
  const colourOfTrack = useCallback(
    (track: Track) => hexFromColour(colourOf(track.id, track.level, track.meanScore, colourBy, palette)),
    [colourBy, palette],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is on the document; asking for it at each scroll would lay it out anew
  const ink = useMemo(() => {
    const style = getComputedStyle(document.documentElement)
    return { text: style.getPropertyValue('--txt'), line: style.getPropertyValue('--line') }
  }, [theme])
  const { series, read } = shownSeries
  const lowScore = useMemo(() => lowestScore(allTracks), [allTracks])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` says that the same lanes look different
  useLayoutEffect(() => {
    if (!canvas.current) return
    paintLanes(canvas.current, {
      tracks: tracks.slice(first, last + 1),
      axis,
      series,
      lowScore,
      colourOf: colourOfTrack,
      positionOf: (frameIndex) => positions.get(frameIndex),
      selected,
      ink,
    })
  }, [tracks, first, last, axis, series, read, lowScore, colourOfTrack, positions, selected, ink])
  const active = tracks.findIndex((track) => track.id === selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new selection scrolls, a new order keeps it in sight; a step does not
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: 'auto' })
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
      <p className="px-3 pt-1.5 text-xs text-dim">
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
      aria-activedescendant={active >= first && active <= last ? `lane-${active}` : undefined}
      className="min-h-0 overflow-y-auto overflow-x-hidden [contain:strict] focus-visible:-outline-offset-2"
      onKeyDown={press}
      onPointerLeave={() => view.setState({ hovered: undefined })}
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const track = tracks[index]
          return (
            track && (
              <LaneRow
                key={track.id}
                track={track}
                index={index}
                count={tracks.length}
                top={start}
                colour={colourOfTrack(track)}
                isSelected={track.id === selected}
                frameIndices={frameIndices}
                onChoose={choose}
              />
            )
          )
        })}
        <canvas ref={canvas} aria-hidden className="pointer-events-none absolute" style={{ top: items[0]?.start ?? 0, left: namesWidth }} />
      </div>
    </div>
  )
})

const LaneRow = memo(function LaneRow({
  track,
  index,
  count,
  top,
  colour,
  isSelected,
  frameIndices,
  onChoose,
}: {
  readonly track: Track
  readonly index: number
  readonly count: number
  readonly top: number
  readonly colour: string
  readonly isSelected: boolean
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
      className={cn(
        'absolute inset-x-0 text-xs text-mut whitespace-nowrap [contain:strict]',
        isSelected && '[&_.text-dim]:text-mut bg-[color-mix(in_srgb,var(--acc)_14%,transparent)] text-txt shadow-[inset_2px_0_var(--acc)]',
      )}
      style={{ top, height: laneHeight }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the tree answers the keys for all rows */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree answers the keys for all rows */}
      <span className="flex h-full items-center gap-2 px-3" style={{ width: namesWidth }} onClick={() => onChoose(track)}>
        <span className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
        <span className="truncate">{labelOfId(track.id)}</span>
        <span className="ml-auto text-dim" title={`${life}; ${formatCount(track.frameCount)} in all`}>
          {formatCount(track.frameCount)}
        </span>
        <span className="sr-only">{life}</span>
      </span>
    </div>
  )
})
