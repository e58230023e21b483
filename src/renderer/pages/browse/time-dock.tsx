// The time dock: one playhead over stacked lanes, what each stage has written and when the selection lives.
import { Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import { useMemo } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { FrameScrubber, type ScrubberLane } from '../../frame/frame-scrubber.tsx'
import { useServices, useSettings, useView } from '../../state/services.tsx'
import { useAct } from '../../state/use-acts.ts'
import { look } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { colourOfMask, hexFromColour } from '../../ui/palette.ts'
import { rangesOfPositions } from '../../frame/coverage-model.ts'
import { FrameNumber } from './frame-number.tsx'
import { wordOfStage } from '../../frame/stage-words.ts'
import type { Browse } from './use-browse.ts'

export function TimeDock({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const isPlaying = useView((state) => state.isPlaying)
  const [play, previous, next] = [useAct('play'), useAct('previous'), useAct('next')]
  const { position, run } = browse
  const lanes = useLanes(browse)
  const isGoing = run.state === 'running' || run.state === 'cancelling'
  return (
    <section aria-label="Time" className="border-t border-line bg-panel">
      <div className="flex h-[30px] items-center gap-2 border-b border-line px-3 text-xs text-mut whitespace-nowrap">
        <Button kind="bare" size="icon" aria-label="Previous frame" title="Previous frame (←)" onClick={previous}>
          <SkipBack size={13} aria-hidden />
        </Button>
        <Button kind="bare" size="icon" aria-label={isPlaying ? 'Pause' : 'Play'} title="Play or pause (space)" onClick={play}>
          {isPlaying ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
        </Button>
        <Button kind="bare" size="icon" aria-label="Next frame" title="Next frame (→)" onClick={next}>
          <SkipForward size={13} aria-hidden />
        </Button>
        <FrameNumber browse={browse} />
        <span className="truncate">{position !== undefined && run.frameNames[position]}</span>
        <Kbd>space</Kbd>
        <span className="flex-1" />
        {isGoing && <span className="text-run">still writing</span>}
        <span>{formatCount(run.frameIndices.length)} frames selected</span>
      </div>
      <FrameScrubber
        count={run.frameIndices.length}
        position={position}
        lanes={lanes}
        hint={hintOf(browse)}
        labelOf={(at) => String(run.frameIndices[at] ?? at)}
        onSeek={(at) => look(view, { frameIndex: run.frameIndices[at] })}
      />
    </section>
  )
}

function hintOf({ stage, view, tracks }: Browse): string | undefined {
  if (stage !== 'tracker' || tracks.length === 0) return 'Lives of objects are shown here once there are tracks and one is selected.'
  return view.selected === undefined ? 'Select a track to see when it lives, with its parent and its parts.' : undefined
}

function useLanes({ coverage, run, tracks, view, stage }: Browse): readonly ScrubberLane[] {
  const palette = useSettings((settings) => settings.palette)
  return useMemo(() => {
    const count = run.frameIndices.length
    const written = coverage.stages.map((one): ScrubberLane => {
      const frames = coverage.framesOf(one)
      return {
        id: one,
        title: wordOfStage(one),
        note: `${formatCount(frames.size)}`,
        ranges: rangesOfPositions(count, (at) => frames.has(run.frameIndices[at] ?? -1)),
        colour: one === stage ? 'var(--run)' : 'color-mix(in srgb, var(--ok) 55%, transparent)',
        isThin: true,
      }
    })
    return [
      ...written,
      ...familyOf(tracks, view.selected).map(
        (track): ScrubberLane => ({
          id: `track ${track.id}`,
          title: labelOfId(track.id),
          note: `${formatCount(track.frameCount)}`,
          ranges: track.visible,
          colour: hexFromColour(colourOfMask(track.id, palette)),
          isThin: false,
          objectId: track.id,
        }),
      ),
    ]
  }, [coverage, run.frameIndices, tracks, view.selected, stage, palette])
}

/** The selected track, its parent before it, and its first parts after it. */
function familyOf(tracks: readonly Track[], id: number | undefined): Track[] {
  const own = id === undefined ? undefined : tracks.find((track) => track.id === id)
  if (!own) return []
  const parent = own.parent === undefined ? undefined : tracks.find((track) => track.id === own.parent)
  return [...(parent ? [parent] : []), own, ...tracks.filter((track) => track.parent === own.id).slice(0, 3)]
}
