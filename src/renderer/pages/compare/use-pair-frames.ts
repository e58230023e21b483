// The pair of frames that is shown: what is wanted of both runs, what is there, and what went wrong.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Fault } from '#core/base/fault'
import { makeDecoder } from '../../frame/decoder-client.ts'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import type { FramePair } from '../../frame/pair-gpu.ts'
import { makePairSource, type PairSide, type PairSource, type PairWish } from '../../frame/pair-source.ts'
import { useHost } from '../../host/host.tsx'
import type { Answer } from './use-answer.ts'

export type ShownPair = {
  readonly pair: FramePair | undefined
  readonly fault: { readonly fault: Fault; readonly side: PairSide } | undefined
  readonly cacheBytes: number
}

/** Pairs read ahead while someone looks at one. */
const nearCount = 3

export function usePairFrames(
  a: Answer,
  b: Answer,
  stage: StageOfMasks | undefined,
  frames: readonly number[],
  position: number | undefined,
): ShownPair {
  const { link } = useHost()
  const [state, setState] = useState<ShownPair>({ pair: undefined, fault: undefined, cacheBytes: 0 })
  const source = useRef<PairSource>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was read of other runs is no answer of these
  useEffect(() => {
    const decoders = { a: makeDecoder(), b: makeDecoder() }
    const made = makePairSource({
      bytes: link.bytes,
      decoders,
      now: () => performance.now(),
      shown: (pair) => setState({ pair, fault: undefined, cacheBytes: made.cacheBytes() }),
      failed: (fault, side) => setState((before) => ({ ...before, fault: { fault, side } })),
    })
    source.current = made
    setState({ pair: undefined, fault: undefined, cacheBytes: 0 })
    return () => {
      source.current = undefined
      made.close()
      decoders.a.close()
      decoders.b.close()
    }
  }, [link, a.runId, b.runId])
  const sideA = useSide(a)
  const sideB = useSide(b)
  const wishes = useMemo(() => {
    const wishAt = (at: number): PairWish | undefined => {
      const frameIndex = frames[at]
      if (frameIndex === undefined || !stage || !sideA || !sideB) return undefined
      const of = ({ runId, levels, coverage }: NonNullable<typeof sideA>) => ({
        runId,
        frameIndex,
        stage,
        levels,
        written: coverage.levelsAt(stage, frameIndex),
      })
      return { a: of(sideA), b: of(sideB) }
    }
    const wish = position === undefined ? undefined : wishAt(position)
    const near = Array.from({ length: nearCount }, (_, i) => wishAt((position ?? 0) + i + 1)).filter((one) => one !== undefined)
    return wish && { wish, near }
  }, [sideA, sideB, stage, frames, position])
  const phase = useLinkIsOpen()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that is back is a reason to ask again
  useEffect(() => {
    if (wishes) source.current?.show(wishes.wish, wishes.near)
  }, [wishes, phase])
  return state
}

/** Of an answer only the run, its levels and what it has written decide; its record changes many times a second. */
function useSide({ runId, record, coverage }: Answer) {
  const levels = record?.config.levels
  return useMemo(() => levels && { runId, levels, coverage }, [runId, levels, coverage])
}

function useLinkIsOpen(): boolean {
  const { link } = useHost()
  const [isOpen, setOpen] = useState(link.state().phase === 'open')
  useEffect(() => link.subscribe(() => setOpen(link.state().phase === 'open')), [link])
  return isOpen
}
