// The life of a track as cut-outs of its frames with its mask outlined; a click goes there.
import { useEffect, useRef, useState } from 'react'
import type { Track } from '#core/segment/track'
import { useHost } from '../../../host/host.tsx'
import { useServices } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { cn } from '../../../ui/class-names.ts'
import { momentsOf, shotCount, thumbnailWidth } from './dossier-moments.ts'
import { isVisibleAt } from '../time-dock/lane-order.ts'
import { paintShot } from './shot-painting.ts'
import type { Browse } from '../use-browse.ts'
import type { Shot } from './read-moment.ts'
import type { Dossier } from './use-dossier.ts'

/** Pixels of a cut-out as it is drawn; shown at half of it or less. */
const [shotWidth, shotHeight] = [120, 90]

export function FilmStrip({ browse, track, dossier }: { readonly browse: Browse; readonly track: Track; readonly dossier: Dossier }) {
  const { view } = useServices()
  const { frameIndices } = browse.run
  const moments = momentsOf(track.visible, shotCount)
  const now = browse.position
  // Where the track is not seen, none of its pictures is of this frame's time.
  const isSeen = now !== undefined && isVisibleAt(track, now)
  const nearest = moments.reduce<number | undefined>(
    (best, one) => (!isSeen || (best !== undefined && Math.abs(best - now) <= Math.abs(one - now)) ? best : one),
    undefined,
  )
  return (
    <div data-testid="film-strip" className="grid grid-cols-4 gap-[3px] px-3 pt-2">
      {moments.map((position, place) => {
        const shot = dossier.shots.find((one) => one.position === position)
        const frameIndex = frameIndices[position]
        return (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a place of the strip keeps its canvas; another track is drawn over it
            key={place}
            type="button"
            aria-label={`Go to frame ${frameIndex}`}
            title={`frame ${frameIndex}`}
            onClick={() => look(view, { frameIndex })}
            className={cn('relative aspect-[4/3] overflow-hidden rounded bg-raise', position === nearest && 'outline-2 outline-acc')}
          >
            <Cut runId={browse.runId} shot={shot} />
            <span className="absolute right-0 bottom-0 rounded-tl bg-[#0c0c0cd6] px-1 text-[10px] leading-[14px] text-[#eeeeee]">
              {frameIndex}
            </span>
          </button>
        )
      })}
    </div>
  )
}

/** Empty while there is no shot. */
function Cut({ runId, shot }: { readonly runId: string; readonly shot: Shot | undefined }) {
  const { link } = useHost()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    setMissing(false)
    const target = canvas.current
    if (!target) return
    delete target.dataset.drawn
    if (!shot) {
      target.getContext('2d', { willReadFrequently: true })?.clearRect(0, 0, shotWidth, shotHeight)
      return
    }
    const abort = new AbortController()
    const width = thumbnailWidth(shot.frameWidth, shot.crop, shotWidth)
    const paint = (picture: ImageBitmap | undefined) => {
      paintShot(target, picture, shot)
      target.dataset.drawn = String(shot.frameIndex)
    }
    const draw = async () => {
      const { mediaType, bytes } = await link.bytes({ what: 'thumbnail', runId, frameIndex: shot.frameIndex, width }, abort.signal)
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: mediaType }))
      if (!abort.signal.aborted) paint(picture)
      picture.close()
    }
    // Without its picture the mask alone is drawn, and the title says why.
    draw().catch(() => {
      if (abort.signal.aborted) return
      setMissing(true)
      paint(undefined)
    })
    return () => abort.abort()
  }, [link, runId, shot])
  return (
    <canvas
      ref={canvas}
      width={shotWidth}
      height={shotHeight}
      aria-hidden
      title={isMissing ? 'The picture of this frame could not be read' : undefined}
      className="block size-full"
    />
  )
}
