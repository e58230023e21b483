// Where workers are started: as utility processes, and once more in plain Node after one was lost by an abort.
import type { Channel } from '#api/channel'

/** A started worker; `exited` never rejects, `code` is negative or above 128 for signals, as the platform tells it. */
export type StartedWorker = {
  readonly channel: Channel
  readonly pid: number | undefined
  readonly exited: Promise<{ readonly code: number; readonly reason: string }>
  kill(): Promise<void>
  /** Why it runs in plain Node; undefined for a utility process. */
  readonly fallback?: string
}

export type WorkerStarts = {
  readonly utility: () => Promise<StartedWorker>
  /** Undefined where no plain Node is shipped. */
  readonly node: (() => Promise<StartedWorker>) | undefined
  /** Told once per device that goes over to plain Node. */
  readonly onFallback: (device: string, reason: string) => void
}

/**
 * Electron's allocator ends a process that asks for one very large piece of memory (electron issues 44291, 35801). SIGTRAP,
 * SIGABRT and SIGILL are how that shows: 5, 6 and 4, alone, negative, or with 128 added.
 */
export function isAbort(code: number): boolean {
  return [4, 5, 6].includes(Math.abs(code) > 128 ? Math.abs(code) - 128 : Math.abs(code))
}

/** A function that starts the next worker of a device; a device that lost one by an abort gets its next ones in plain Node. */
export function workerStarter({ utility, node, onFallback }: WorkerStarts): (device: string) => Promise<StartedWorker> {
  const inNode = new Map<string, string>()
  return async (device) => {
    const fallback = inNode.get(device)
    if (node && fallback !== undefined) return { ...(await node()), fallback }
    const worker = await utility()
    const state = { killed: false }
    void worker.exited.then(({ code, reason }) => {
      if (state.killed || !node || !isAbort(code) || inNode.has(device)) return
      inNode.set(device, reason)
      onFallback(device, reason)
    })
    return {
      ...worker,
      kill: () => {
        state.killed = true
        return worker.kill()
      },
    }
  }
}
