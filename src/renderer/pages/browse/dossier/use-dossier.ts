// Reads the life of one track: its masks on some of its frames, one read at a time, pictures of the strip first.
import { useEffect, useState } from 'react'
import { type BytesQuery, FrameHeader } from '#api/api'
import { faultFromCall } from '#api/client'
import { sentenceOfFault } from '#core/base/fault'
import type { Track } from '#core/segment/track'
import { makeDecoder } from '../../../frame/decoder-client.ts'
import { indexOfMask } from '../../../frame/mask-columns.ts'
import { useHost } from '../../../host/host.tsx'
import { type Crop, cropAround, maskInCrop, momentsOf, readingCount, shotCount } from './dossier-moments.ts'
import type { Browse } from '../use-browse.ts'
import { useRest } from '../use-rest.ts'

export type Reading = {
  readonly position: number
  /** Pixels of the frame; 0 where the mask turned out to be absent. */
  readonly area: number
  readonly score: number | undefined
  /** Only where the masks tell it: those of a tracker mostly do not. */
  readonly stability: number | undefined
}
export type Shot = {
  readonly position: number
  readonly frameIndex: number
  readonly frameWidth: number
  readonly crop: Crop
  /** Row-major 0/1 inside the crop. */
  readonly mask: Uint8Array
}
export type Dossier = {
  readonly trackId: number
  /** Ascending positions. */
  readonly readings: readonly Reading[]
  readonly shots: readonly Shot[]
  /** Frames that are read in all. */
  readonly wanted: number
  readonly problem: string | undefined
}

export const shotAspect = 4 / 3
const quietMs = 120
/** Readings that are shown together: a curve that grows point by point costs more than it says. */
const batch = 8

export function useDossier(browse: Browse, track: Track): Dossier {
  const { link } = useHost()
  const rest = useRest(browse)
  const { runId, run } = browse
  const [dossier, setDossier] = useState<Dossier>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a track is another one when its id or its frames are
  useEffect(() => {
    const abort = new AbortController()
    const decoder = makeDecoder()
    const shotsAt = momentsOf(track.visible, shotCount)
    const order = [...new Set([...shotsAt, ...momentsOf(track.visible, readingCount)])]
    let [readings, shots]: [Reading[], Shot[]] = [[], []]
    const tell = (problem?: string) => setDossier({ trackId: track.id, readings, shots, wanted: order.length, problem })
    const readOne = async (position: number) => {
      const frameIndex = run.frameIndices[position]
      if (frameIndex === undefined) return
      const query: BytesQuery = { what: 'frame', runId, frameIndex, stage: 'tracker', levels: [track.level], withImage: false }
      const answer = await link.bytes(query, abort.signal)
      const { width, height, parts } = FrameHeader.parse(answer.header)
      const { masks } = await decoder.decode({ frameIndex, width, height, bytes: answer.bytes, image: undefined, parts })
      const index = indexOfMask(masks.columns, track.id)
      const score = index === undefined ? Number.NaN : masks.columns.scores[index]!
      const stability = index === undefined ? Number.NaN : masks.columns.stabilities[index]!
      const reading = {
        position,
        area: index === undefined ? 0 : masks.columns.areas[index]!,
        score: Number.isNaN(score) ? undefined : score,
        stability: Number.isNaN(stability) ? undefined : stability,
      }
      readings = [...readings, reading].sort((a, b) => a.position - b.position)
      if (index === undefined || !shotsAt.includes(position)) return
      const [x, y, w, h] = masks.columns.boxes.subarray(index * 4, index * 4 + 4)
      const crop = cropAround([x!, y!, w!, h!], { width, height }, shotAspect)
      const mask = maskInCrop(masks.columns, index, height, crop)
      shots = [...shots, { position, frameIndex, frameWidth: width, crop, mask }].sort((a, b) => a.position - b.position)
    }
    const readAll = async () => {
      tell()
      for (const [i, position] of order.entries()) {
        await rest.wait(quietMs, abort.signal)
        if (abort.signal.aborted) return
        await readOne(position)
        if (!abort.signal.aborted && (i < shotsAt.length || i % batch === 0 || i === order.length - 1)) tell()
      }
    }
    readAll().catch((error: unknown) => abort.signal.aborted || tell(sentenceOfFault(faultFromCall(error)).message))
    return () => {
      abort.abort()
      decoder.close()
    }
  }, [link, rest, runId, run.frameIndices, track.id, track.frameCount])
  return dossier?.trackId === track.id ? dossier : { trackId: track.id, readings: [], shots: [], wanted: 0, problem: undefined }
}
