// Watches the memory of this process while a network is opened or runs.
import { totalmem } from 'node:os'

export type MemoryWatch = {
  begin(): void
  rest(): void
}

/** Often enough that memory written at several GB/s is caught before the machine is out of it; reading it takes some 20 microseconds. */
const everyMs = 40

/** `passed` is told once, with the resident memory in bytes. */
export function watchMemory(limitBytes: number, passed: (usedBytes: number) => void): MemoryWatch {
  let timer: NodeJS.Timeout | undefined
  const rest = () => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    begin: () => {
      timer ??= setInterval(() => {
        const usedBytes = process.memoryUsage.rss()
        if (usedBytes <= limitBytes) return
        rest()
        passed(usedBytes)
      }, everyMs)
    },
    rest,
  }
}

/** Of the memory that this process may have at all, so that the machine, and the engine on it, keep the rest. */
const share = 0.8

/** Bytes: SCENEWRIGHT_MODEL_MEMORY_GIB when it is a number above 0, else four fifths of the machine's memory, or of the limit set on it. */
export function defaultMemoryLimit(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const asked = Number(env.SCENEWRIGHT_MODEL_MEMORY_GIB)
  if (asked > 0) return asked * 2 ** 30
  const limit = process.constrainedMemory()
  // "Unlimited" comes as 0, or as a number near 2^64.
  return share * (limit > 0 ? Math.min(limit, totalmem()) : totalmem())
}
