// The film lane of the dock: small pictures of the run's frames, each over the frames it stands for.
import { memo, useEffect, useMemo, useState } from 'react'
import { useHost } from '../../../host/host.tsx'
import { useRun } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import { useRest } from '../use-rest.ts'
import { filmCells } from './film-lane.ts'
import type { LaneAxis } from './lane-axis.ts'

/** CSS pixels. */
export const filmHeight = 40
const quietMs = 100
/** Asked of the engine: enough for two device pixels at the shapes of usual frames. */
const askedWidth = 128

export const TimeDockFilm = memo(function TimeDockFilm({ browse, axis }: { readonly browse: Browse; readonly axis: LaneAxis }) {
  const scene = useRun(browse.runId, (one) => one?.record?.scene)
  const aspect = scene && scene.height > 0 ? scene.width / scene.height : 4 / 3
  const cells = useMemo(() => filmCells(axis, (filmHeight - 4) * aspect), [axis, aspect])
  const wanted = useMemo(() => cells.map(({ position }) => browse.run.frameIndices[position]!), [cells, browse.run.frameIndices])
  const { pictures, missing } = useThumbnails(browse, wanted)
  return (
    <div
      data-testid="film-lane"
      className="relative overflow-hidden border-t border-line"
      style={{ height: filmHeight }}
      title={missing > 0 ? `${missing} pictures could not be read` : undefined}
    >
      {cells.map(({ position, left, width }, i) => {
        const picture = pictures.get(wanted[i]!)
        return (
          <span key={position} className="absolute inset-y-[2px] overflow-hidden bg-raise" style={{ left, width: Math.max(1, width - 1) }}>
            {picture && <img src={picture} alt="" draggable={false} className="h-full w-full object-cover" />}
          </span>
        )
      })}
    </div>
  )
})

/** Addresses of pictures by frame index, read one after the other while nobody steps; given back when the run is left. */
function useThumbnails(browse: Browse, wanted: readonly number[]) {
  const { link } = useHost()
  const rest = useRest(browse)
  const { runId } = browse
  const [held] = useState(() => ({ runId, pictures: new Map<number, string>(), failed: new Set<number>() }))
  const [, setRead] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    if (held.runId !== runId) release(held)
    held.runId = runId
    const readAll = async () => {
      for (const frameIndex of wanted) {
        if (held.pictures.has(frameIndex) || held.failed.has(frameIndex)) continue
        await rest.wait(quietMs, abort.signal)
        if (abort.signal.aborted) return
        try {
          const { mediaType, bytes } = await link.bytes({ what: 'thumbnail', runId, frameIndex, width: askedWidth }, abort.signal)
          held.pictures.set(frameIndex, URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType })))
        } catch {
          // Its place stays plain, and the lane's title counts it.
          if (!abort.signal.aborted) held.failed.add(frameIndex)
        }
        setRead((before) => before + 1)
      }
    }
    void readAll()
    return () => abort.abort()
  }, [held, link, rest, runId, wanted])
  useEffect(() => () => release(held), [held])
  return { pictures: held.pictures, missing: held.failed.size }
}

function release(held: { readonly pictures: Map<number, string>; readonly failed: Set<number> }): void {
  for (const address of held.pictures.values()) URL.revokeObjectURL(address)
  held.pictures.clear()
  held.failed.clear()
}
