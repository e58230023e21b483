// The frames of a run as the page looks at them: what is wanted, what is shown, and what went wrong.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Fault } from '#core/base/fault'
import { makeDecoder } from '../../frame/decoder-client.ts'
import { type CompleteFrame, type FrameSource, type FrameWish, makeFrameSource, type StageOfMasks } from '../../frame/frame-source.ts'
import { useHost } from '../../host/host.tsx'
import type { CoverageModel } from '../../frame/coverage-model.ts'

export type ShownFrames = { readonly shown: CompleteFrame | undefined; readonly fault: Fault | undefined; readonly cacheBytes: number }

/** Frames read ahead while someone looks at one. */
export const nearCount = 4

export function useFrames({
  runId,
  frameIndices,
  position,
  stage,
  levels,
  coverage,
  direction,
}: {
  readonly runId: string
  readonly frameIndices: readonly number[]
  /** Among `frameIndices`; undefined while nothing is known. */
  readonly position: number | undefined
  readonly stage: StageOfMasks
  readonly levels: readonly number[]
  readonly coverage: CoverageModel
  readonly direction: 1 | -1
}): ShownFrames {
  const { link } = useHost()
  const [state, setState] = useState<ShownFrames>({ shown: undefined, fault: undefined, cacheBytes: 0 })
  const source = useRef<FrameSource>(undefined)
  useEffect(() => {
    const decoder = makeDecoder()
    const made = makeFrameSource({
      bytes: link.bytes,
      decoder,
      now: () => performance.now(),
      shown: (shown) => setState({ shown, fault: undefined, cacheBytes: made.cacheBytes() }),
      failed: (fault) => setState((before) => ({ ...before, fault })),
    })
    source.current = made
    return () => {
      source.current = undefined
      made.close()
      decoder.close()
    }
  }, [link])
  const wishes = useMemo(() => {
    const wishAt = (at: number): FrameWish | undefined => {
      const frameIndex = frameIndices[at]
      return frameIndex === undefined ? undefined : { runId, frameIndex, stage, levels, written: coverage.levelsAt(stage, frameIndex) }
    }
    if (position === undefined || levels.length === 0) return undefined
    const wish = wishAt(position)
    const near = Array.from({ length: nearCount }, (_, i) => wishAt(position + direction * (i + 1))).filter((one) => one !== undefined)
    return wish && { wish, near }
  }, [runId, frameIndices, position, stage, levels, coverage, direction])
  const phase = useLinkIsOpen()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that is back is a reason to ask again
  useEffect(() => {
    if (wishes) source.current?.show(wishes.wish, wishes.near)
  }, [wishes, phase])
  return state
}

function useLinkIsOpen(): boolean {
  const { link } = useHost()
  const [isOpen, setOpen] = useState(link.state().phase === 'open')
  useEffect(() => link.subscribe(() => setOpen(link.state().phase === 'open')), [link])
  return isOpen
}
