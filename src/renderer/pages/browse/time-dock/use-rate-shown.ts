// How fast frames really come to the screen while they are played, when that is slower than asked for.
import { useEffect, useRef, useState } from 'react'
import { useView } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import { rateShown } from './play-rates.ts'

/** Frames over which the rate is taken. */
const span = 12

/** Frames a second; undefined while nothing is played, or the rate is held. */
export function useRateShown({ frames }: Browse, rate: number): number | undefined {
  const isPlaying = useView((state) => state.isPlaying)
  const shownAt = useRef<number[]>([])
  const [shown, setShown] = useState<number>()
  const frameIndex = frames.shown?.picture.frameIndex
  // biome-ignore lint/correctness/useExhaustiveDependencies: another rate is measured anew
  useEffect(() => {
    shownAt.current = []
    setShown(undefined)
  }, [isPlaying, rate])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each frame that comes to the screen counts
  useEffect(() => {
    if (!isPlaying) return
    shownAt.current = [...shownAt.current, performance.now()].slice(-span)
    setShown(rateShown(shownAt.current, rate))
  }, [frameIndex])
  return shown
}
