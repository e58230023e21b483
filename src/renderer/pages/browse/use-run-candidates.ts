// All stored candidates of a run, as little of each as the filter reads; read in the background, frame after frame, while somebody tries something.
import { useEffect, useState } from 'react'
import { type BytesQuery, FrameHeader } from '#api/api'
import type { FilterCandidate } from '#core/segment/candidate-filter'
import type { FrameMasks } from '#core/segment/frame-masks'
import { useHost } from '../../host/host.tsx'

export type RunCandidates = {
  readonly frames: readonly (readonly FilterCandidate[])[]
  readonly of: number
  readonly fault: string | undefined
}
const none: RunCandidates = { frames: [], of: 0, fault: undefined }

export function useRunCandidates(
  runId: string,
  frameIndices: readonly number[],
  levels: readonly number[],
  isWanted: boolean,
): RunCandidates {
  const { link } = useHost()
  const [found, setFound] = useState<RunCandidates>(none)
  const key = `${runId} ${frameIndices.join()} ${levels.join()}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: frames and levels are in the key
  useEffect(() => {
    if (!isWanted) return
    const abort = new AbortController()
    const frames: (readonly FilterCandidate[])[] = []
    const read = async () => {
      setFound({ frames: [], of: frameIndices.length, fault: undefined })
      for (const frameIndex of frameIndices) {
        const query: BytesQuery = { what: 'frame', runId, frameIndex, stage: 'ssam', levels: [...levels], withImage: false }
        const { header, bytes } = await link.bytes(query, abort.signal)
        if (abort.signal.aborted) return
        frames.push(candidatesFrom(FrameHeader.parse(header), bytes))
        if (frames.length % 8 === 0 || frames.length === frameIndices.length)
          setFound({ frames: [...frames], of: frameIndices.length, fault: undefined })
      }
    }
    read().catch((error: unknown) => {
      if (!abort.signal.aborted)
        setFound({ frames: [...frames], of: frameIndices.length, fault: error instanceof Error ? error.message : String(error) })
    })
    return () => abort.abort()
  }, [key, isWanted, link])
  return isWanted ? found : none
}

function candidatesFrom({ parts }: FrameHeader, bytes: Uint8Array): FilterCandidate[] {
  return [...parts]
    .sort((a, b) => a.level - b.level)
    .flatMap(({ offset, length }) => {
      // Of our own build and checked where it is drawn; here only numbers are taken from it.
      const { masks } = JSON.parse(new TextDecoder().decode(bytes.subarray(offset, offset + length))) as FrameMasks
      return masks.map(({ id, area, stability, parent }) => ({ id, area, stability, parent }))
    })
}
