// Playing: the next frame is asked for when the last one is on screen and its time is over, so nothing piles up.
import { useEffect, useRef } from 'react'
import { useServices, useSettings, useView } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { nextInLoop } from './lane-axis.ts'
import type { Browse } from '../use-browse.ts'

export function usePlaying({ run, position, frames, loop }: Browse): void {
  const { view } = useServices()
  const isPlaying = useView((state) => state.isPlaying)
  const rate = useSettings((settings) => settings.playRate)
  const lastStepAt = useRef(0)
  const isShown = position !== undefined && frames.shown?.picture.frameIndex === run.frameIndices[position]
  useEffect(() => {
    if (!isPlaying || !isShown || position === undefined) return
    const delay = Math.max(0, lastStepAt.current + 1000 / rate - performance.now())
    const timer = setTimeout(() => {
      lastStepAt.current = performance.now()
      look(view, { frameIndex: run.frameIndices[nextInLoop(position, run.frameIndices.length, loop)] })
    }, delay)
    return () => clearTimeout(timer)
  }, [isPlaying, isShown, position, rate, run.frameIndices, view, loop])
}
