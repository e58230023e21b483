// An act that is asked for often: done at once, then at most once per interval, and always once after it was last asked for.

export type Throttle = { ask(): void; stop(): void }

export function makeThrottle(act: () => void, intervalMs: number, now: () => number): Throttle {
  let doneAt = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined
  const doIt = () => {
    timer = undefined
    doneAt = now()
    act()
  }
  return {
    ask: () => {
      if (timer !== undefined) return
      const wait = doneAt + intervalMs - now()
      if (wait <= 0) doIt()
      else timer = setTimeout(doIt, wait)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
