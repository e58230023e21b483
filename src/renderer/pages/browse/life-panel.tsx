// The whole life of the selected track, with room: its film strip and its curves side by side.
import type { Track } from '#core/segment/track'
import { DossierCurves } from './dossier/dossier-curves.tsx'
import { FilmStrip } from './dossier/film-strip.tsx'
import { useDossier } from './dossier/use-dossier.ts'
import type { Browse } from './use-browse.ts'

export function LifePanel({ browse }: { readonly browse: Browse }) {
  const track = browse.tracks.find((one) => one.id === browse.view.selected)
  return (
    <section
      aria-label="Life of the selection"
      data-testid="life-panel"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-full overflow-y-auto bg-panel pb-3 focus-visible:-outline-offset-2"
    >
      {track ? <Life key={track.id} browse={browse} track={track} /> : <p className="px-3 py-2 text-mut">{wordsWithoutTrack(browse)}</p>}
    </section>
  )
}

function Life({ browse, track }: { readonly browse: Browse; readonly track: Track }) {
  const dossier = useDossier(browse, track)
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(320px,1fr))] items-start gap-x-3">
      <FilmStrip browse={browse} track={track} dossier={dossier} />
      <DossierCurves browse={browse} track={track} dossier={dossier} />
    </div>
  )
}

function wordsWithoutTrack(browse: Browse): string {
  if (browse.tracks.length === 0) return 'Nothing is tracked yet; lives begin with the tracker stage.'
  return browse.view.selected === undefined ? 'Select a track to see its life.' : 'Only tracks have a life; this is a mask of one frame.'
}
