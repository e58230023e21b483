// Reads the scores of all tracks in the background, frame by frame, only while nothing else is asked for.
import { useEffect, useState } from 'react'
import { hasEnded } from '#core/run/run'
import { type BytesQuery, FrameHeader } from '#api/api'
import { faultFromCall } from '#api/client'
import { sentenceOfFault } from '#core/base/fault'
import { makeDecoder } from '../../../frame/decoder-client.ts'
import { useHost } from '../../../host/host.tsx'
import { coarseFirst, makeScoreSeries, type ScoreSeries } from './lane-series.ts'
import type { Browse } from '../use-browse.ts'
import { pause, useRest } from '../use-rest.ts'

export type ShownSeries = {
  readonly series: ScoreSeries | undefined
  /** Frames read so far; a rise means that lanes look different. */
  readonly read: number
  readonly problem: string | undefined
}

/** Milliseconds without a step before the next frame is read: whoever looks at frames goes first. */
const quietMs = 350
const triesPerFrame = 3

/** A run that still writes is left alone: its own work goes first. Runs whose tracks have no scores are not read. */
export function useScoreSeries(browse: Browse): ShownSeries {
  const { runId, run, tracks } = browse
  const { link } = useHost()
  const rest = useRest(browse)
  const [shown, setShown] = useState<ShownSeries>({ series: undefined, read: 0, problem: undefined })
  const hasScores = tracks.some((track) => track.meanScore !== undefined)
  const isWanted = hasScores && run.state !== undefined && hasEnded(run.state) && run.frameIndices.length > 1 && run.levels.length > 0
  useEffect(() => {
    setShown({ series: undefined, read: 0, problem: undefined })
    if (!isWanted) return
    const abort = new AbortController()
    const decoder = makeDecoder()
    const series = makeScoreSeries(run.frameIndices.length)
    const readOne = async (at: number) => {
      const frameIndex = run.frameIndices[series.positions[at]!]!
      const query: BytesQuery = { what: 'frame', runId, frameIndex, stage: 'tracker', levels: [...run.levels], withImage: false }
      const answer = await link.bytes(query, abort.signal)
      const { width, height, parts } = FrameHeader.parse(answer.header)
      const { masks } = await decoder.decode({ frameIndex, width, height, bytes: answer.bytes, image: undefined, parts, isDrawn: false })
      series.put(at, masks.columns.ids, masks.columns.scores)
    }
    const readAll = async () => {
      let read = 0
      for (const at of coarseFirst(series.positions.length)) {
        for (let left = triesPerFrame; left > 0; left -= 1) {
          await rest.wait(quietMs, abort.signal)
          if (abort.signal.aborted) return
          try {
            await readOne(at)
            break
          } catch (error) {
            if (abort.signal.aborted) return
            if (left === 1) return setShown({ series, read, problem: sentenceOfFault(faultFromCall(error)).message })
            await pause(1500)
          }
        }
        read += 1
        setShown({ series, read, problem: undefined })
      }
    }
    void readAll()
    return () => {
      abort.abort()
      decoder.close()
    }
  }, [link, rest, runId, isWanted, run.frameIndices, run.levels])
  return shown
}
