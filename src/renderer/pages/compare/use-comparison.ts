// The comparison of a pair as it grows in the background: once per pair, on with each new frame, cancel and again; the newest pair wins.
import { useEffect, useMemo, useRef, useState } from 'react'
import { faultFromCall } from '#api/client'
import type { Fault } from '#core/base/fault'
import { useHost } from '../../host/host.tsx'
import { makeMatcherThread, makeMatching, type Matching, type MatchProgress, type MatchWish } from './matcher-client.ts'

export type ComparisonState = MatchProgress & {
  readonly phase: 'none' | 'matching' | 'done' | 'stopped' | 'failed'
  readonly fault?: Fault | undefined
}
export type RunningComparison = ComparisonState & { readonly stop: () => void; readonly again: () => void }

const nothing: ComparisonState = { phase: 'none', done: 0, total: 0, results: undefined }

type Kept = {
  readonly matching: Matching
  readonly abort: AbortController
  state: ComparisonState
  wanted: readonly number[]
  isRunning: boolean
}

/**
 * What was matched of a pair is kept as long as the page is open: to change pairs and come back costs nothing. A list of frames that grows,
 * because a run still writes, is gone on with and what was found stays in sight.
 */
export function useComparison(given: MatchWish | undefined, frameIndices: readonly number[]): RunningComparison {
  const { link } = useHost()
  const [state, setState] = useState<ComparisonState>(nothing)
  const [attempt, setAttempt] = useState(0)
  const all = useRef(new Map<string, Kept>())
  const current = useRef<string>(undefined)
  const halted = useRef<string>(undefined)
  const wishText = given && JSON.stringify(given)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish of the same words is the same wish
  const wish = useMemo(() => given, [wishText])
  const frameText = frameIndices.join(' ')
  useEffect(() => {
    const kept = all.current
    current.current = wishText
    return () => {
      current.current = undefined
      halted.current = undefined
      // One that is under way would take the engine's time from the pair that is looked at now.
      const left = wishText === undefined ? undefined : kept.get(wishText)
      if (left?.isRunning) left.abort.abort()
    }
  }, [wishText])
  useEffect(() => {
    const kept = all.current
    return () => {
      for (const { matching, abort } of kept.values()) {
        abort.abort()
        matching.close()
      }
      kept.clear()
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is a reason to begin anew
  useEffect(() => {
    const frames = frameText === '' ? [] : frameText.split(' ').map(Number)
    if (!wish || wishText === undefined || frames.length === 0) return setState(nothing)
    if (halted.current === wishText) return
    const own = keptFor(all.current, wishText, frames, () => {
      const parts = { bytes: link.bytes, makeThread: makeMatcherThread, now: () => performance.now() }
      return { matching: makeMatching(wish, parts), abort: new AbortController(), state: nothing, wanted: frames, isRunning: false }
    })
    own.wanted = frames
    const tell = (change: Partial<ComparisonState>) => {
      own.state = { ...own.state, ...change }
      if (current.current === wishText) setState(own.state)
    }
    if (own.isRunning) return tell({ total: frames.length })
    tell(own.state.phase === 'done' ? { total: frames.length } : { phase: 'matching', total: frames.length })
    own.isRunning = true
    matchAll(own, tell).then(
      () => {
        own.isRunning = false
        tell({ phase: 'done' })
      },
      (error: unknown) => {
        own.isRunning = false
        // A thread that was stopped knows half a frame: it is not gone on with.
        own.matching.close()
        if (all.current.get(wishText) === own) all.current.delete(wishText)
        tell(own.abort.signal.aborted ? { phase: 'stopped' } : { phase: 'failed', fault: faultFromCall(error) })
      },
    )
  }, [wish, wishText, link, attempt, frameText])
  const stop = () => {
    halted.current = wishText
    if (wishText !== undefined) all.current.get(wishText)?.abort.abort()
  }
  const again = () => {
    halted.current = undefined
    setAttempt((before) => before + 1)
  }
  return { ...state, stop, again }
}

function keptFor(all: Map<string, Kept>, key: string, frames: readonly number[], make: () => Kept): Kept {
  const before = all.get(key)
  if (before && !before.abort.signal.aborted && before.matching.fits(frames)) return before
  before?.abort.abort()
  before?.matching.close()
  const made = make()
  all.set(key, made)
  return made
}

/** Until nothing more came while it worked. */
async function matchAll(own: Kept, tell: (change: Partial<ComparisonState>) => void): Promise<void> {
  for (let frames: readonly number[] | undefined; frames !== own.wanted; ) {
    frames = own.wanted
    await own.matching.extend(frames, own.abort.signal, ({ done, total, results }) =>
      tell({ done, total: Math.max(total, own.wanted.length), ...(results ? { results } : {}), fault: undefined }),
    )
  }
}
