// Only one act runs; of those that come meanwhile only the newest waits, the others are dropped.

export type Latest<I> = {
  /** Runs the act now, or as soon as the running one is done. */
  push(input: I): void
  /** Drops the one that waits and aborts the one that runs. */
  stop(): void
}

/** `act` must handle its own errors; what it throws is not seen by anyone. */
export function makeLatest<I>(act: (input: I, signal: AbortSignal) => Promise<void>): Latest<I> {
  let running: AbortController | undefined
  let waiting: { readonly input: I } | undefined
  const run = (input: I) => {
    const controller = new AbortController()
    running = controller
    act(input, controller.signal)
      .catch(() => {})
      .then(() => {
        if (running !== controller) return
        running = undefined
        const next = waiting
        waiting = undefined
        if (next) run(next.input)
      })
  }
  return {
    push: (input) => {
      if (running) waiting = { input }
      else run(input)
    },
    stop: () => {
      waiting = undefined
      running?.abort()
      running = undefined
    },
  }
}
