// Only one act runs; of those that come meanwhile only the newest waits, the others are dropped.

export type Latest<I> = {
  /** Runs the act now, or as soon as the running one is done or has had its time. */
  push(input: I): void
  /** Drops the one that waits and aborts the one that runs. */
  stop(): void
}

/** How long an act may keep a newer one waiting before it is aborted, in milliseconds: an answer that never comes must not block the rest. */
export const patienceMs = 5000

/** `act` must handle its own errors; what it throws is not seen by anyone. */
export function makeLatest<I>(act: (input: I, signal: AbortSignal) => Promise<void>, patience: number = patienceMs): Latest<I> {
  let running: { readonly controller: AbortController; readonly startedAt: number } | undefined
  let waiting: { readonly input: I } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const goOn = () => {
    clearTimeout(timer)
    running = undefined
    const next = waiting
    waiting = undefined
    if (next) run(next.input)
  }
  const run = (input: I) => {
    const controller = new AbortController()
    running = { controller, startedAt: Date.now() }
    const done = () => {
      if (running?.controller === controller) goOn()
    }
    act(input, controller.signal).then(done, done)
  }
  return {
    push: (input) => {
      if (!running) {
        run(input)
        return
      }
      waiting = { input }
      const { controller, startedAt } = running
      clearTimeout(timer)
      timer = setTimeout(
        () => {
          if (running?.controller !== controller) return
          controller.abort()
          goOn()
        },
        Math.max(0, startedAt + patience - Date.now()),
      )
    },
    stop: () => {
      clearTimeout(timer)
      waiting = undefined
      running?.controller.abort()
      running = undefined
    },
  }
}
