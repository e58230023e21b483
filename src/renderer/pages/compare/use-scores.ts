// How well the answers meet the reference among them: scored in threads of their own, once for each answer, with progress.
import { useEffect, useMemo, useRef, useState } from 'react'
import { faultFromCall } from '#api/client'
import type { Fault } from '#core/base/fault'
import type { ReferenceLevel } from '#core/compare/compare-types'
import type { SideName } from '../../state/route.ts'
import { useHost } from '../../host/host.tsx'
import { makeMatcherThread, scoreAnswer, type ScoreWish } from './matcher-client.ts'
import { framesWithAll } from './common-ground.ts'
import type { ShownAnswer } from './use-answer.ts'

export type ScoreState = {
  readonly side: SideName
  readonly done: number
  readonly total: number
  /** Annotated frames that the answer has, on which it is scored. */
  readonly frames: number
  readonly levels: readonly ReferenceLevel[] | undefined
  readonly fault: Fault | undefined
}

/**
 * Undefined without a reference among the answers; else one for each other answer, in their order, on all annotated frames that it has:
 * what others have changes nothing of it. `only`: these frames alone.
 */
export function useScores(
  answers: readonly ShownAnswer[],
  isReady: boolean,
  only: readonly number[] | undefined,
): readonly ScoreState[] | undefined {
  const { link } = useHost()
  const cache = useRef(new Map<string, readonly ReferenceLevel[]>())
  const [states, setStates] = useState<ReadonlyMap<string, ScoreState>>(new Map())
  const reference = answers.find((answer) => answer.reference !== undefined)
  const wishText = JSON.stringify(
    answers.flatMap((answer) => {
      const wish = reference && isReady && answer.reference === undefined ? wishOf(reference, answer, only) : undefined
      return wish ? [{ side: answer.side, wish }] : []
    }),
  )
  const wishes = useMemo(() => JSON.parse(wishText) as readonly { readonly side: SideName; readonly wish: ScoreWish }[], [wishText])
  useEffect(() => {
    const abort = new AbortController()
    const tell = (key: string, state: ScoreState) => {
      if (!abort.signal.aborted) setStates((before) => new Map(before).set(key, state))
    }
    const scoreAll = async () => {
      for (const { side, wish } of wishes) {
        const key = JSON.stringify(wish)
        const frames = wish.frameIndices.length
        const total = frames * 2
        const known = cache.current.get(key)
        if (known) {
          tell(key, { side, done: total, total, frames, levels: known, fault: undefined })
          continue
        }
        tell(key, { side, done: 0, total, frames, levels: undefined, fault: undefined })
        const parts = { bytes: link.bytes, makeThread: makeMatcherThread, now: () => performance.now() }
        try {
          const levels = await scoreAnswer(wish, abort.signal, parts, (done) =>
            tell(key, { side, done, total, frames, levels: undefined, fault: undefined }),
          )
          cache.current.set(key, levels)
          tell(key, { side, done: total, total, frames, levels, fault: undefined })
        } catch (error) {
          tell(key, { side, done: 0, total, frames, levels: undefined, fault: faultFromCall(error) })
        }
      }
    }
    // Of a run that still writes every frame would begin anew; a moment of rest lets a few come together.
    const timer = setTimeout(() => void scoreAll(), 300)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [wishes, link])
  if (!reference) return undefined
  return wishes.map(
    ({ side, wish }) =>
      states.get(JSON.stringify(wish)) ?? {
        side,
        done: 0,
        total: 0,
        frames: wish.frameIndices.length,
        levels: undefined,
        fault: undefined,
      },
  )
}

/** All levels of the answer, as the command line scores it. */
function wishOf(reference: ShownAnswer, answer: ShownAnswer, only: readonly number[] | undefined): ScoreWish | undefined {
  const { stage, ground, runId } = answer
  if (!stage || !ground) return undefined
  const frameIndices = only ?? framesWithAll(ground.frameIndices, [reference, answer])
  if (frameIndices.length === 0) return undefined
  return {
    reference: { runId: reference.runId, reference: reference.reference, stage, levels: reference.levels },
    answer: { runId, reference: undefined, stage, levels: ground.levels },
    frameIndices,
    size: [ground.scene.height, ground.scene.width],
  }
}
