// Keeps one process alive for a host: starts it again when it is lost, and stops trying when it is lost too often.
import { Fault } from '#core/base/fault'

/** A process by what its keeper needs of it. `exited` never rejects. */
export type KeptProcess = { readonly exited: Promise<{ readonly reason: string }> }

export type KeeperOptions<P extends KeptProcess> = {
  readonly start: () => P
  /** Clock in milliseconds, for the breaker. */
  readonly now: () => number
  /** Told of each loss; `restarted` is false when the breaker has opened. */
  readonly onLost: (loss: { readonly reason: string; readonly restarted: boolean }) => void
}

export type ProcessKeeper<P extends KeptProcess> = {
  /** The process in use. Throws ENGINE_LOST once the breaker has opened or the keeper was closed. */
  current(): P
  /** From now on a loss is expected and nothing is started again; gives the process that is left, if any. */
  release(): P | undefined
}

/** Losses within `windowMs` that open the breaker: a process that dies at once would else be started for ever. */
export const breaker = { losses: 3, windowMs: 60_000 } as const

export function keepProcess<P extends KeptProcess>({ start, now, onLost }: KeeperOptions<P>): ProcessKeeper<P> {
  let process: P | undefined
  let released = false
  let reason = 'closed'
  let losses: number[] = []
  const begin = () => {
    const started = start()
    process = started
    void started.exited.then((exit) => {
      if (released || process !== started) return
      process = undefined
      reason = exit.reason
      losses = [...losses.filter((at) => now() - at < breaker.windowMs), now()]
      const restarted = losses.length < breaker.losses
      if (restarted) begin()
      onLost({ reason, restarted })
    })
  }
  begin()
  return {
    current: () => {
      if (!process) throw new Fault('ENGINE_LOST', { reason })
      return process
    },
    release: () => {
      released = true
      const left = process
      process = undefined
      return left
    },
  }
}
