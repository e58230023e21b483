// The inspector: everything that is known of the selection, and where it came from.
import { EyeOff, Focus, X } from 'lucide-react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { indexOfMask } from '../../frame/mask-columns.ts'
import { pickedIds } from '../../state/picks.ts'
import { useView } from '../../state/services.tsx'
import { useAct } from '../../state/use-acts.ts'
import { Button } from '../../ui/button.tsx'
import { hexFromColour } from '#core/view/mask-colours'
import { Fact, Facts, PanelHead } from '../../ui/panel.tsx'
import { CopyLink } from './copy-link.tsx'
import { DossierCurves } from './dossier/dossier-curves.tsx'
import { FamilyFacts } from './dossier/family-facts.tsx'
import { FilmStrip } from './dossier/film-strip.tsx'
import { colourOfFacts } from '#core/view/mask-style'
import { MaskSetList } from './look/mask-set-list.tsx'
import { useMaskStyle } from './look/use-mask-style.ts'
import type { Browse } from './use-browse.ts'
import { ObjectNotes } from './dossier/object-notes.tsx'
import { TrackOrigin } from './dossier/track-origin.tsx'
import { useDossier } from './dossier/use-dossier.ts'
import { KeptPrompts } from './prompts/kept-prompts.tsx'
import { WhatIf } from './what-if.tsx'

export function Inspector({ browse }: { readonly browse: Browse }) {
  const id = browse.view.selected
  return (
    <aside aria-label="Selection" data-testid="inspector" className="h-full min-h-0 overflow-y-auto bg-panel">
      {id === undefined ? <FrameFacts browse={browse} /> : <Selection browse={browse} id={id} />}
      <MaskSetList key={browse.runId} browse={browse} />
    </aside>
  )
}

/** Nothing is selected: the frame itself, and how to select. */
function FrameFacts({ browse }: { readonly browse: Browse }) {
  const shown = browse.frames.shown
  const perLevel = browse.run.levels.map(
    (level) => [level, shown?.masks.columns.levels.reduce((sum, one) => sum + (one === level ? 1 : 0), 0) ?? 0] as const,
  )
  return (
    <>
      <PanelHead title="This frame" />
      <Facts>
        <Fact name="File">{shown?.picture.frameName ?? '–'}</Fact>
        <Fact name="Size">{shown ? `${shown.picture.width} × ${shown.picture.height}` : '–'}</Fact>
        {perLevel.map(([level, count]) => (
          <Fact key={level} name={`Level ${level}`}>
            {formatCount(count)} {count === 1 ? 'mask' : 'masks'}
          </Fact>
        ))}
        {shown && shown.masks.dropped > 0 && <Fact name="Dropped">{formatCount(shown.masks.dropped)} candidates</Fact>}
      </Facts>
      <p className="border-t border-line px-3 py-2.5 text-[12.5px] text-mut">
        Click a mask to select it; click again for the one beneath, ctrl or shift for several. Scroll to zoom, drag to move.
      </p>
      <WhatIf browse={browse} />
      <KeptPrompts runId={browse.runId} />
    </>
  )
}

function Selection({ browse, id }: { readonly browse: Browse; readonly id: number }) {
  const style = useMaskStyle(browse)
  const count = useView((state) => pickedIds(id, state.picks).length)
  const isIsolated = useView((state) => state.isIsolated)
  const [isolate, hide, clear] = [useAct('isolate'), useAct('hide'), useAct('clear')]
  const one = browse.objects.find((object) => object.id === id)
  const track = browse.tracks.find((candidate) => candidate.id === id)
  const colour = one && hexFromColour(colourOfFacts(one, style))
  return (
    <>
      <PanelHead
        title={
          <span className="flex items-center gap-2">
            <span className="size-2.5 rounded-[3px]" style={{ background: colour }} />
            {browse.stage === 'tracker' ? 'Track' : 'Mask'} {labelOfId(id)}
            {count > 1 && (
              <span data-testid="also-selected" className="text-xs text-mut">
                and {count - 1} more
              </span>
            )}
          </span>
        }
      >
        <Button
          kind="bare"
          size="icon"
          aria-label="Show only the selection"
          title="Show only the selection (i)"
          aria-pressed={isIsolated}
          className="aria-pressed:text-acc"
          onClick={isolate}
        >
          <Focus size={14} aria-hidden />
        </Button>
        <CopyLink browse={browse} />
        <Button kind="bare" size="icon" aria-label="Hide the selection" title="Hide the selection (h)" onClick={hide}>
          <EyeOff size={14} aria-hidden />
        </Button>
        <Button kind="bare" size="icon" aria-label="Clear the selection" title="Clear the selection (esc)" onClick={clear}>
          <X size={14} aria-hidden />
        </Button>
      </PanelHead>
      {!one && !track && <p className="px-3 py-2.5 text-mut">It is not on this frame at this stage.</p>}
      {track && <TrackFacts browse={browse} track={track} />}
      <MaskFacts browse={browse} id={id} hasTrack={track !== undefined} />
      {track && <TrackOrigin runId={browse.runId} track={track} />}
    </>
  )
}

