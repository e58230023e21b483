// Six moments of a track's life as small pictures; a click goes there.
import { useEffect, useMemo, useState } from 'react'
import type { Track } from '#core/segment/track'
import { useHost } from '../../host/host.tsx'
import { useServices } from '../../state/services.tsx'
import { cn } from '../../ui/class-names.ts'
import { look } from '../../state/view-store.ts'
import type { Browse } from './use-browse.ts'

const shots = 6

export function FilmStrip({ browse, track }: { readonly browse: Browse; readonly track: Track }) {
  const { view } = useServices()
  const { frameIndices } = browse.run
  const moments = useMemo(
    () =>
      momentsOf(track)
        .map((position) => frameIndices[position])
        .filter((one) => one !== undefined),
    [track, frameIndices],
  )
  const now = browse.position === undefined ? undefined : frameIndices[browse.position]
  const nearest = moments.reduce<number | undefined>(
    (best, one) => (now === undefined || (best !== undefined && Math.abs(best - now) <= Math.abs(one - now)) ? best : one),
    undefined,
  )
  return (
    <div className="grid grid-cols-6 gap-[3px] px-3 pt-2">
      {moments.map((frameIndex) => (
        <button
          key={frameIndex}
          type="button"
          aria-label={`Go to frame ${frameIndex}`}
          title={`frame ${frameIndex}`}
          onClick={() => look(view, { frameIndex })}
          className={cn('h-[30px] overflow-hidden rounded bg-raise', frameIndex === nearest && 'outline-2 outline-acc')}
        >
          <Thumbnail runId={browse.runId} frameIndex={frameIndex} />
        </button>
      ))}
    </div>
  )
}

/** Positions spread evenly over the frames on which it is seen. */
function momentsOf(track: Track): number[] {
  const seen = track.visible.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
  const count = Math.min(shots, seen.length)
  return Array.from({ length: count }, (_, i) => seen[Math.floor(((i + 0.5) / count) * seen.length)] ?? 0)
}

function Thumbnail({ runId, frameIndex }: { readonly runId: string; readonly frameIndex: number }) {
  const { link } = useHost()
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const abort = new AbortController()
    let made: string | undefined
    link.bytes({ what: 'thumbnail', runId, frameIndex, width: 96 }, abort.signal).then(
      ({ mediaType, bytes }) => {
        if (abort.signal.aborted) return
        made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType }))
        setUrl(made)
      },
      // The strip is an extra: without its picture, the moment keeps its place and its number.
      () => setUrl(undefined),
    )
    return () => {
      abort.abort()
      if (made) URL.revokeObjectURL(made)
    }
  }, [link, runId, frameIndex])
  return url ? <img src={url} alt="" draggable={false} className="size-full object-cover" /> : null
}
