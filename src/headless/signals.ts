// Ctrl+C and its kin: the first asks to stop in order, the second stops at once.

export type Interruption = {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  /** Stops listening, so that the program may end. */
  dispose(): void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `onSecond` is called for every signal after the first. */
export function listenForSignals(onFirst: () => void, onSecond: () => void): Interruption {
  const controller = new AbortController()
  const listener = () => {
    if (controller.signal.aborted) {
      onSecond()
      return
    }
    onFirst()
    controller.abort()
  }
  for (const name of names) process.on(name, listener)
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of names) process.off(name, listener)
    },
  }
}
