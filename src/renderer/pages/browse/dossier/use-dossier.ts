// Reads the life of one track: its masks on some of its frames, one read at a time, pictures of the strip first.
import { useEffect, useState } from 'react'
import { faultFromCall } from '#api/client'
import { sentenceOfFault } from '#core/base/fault'
import type { Track } from '#core/segment/track'
import { makeDecoder } from '../../../frame/decoder-client.ts'
import { useHost } from '../../../host/host.tsx'
import { momentsOf, readingCount, shotCount } from './dossier-moments.ts'
import { type Reading, readMoment, type Shot } from './read-moment.ts'
import type { Browse } from '../use-browse.ts'
import { useRest } from '../use-rest.ts'

export type Dossier = {
  readonly trackId: number
  /** Ascending positions. */
  readonly readings: readonly Reading[]
  readonly shots: readonly Shot[]
  /** Frames that are read in all. */
  readonly wanted: number
  readonly problem: string | undefined
}

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
      const moment = await readMoment(link, decoder, { runId, frameIndices: run.frameIndices, track }, position, abort.signal)
      if (!moment) return
      readings = [...readings, moment.reading].sort((a, b) => a.position - b.position)
      const { shot } = moment
      if (shot && shotsAt.includes(position)) shots = [...shots, shot].sort((a, b) => a.position - b.position)
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