function TrackFacts({ browse, track }: { readonly browse: Browse; readonly track: Track }) {
  const indexAt = (position: number) => browse.run.frameIndices[position] ?? position
  const gaps = track.visible.slice(1).map(([first], i) => `${indexAt((track.visible[i]?.[1] ?? 0) + 1)}–${indexAt(first - 1)}`)
  const dossier = useDossier(browse, track)
  return (
    <>
      <ObjectNotes runId={browse.runId} trackId={track.id} />
      <FilmStrip browse={browse} track={track} dossier={dossier} />
      <DossierCurves browse={browse} track={track} dossier={dossier} />
      <Facts>
        <Fact name="Lives">
          frames {track.firstFrame}–{track.lastFrame}
          {gaps.length > 0 && (
            <span className="text-mut" title={gaps.join(', ')}>
              , {gaps.length} {gaps.length === 1 ? 'gap' : 'gaps'} ({gaps.slice(0, 2).join(', ')}
              {gaps.length > 2 ? ', …' : ''})
            </span>
          )}
        </Fact>
        {track.sourceId !== undefined && <Fact name="Source id">{track.sourceId}</Fact>}
        <Fact name={track.coverage === 'tracked' ? 'Tracked on' : 'Seen on'}>{formatCount(track.frameCount)} frames</Fact>
        {track.meanScore !== undefined && (
          <Fact name="Score">
            {track.meanScore.toFixed(2)} <span className="text-mut">on average</span>
          </Fact>
        )}
        {track.meanArea !== undefined && track.maxArea !== undefined && (
          <Fact name="Area">
            {formatCount(track.meanArea)} px <span className="text-mut">on average, {formatCount(track.maxArea)} at most</span>
          </Fact>
        )}
      </Facts>
    </>
  )
}

/** The mask on this very frame, and its family. */
function MaskFacts({ browse, id, hasTrack }: { readonly browse: Browse; readonly id: number; readonly hasTrack: boolean }) {
  const columns = browse.frames.shown?.masks.columns
  const index = columns && indexOfMask(columns, id)
  const one = browse.objects.find((object) => object.id === id)
  const isHere = columns !== undefined && index !== undefined
  const stability = isHere ? columns.stabilities[index]! : Number.NaN
  return (
    <>
      {hasTrack && <PanelHead title="On this frame" className="border-t" />}
      <Facts>
        {isHere ? (
          <>
            {!Number.isNaN(columns.scores[index]) && <Fact name="Score">{columns.scores[index]!.toFixed(3)}</Fact>}
            {!Number.isNaN(stability) && <Fact name="Stability">{stability.toFixed(3)}</Fact>}
            <Fact name="Area">{formatCount(columns.areas[index]!)} px</Fact>
            <Fact name="Box">
              {columns.boxes[index * 4 + 2]} × {columns.boxes[index * 4 + 3]}{' '}
              <span className="text-mut">
                at {columns.boxes[index * 4]}, {columns.boxes[index * 4 + 1]}
              </span>
            </Fact>
          </>
        ) : (
          hasTrack && <Fact name="Here">not visible</Fact>
        )}
        {one && <FamilyFacts objects={browse.objects} one={one} />}
      </Facts>
    </>
  )
}
