// Waits for a pause in looking: what is read on the side goes after the frames that a person asks for.
import { useEffect, useMemo, useRef } from 'react'
import { useView } from '../../state/services.tsx'
import type { Browse } from './use-browse.ts'

export type Rest = {
  /** Resolves when nothing is played, the frame asked for is shown, and no step was made for `quietMs`; or when `signal` is aborted. */
  wait(quietMs: number, signal: AbortSignal): Promise<void>
}

export function useRest({ position, frames, run }: Pick<Browse, 'position' | 'frames' | 'run'>): Rest {
  const isPlaying = useView((state) => state.isPlaying)
  const isSettled = position !== undefined && frames.shown?.picture.frameIndex === run.frameIndices[position]
  const rest = useRef({ since: 0, isBusy: true })
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins the rest anew
  useEffect(() => {
    rest.current = { since: performance.now(), isBusy: isPlaying || !isSettled }
  }, [position, isPlaying, isSettled])
  return useMemo(
    () => ({
      wait: async (quietMs, signal) => {
        while (!signal.aborted && (rest.current.isBusy || document.hidden || performance.now() - rest.current.since < quietMs))
          await pause(100)
      },
    }),
    [],
  )
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
