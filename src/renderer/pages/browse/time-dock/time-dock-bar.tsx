// The bar of the dock: play, step, rate, loop, and how the lanes of objects are sorted.
import { Activity, Clock, Film, Repeat, TriangleAlert, X } from 'lucide-react'
import { formatCount } from '#core/base/format'
import { useServices, useSettings } from '../../../state/services.tsx'
import { useAct } from '../../../state/use-acts.ts'
import { Button } from '../../../ui/button.tsx'
import { look } from '../../../state/view-store.ts'
import { FrameField } from '../../parts/frame-field.tsx'
import { PlaySteps } from '../../parts/play-steps.tsx'
import { laneSorts } from './lane-order.ts'
import type { Browse } from '../use-browse.ts'
import { playRates } from './play-rates.ts'
import { loopOfSelection } from './use-dock-acts.ts'
import { useRateShown } from './use-rate-shown.ts'
import type { ShownSeries } from './use-score-series.ts'

const select = 'h-5 rounded border border-line2 bg-bg px-1 text-xs text-txt'

export function TimeDockBar({
  browse,
  shownCount,
  series,
}: {
  readonly browse: Browse
  /** Tracks that have a lane. */
  readonly shownCount: number
  readonly series: ShownSeries
}) {
  const { settings, view } = useServices()
  const { playRate, dockResources, dockTime, dockFilm } = useSettings((all) => ({
    playRate: all.playRate,
    dockResources: all.dockResources,
    dockTime: all.dockTime,
    dockFilm: all.dockFilm,
  }))
  const [switchTime, switchFilm] = [useAct('dock-time'), useAct('dock-film')]
  const { position, run } = browse
  const slower = useRateShown(browse, playRate)
  const isGoing = run.state === 'running' || run.state === 'cancelling'
  return (
    <div className="flex items-center gap-2 overflow-hidden border-b border-line px-3 text-xs text-mut whitespace-nowrap">
      <PlaySteps />
      <select
        aria-label="Frames a second"
        title="Frames a second while playing (, slower · . faster)"
        data-testid="play-rate"
        className={select}
        value={playRate}
        onChange={(event) => settings.setState({ playRate: Number(event.target.value) })}
      >
        {[...new Set([...playRates, playRate])]
          .sort((a, b) => a - b)
          .map((rate) => (
            <option key={rate} value={rate}>
              {rate} / s
            </option>
          ))}
      </select>
      {slower !== undefined && (
        <span
          className="text-warn"
          title={`Frames come at ${slower.toFixed(1)} a second, not at ${playRate}: each is read whole, and none is left out`}
        >
          {slower.toFixed(1)} / s
        </span>
      )}
      <Loop browse={browse} />
      <FrameField
        frames={run.frameIndices}
        here={position === undefined ? undefined : run.frameIndices[position]}
        onGo={(frameIndex) => look(view, { frameIndex })}
      />
      <span className="min-w-0 truncate">{position !== undefined && run.frameNames[position]}</span>
      <span className="flex-1" />
      {isGoing && <span className="text-run">still writing</span>}
      {series.problem !== undefined && (
        <span className="inline-flex items-center gap-1 text-warn" title={series.problem}>
          <TriangleAlert size={12} aria-hidden /> scores of the lanes are not all read
        </span>
      )}
      <LaneOrder browse={browse} shownCount={shownCount} />
      <Button
        kind="bare"
        size="icon"
        data-testid="dock-film"
        aria-label="Film strip of the run"
        title="Small pictures of the frames over the axis (shift t)"
        aria-pressed={dockFilm}
        className="aria-pressed:text-acc"
        onClick={switchFilm}
      >
        <Film size={13} aria-hidden />
      </Button>
      <Button
        kind="bare"
        size="icon"
        aria-label="Lanes of resources"
        title="Show what the stage used, frame by frame"
        aria-pressed={dockResources}
        className="aria-pressed:text-acc"
        onClick={() => settings.setState({ dockResources: !dockResources })}
      >
        <Activity size={13} aria-hidden />
      </Button>
      {dockResources && (
        <Button
          kind="bare"
          size="icon"
          data-testid="dock-time"
          aria-label="Resources over the time of day"
          title={
            dockTime === 'clock'
              ? 'Over the time of day; press for over the frames (t)'
              : 'Over the frames; press for over the time of day (t)'
          }
          aria-pressed={dockTime === 'clock'}
          className="aria-pressed:text-acc"
          onClick={switchTime}
        >
          <Clock size={13} aria-hidden />
        </Button>
      )}
      <span className="max-[1180px]:hidden">{formatCount(run.frameIndices.length)} frames selected</span>
    </div>
  )
}

function LaneOrder({ browse, shownCount }: { readonly browse: Browse; readonly shownCount: number }) {
  const { settings } = useServices()
  const sort = useSettings((all) => all.laneSort)
  const all = browse.tracks.length
  if (all === 0) return null
  return (
    <>
      <span data-testid="lane-count">
        {shownCount === all ? formatCount(all) : `${formatCount(shownCount)} of ${formatCount(all)}`} {all === 1 ? 'track' : 'tracks'}
      </span>
      <label className="inline-flex items-center gap-1.5">
        by
        <select
          aria-label="Order of the lanes"
          data-testid="lane-sort"
          className={select}
          value={sort}
          onChange={(event) => {
            const chosen = laneSorts.find((one) => one.value === event.target.value)
            if (chosen) settings.setState({ laneSort: chosen.value })
          }}
        >
          {laneSorts.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

function Loop({ browse }: { readonly browse: Browse }) {
  const { loop, run } = browse
  const indexAt = (at: number) => run.frameIndices[at] ?? at
  if (!loop)
    return (
      <Button
        kind="bare"
        size="icon"
        aria-label="Loop"
        title="Loop the life of the selection, or the frames around this one; shift and drag in the lanes marks any range (l)"
        disabled={run.frameIndices.length < 2}
        onClick={() => browse.setLoop(loopOfSelection(browse))}
      >
        <Repeat size={13} aria-hidden />
      </Button>
    )
  return (
    <span data-testid="loop" className="inline-flex items-center gap-1 text-acc">
      <Repeat size={12} aria-hidden />
      loop {indexAt(loop[0])}–{indexAt(loop[1])}
      <button
        type="button"
        aria-label="End the loop"
        title="End the loop (esc)"
        className="rounded text-mut hover:text-txt"
        onClick={() => browse.setLoop(undefined)}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}
