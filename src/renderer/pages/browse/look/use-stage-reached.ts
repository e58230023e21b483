// How far each mask of the frame came: only a candidate, kept by the filter, or the beginning of a track.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { FrameHeader } from '#api/api'
import { masksFromBytes } from '../../../frame/decode-frame.ts'
import type { StageReached } from '#core/view/mask-style'
import { useHost } from '../../../host/host.tsx'
import type { Browse } from '../use-browse.ts'

/** Undefined while it is not asked for, or not known yet. Candidates keep their numbers through the filter, which is why they can be followed. */
export function useStageReached(browse: Browse, isAsked: boolean): ((id: number) => StageReached | undefined) | undefined {
  const { link } = useHost()
  const { runId, stage, tracks, coverage } = browse
  const frameIndex = browse.frames.shown?.picture.frameIndex
  const levels = frameIndex === undefined ? [] : coverage.levelsAt('filter', frameIndex)
  const kept = useQuery({
    queryKey: ['kept-candidates', runId, frameIndex, levels.join(' ')],
    enabled: isAsked && stage === 'ssam' && levels.length > 0,
    gcTime: 10_000,
    queryFn: async ({ signal }) => {
      const answer = await link.bytes(
        { what: 'frame', runId, frameIndex: frameIndex ?? 0, stage: 'filter', levels: [...levels], withImage: false },
        signal,
      )
      const header = FrameHeader.parse(answer.header)
      return new Set(
        header.parts.flatMap(({ offset, length }) =>
          masksFromBytes(answer.bytes.subarray(offset, offset + length)).masks.map((one) => one.id),
        ),
      )
    },
  }).data
  return useMemo((): ((id: number) => StageReached | undefined) | undefined => {
    if (!isAsked) return undefined
    if (stage === 'tracker') return () => 'tracker'
    const prompts = new Set(tracks.flatMap(({ prompt }) => (prompt?.frameIndex === frameIndex ? [prompt?.candidateId] : [])))
    return (id) => {
      if (prompts.has(id)) return 'tracker'
      if (stage === 'filter') return 'filter'
      return kept && (kept.has(id) ? 'filter' : 'ssam')
    }
  }, [isAsked, stage, tracks, frameIndex, kept])
}
