// Ctrl+C and its kin: the first asks to stop in order, the second stops at once.

export type Interruption = {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  /** Stops listening, so that the program may end. */
  dispose(): void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl+C arrives several times: from the terminal, from npm and from the script that started us. */
const sameWithinMs = 400

/** `onSecond` is called for every signal after the first. */
export function listenForSignals(onFirst: () => void, onSecond: () => void): Interruption {
  const controller = new AbortController()
  let firstAt = 0
  const listener = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAt > sameWithinMs) onSecond()
      return
    }
    firstAt = performance.now()
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
