// The comparison of two runs as it grows in the background: progress, results, cancel and again; the newest wish wins.
import { useEffect, useMemo, useState } from 'react'
import { faultFromCall } from '#api/client'
import type { Fault } from '#core/base/fault'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import { useHost } from '../../host/host.tsx'
import type { CommonGround } from './common-ground.ts'
import { makeMatcherThread, type MatchProgress, matchRuns, type MatchWish } from './matcher-client.ts'

export type ComparisonState = MatchProgress & {
  readonly phase: 'none' | 'matching' | 'done' | 'stopped' | 'failed'
  readonly fault?: Fault
}
export type RunningComparison = ComparisonState & { readonly stop: () => void; readonly again: () => void }

const nothing: ComparisonState = { phase: 'none', done: 0, total: 0, results: undefined }

export function useComparison(
  a: string,
  b: string,
  stage: StageOfMasks | undefined,
  levels: CommonGround['levels'],
  frameIndices: readonly number[],
): RunningComparison {
  const { link } = useHost()
  const [state, setState] = useState<ComparisonState>(nothing)
  const [attempt, setAttempt] = useState(0)
  const [controller, setController] = useState<AbortController>()
  const levelText = levels.join(' ')
  const frameText = frameIndices.join(' ')
  const wish = useMemo<MatchWish | undefined>(() => {
    const numbers = (text: string) => (text === '' ? [] : text.split(' ').map(Number))
    return stage && levelText !== '' && frameText !== ''
      ? { a, b, stage, levels: numbers(levelText), frameIndices: numbers(frameText) }
      : undefined
  }, [a, b, stage, levelText, frameText])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is a reason to begin anew
  useEffect(() => {
    if (!wish) {
      setState(nothing)
      return
    }
    const own = new AbortController()
    setController(own)
    let isOver = false
    const tell = (change: (before: ComparisonState) => ComparisonState) => !isOver && setState(change)
    tell(() => ({ phase: 'matching', done: 0, total: wish.frameIndices.length, results: undefined }))
    matchRuns(wish, own.signal, {
      bytes: link.bytes,
      makeThread: makeMatcherThread,
      now: () => performance.now(),
      progress: (progress) => tell(() => ({ phase: 'matching', ...progress })),
    }).then(
      () => tell((before) => ({ ...before, phase: 'done' })),
      (error: unknown) => {
        const fault = faultFromCall(error)
        tell((before) => (own.signal.aborted ? { ...before, phase: 'stopped' } : { ...before, phase: 'failed', fault }))
      },
    )
    return () => {
      isOver = true
      own.abort()
    }
  }, [wish, link, attempt])
  return { ...state, stop: () => controller?.abort(), again: () => setAttempt((before) => before + 1) }
}
