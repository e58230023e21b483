// Watches memory once a second while the engine lives, and tells what follows from it for the runs.
import { type Admission, admissionOf, type MissingFile, type UnwatchedPolicy } from '#core/schedule/memory-admission'
import {
  foldMemory,
  type KillCounts,
  type MemoryEffect,
  type MemoryReading,
  type MemoryRules,
  type MemoryState,
  memoryRules,
  shareOf,
  startMemoryState,
  withParallel,
} from '#core/schedule/memory-policy'
import { type FileReader, readSystemFile } from './cgroup-files.ts'
import { lostWatch, type MemorySource, openMemorySource } from './memory-reading.ts'

export type MemoryWatch = {
  /** Whether to start at all, with how many runs at once, and the one warning if there is any. */
  readonly admission: Admission
  /** What is read, in words. */
  description(): string
  state(): MemoryState
  /** Its `smallestLimitBytes` is for the CPU row of the device list. Undefined when nothing could be read yet. */
  newest(): MemoryReading | undefined
  /** The person's setting changed. Where memory is unwatched, the admission's lower number holds on. */
  setParallel(parallel: number, forced?: boolean): void
  /** Reads now instead of in up to a second, for instance when a worker was lost. Effects are told before it resolves. */
  look(): Promise<void>
  /** For judging a loss: counts up to the newest reading, and the highest share used in the last ten. */
  kills(): KillCounts | undefined
  recentShare(): number | undefined
  stop(): void
}

export type MemoryWatchOptions = {
  /** Default: the files of this system. */
  readonly reader?: FileReader
  readonly platform?: string
  /** Milliseconds of a clock that does not run backwards. */
  readonly now?: () => number
  readonly everyMs?: number
  readonly rules?: MemoryRules
  readonly policy: UnwatchedPolicy
  readonly parallel: number
  /** A person insists on `parallel` although memory may be unwatched. */
  readonly forced?: boolean
  /** Runs that hold a lease now. */
  readonly going: () => number
  /** In order. `state` is what holds after all of them. */
  readonly onEffect: (effect: MemoryEffect, state: MemoryState) => void
  readonly onReading?: (reading: MemoryReading, state: MemoryState) => void
  /** What was watched cannot be read any more; told once, and again when it was found anew and lost again. */
  readonly onLost: (missing: MissingFile) => void
}

/**
 * Resolves after the first reading. With policy `fail` and something missing nothing is watched; see `admission`. The functions that are
 * told must not throw.
 */
export async function startMemoryWatch(options: MemoryWatchOptions): Promise<MemoryWatch> {
  const { reader = readSystemFile, platform = process.platform, now = () => performance.now(), rules = memoryRules, policy } = options
  let wanted = { parallel: options.parallel, forced: options.forced ?? false }
  let source: MemorySource = await openMemorySource(reader, now, platform)
  const admit = () => admissionOf(source.missing, policy, wanted.parallel, wanted.forced)
  const allowed = () => {
    const now = admit()
    return now.start ? now.parallel : 1
  }
  const admission = admit()
  let state = startMemoryState(allowed())
  let newest: MemoryReading | undefined
  let lost = false
  let stopped = false
  let looking: Promise<void> | undefined

  const read = async (): Promise<MemoryReading | undefined> => {
    try {
      if (lost) {
        // The process may have been moved to another group. Until that is found, what there is has to do, as at a start.
        source = await openMemorySource(reader, now, platform)
        lost = source.missing !== undefined
        state = withParallel(state, allowed())
      }
      return await source.read()
    } catch (error) {
      if (!lost && !stopped) options.onLost(lostWatch(error))
      lost = true
      return undefined
    }
  }
  const once = async (): Promise<void> => {
    const reading = await read()
    if (!reading || stopped) return
    newest = reading
    const step = foldMemory(state, reading, options.going(), rules)
    state = step.state
    options.onReading?.(reading, state)
    for (const effect of step.effects) options.onEffect(effect, state)
  }
  // A slow reading is waited for; a second one beside it would count things twice.
  const tick = (): Promise<void> => {
    looking ??= once().finally(() => {
      looking = undefined
    })
    return looking
  }
  if (admission.start) await tick()
  const timer = admission.start ? setInterval(tick, options.everyMs ?? 1000) : undefined
  timer?.unref()
  return {
    admission,
    description: () => source.description,
    state: () => state,
    newest: () => newest,
    setParallel: (parallel, forced = false) => {
      wanted = { parallel, forced }
      state = withParallel(state, allowed())
    },
    look: async () => {
      // One that is under way may have read the counts before what the caller wants to know.
      if (looking) await looking
      await tick()
    },
    kills: () => newest?.kills,
    recentShare: () => (newest === undefined ? undefined : Math.max(shareOf(newest), ...state.recent)),
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}
