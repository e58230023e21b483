// What a person, a clock or the engine's own end asks of a run that is going: stop now, stop after a frame, stop after a stage.
import type { PauseMode } from '#core/run/run-event'

/** Who stopped it: a cancelled run has ended, a paused one goes on later, one out of time has failed, one of a closing engine goes on by itself; after a fault nothing can be written any more. */
export type StopReason = 'cancel' | 'pause' | 'timeout' | 'closing' | 'fault'

export type Orders = {
  /** What runs has to go now. */
  readonly stop: AbortSignal
  /** What runs shall end after its next commit. */
  readonly afterFrame: AbortSignal
  /** No stage begins any more. */
  readonly noMoreStages: boolean
  readonly reason: StopReason | undefined
  give(reason: StopReason, mode?: PauseMode): void
}

/** For one stretch of a run, from its start or continuation to its next rest. The first reason stays, except that a cancel overrules a pause. */
export function createOrders(): Orders {
  const stop = new AbortController()
  const afterFrame = new AbortController()
  let reason: StopReason | undefined
  return {
    stop: stop.signal,
    afterFrame: afterFrame.signal,
    get noMoreStages() {
      return reason !== undefined
    },
    get reason() {
      return reason
    },
    give: (next, mode = 'now') => {
      if (reason === undefined || next === 'cancel') reason = next
      if (mode === 'now') stop.abort()
      else if (mode === 'afterFrame') afterFrame.abort()
    },
  }
}
