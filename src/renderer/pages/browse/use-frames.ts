// The frames of a run as the page looks at them: what is wanted, what is shown, and what went wrong.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Fault } from '#core/base/fault'
import { makeDecoder } from '../../frame/decoder-client.ts'
import { type CompleteFrame, type FrameSource, type FrameWish, makeFrameSource, type StageOfMasks } from '../../frame/frame-source.ts'
import { useHost } from '../../host/host.tsx'
import { useServices } from '../../state/services.tsx'
import { type CoverageModel, nearestPosition } from '../../frame/coverage-model.ts'

export type ShownFrames = { readonly shown: CompleteFrame | undefined; readonly fault: Fault | undefined; readonly cacheBytes: number }

/** Frames read ahead while someone looks at one. */
export const nearCount = 4

type Wishes = { readonly wish: FrameWish; readonly near: readonly FrameWish[] }
type WishParts = Pick<FrameWish, 'runId' | 'stage' | 'levels'> & {
  readonly frameIndices: readonly number[]
  readonly coverage: CoverageModel
}

/** What is wanted at a position, and ahead of it in the direction of the last step; the same object while the position is the same. */
function makeWishes({ runId, frameIndices, stage, levels, coverage }: WishParts): (position: number) => Wishes | undefined {
  const wishAt = (at: number): FrameWish | undefined => {
    const frameIndex = frameIndices[at]
    return frameIndex === undefined ? undefined : { runId, frameIndex, stage, levels, written: coverage.levelsAt(stage, frameIndex) }
  }
  let last: { readonly position: number; readonly wishes: Wishes | undefined } | undefined
  return (position) => {
    if (last?.position === position) return last.wishes
    const direction = last && position < last.position ? -1 : 1
    const wish = wishAt(position)
    const near = Array.from({ length: nearCount }, (_, i) => wishAt(position + direction * (i + 1))).filter((one) => one !== undefined)
    last = { position, wishes: wish && { wish, near } }
    return last.wishes
  }
}

export function useFrames({
  runId,
  frameIndices,
  position,
  stage,
  levels,
  coverage,
}: {
  readonly runId: string
  readonly frameIndices: readonly number[]
  /** Among `frameIndices`; undefined while nothing is known. */
  readonly position: number | undefined
  readonly stage: StageOfMasks
  readonly levels: readonly number[]
  readonly coverage: CoverageModel
}): ShownFrames {
  const { link } = useHost()
  const { view } = useServices()
  const [state, setState] = useState<ShownFrames>({ shown: undefined, fault: undefined, cacheBytes: 0 })
  const source = useRef<FrameSource>(undefined)
  const asked = useRef<Wishes>(undefined)
  useEffect(() => {
    const decoder = makeDecoder()
    const made = makeFrameSource({
      bytes: link.bytes,
      decoder,
      now: () => performance.now(),
      // What is shown already, and asked for again because the run wrote elsewhere, draws nothing.
      shown: (shown) =>
        setState((before) => {
          const isSame = before.shown?.picture === shown.picture && before.shown.masks === shown.masks
          if (isSame && before.fault === undefined && before.cacheBytes === made.cacheBytes()) return before
          return { shown: isSame ? before.shown : shown, fault: undefined, cacheBytes: made.cacheBytes() }
        }),
      failed: (fault) => setState((before) => ({ ...before, fault })),
    })
    source.current = made
    asked.current = undefined
    return () => {
      source.current = undefined
      made.close()
      decoder.close()
    }
  }, [link])
  const wishesAt = useMemo(
    () => makeWishes({ runId, frameIndices, stage, levels, coverage }),
    [runId, frameIndices, stage, levels, coverage],
  )
  const wishes = position === undefined || levels.length === 0 ? undefined : wishesAt(position)
  const newest = useRef({ wishesAt, canAsk: false })
  newest.current = { wishesAt, canAsk: wishes !== undefined }
  // A step is asked for before the page is drawn anew: a frame that is near comes with the same drawing, not one later.
  useEffect(
    () =>
      view.subscribe(({ route }, before) => {
        if (route.page !== 'browse' || before.route.page !== 'browse' || route.runId !== runId || before.route.runId !== runId) return
        const { frameIndex } = route.view
        if (frameIndex === before.route.view.frameIndex || route.view.stage !== before.route.view.stage) return
        if (frameIndex === undefined || !newest.current.canAsk) return
        const next = newest.current.wishesAt(nearestPosition(frameIndices, frameIndex))
        if (!next || next === asked.current) return
        asked.current = next
        source.current?.show(next.wish, next.near)
      }),
    [view, runId, frameIndices],
  )
  const phase = useLinkIsOpen()
  const askedIn = useRef<unknown>(undefined)
  useEffect(() => {
    if (!wishes || (wishes === asked.current && askedIn.current === phase)) return
    asked.current = wishes
    // A link that is back is a reason to ask again.
    askedIn.current = phase
    source.current?.show(wishes.wish, wishes.near)
  }, [wishes, phase])
  return state
}

function useLinkIsOpen(): boolean {
  const { link } = useHost()
  const [isOpen, setOpen] = useState(link.state().phase === 'open')
  useEffect(() => link.subscribe(() => setOpen(link.state().phase === 'open')), [link])
  return isOpen
}
