// A number of a live run for what is costly to keep current: taken at once, then at most once per interval, and always at last.
import { useEffect, useRef, useState } from 'react'
import type { RunView } from './run-store.ts'
import { useRun, useServices } from './services.tsx'
import { makeThrottle } from './throttle.ts'

/** Between two intervals the caller is not drawn anew, however much the run tells. */
export function useRunNowAndThen(runId: string, select: (view: RunView | undefined) => number, intervalMs: number): number {
  const { runs } = useServices()
  useRun(runId, () => undefined)
  const newest = useRef(select)
  newest.current = select
  const [taken, setTaken] = useState({ runId, value: select(runs.getState().runs.get(runId)) })
  useEffect(() => {
    const take = () => {
      const value = newest.current(runs.getState().runs.get(runId))
      setTaken((before) => (before.runId === runId && before.value === value ? before : { runId, value }))
    }
    const throttle = makeThrottle(take, intervalMs, Date.now)
    throttle.ask()
    const stop = runs.subscribe(({ runs: now }, { runs: before }) => {
      if (newest.current(now.get(runId)) !== newest.current(before.get(runId))) throttle.ask()
    })
    return () => {
      stop()
      throttle.stop()
    }
  }, [runs, runId, intervalMs])
  // What was taken of another run says nothing of this one.
  return taken.runId === runId ? taken.value : select(runs.getState().runs.get(runId))
}
