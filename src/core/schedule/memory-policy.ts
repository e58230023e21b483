// What is done about memory: readings once a second are folded into how many runs may go, and whether new ones may start at all.
import { formatBytes } from '../base/format.ts'

/** Processes the system ended for want of memory, counted since the group (or the machine) began. */
export type KillCounts = {
  /** Where they are counted. Counts of two files are never compared. */
  readonly file: string
  /** In our own group; undefined where only a group shared with others counts. */
  readonly own: number | undefined
  /** Elsewhere below the same limits, or anywhere on the machine. */
  readonly others: number | undefined
}

export type MemoryReading = {
  /** Milliseconds of any clock that does not run backwards. */
  readonly at: number
  /** Under the tightest limit, without what the system takes back by itself (cached files). */
  readonly usedBytes: number
  readonly limitBytes: number
  /** What sets that limit: a file, or "the memory of this machine". */
  readonly limitedBy: string
  /** Smallest limit of all that hold for us, whatever is used of it. */
  readonly smallestLimitBytes: number
  /** Percent of the last ten seconds in which everything stood still for want of memory. */
  readonly stalledPercent: number | undefined
  readonly kills: KillCounts | undefined
  /** How often our group came up against its limit. Nothing is concluded from it: dropping cached files counts too. */
  readonly limitHits: number | undefined
}

/** calm: all may start. tight: nothing new starts. critical: nor that, and fewer run at once from now on. */
export type MemoryLevel = 'calm' | 'tight' | 'critical'

/** Shares of the limit, 0 to 1; a level is left only well below where it was entered, so that it does not flap. */
export type MemoryRules = {
  readonly tight: { readonly enter: number; readonly leave: number }
  readonly critical: { readonly enter: number; readonly leave: number }
  readonly stalledTight: { readonly enter: number; readonly leave: number }
  readonly stalledCritical: { readonly enter: number; readonly leave: number }
  /** How long a kill counts as critical, and how long nothing of ours has to go before others' use is held to be the cause. */
  readonly settleMs: number
  /** Time between two halvings while it stays critical: what was halved first needs time to end. */
  readonly halveAgainMs: number
  /** Calm time before one more run may go, each time. */
  readonly quietMs: number
}

export const memoryRules: MemoryRules = {
  tight: { enter: 0.85, leave: 0.8 },
  critical: { enter: 0.95, leave: 0.9 },
  stalledTight: { enter: 10, leave: 5 },
  stalledCritical: { enter: 40, leave: 20 },
  settleMs: 10_000,
  halveAgainMs: 30_000,
  quietMs: 60_000,
}

export type MemoryState = {
  readonly level: MemoryLevel
  /** Runs a person allows at once. */
  readonly parallel: number
  /** Runs that memory allows at once: from 1 to `parallel`. */
  readonly cap: number
  readonly stoppedAt: number | undefined
  readonly quietSince: number | undefined
  readonly criticalUntil: number | undefined
  readonly halvedAt: number | undefined
  readonly kills: KillCounts | undefined
  readonly going: number
  /** Shares used in the newest readings, at most ten: after a kill the use falls, and what was before it is asked for. */
  readonly recent: readonly number[]
}

export type MemoryEffect =
  | { readonly type: 'stopLaunches' | 'resumeLaunches'; readonly sentence: string }
  | { readonly type: 'halveCap' | 'raiseCap'; readonly cap: number; readonly parallel: number; readonly sentence: string }
  /** So many of our processes were ended by the system since the reading before. */
  | { readonly type: 'markKilled'; readonly kills: number; readonly sentence: string }

export type MemoryStep = { readonly state: MemoryState; readonly effects: readonly MemoryEffect[] }

export function startMemoryState(parallel: number): MemoryState {
  if (!(parallel >= 1)) throw new RangeError('at least one run at once has to be allowed')
  return {
    level: 'calm',
    parallel,
    cap: parallel,
    stoppedAt: undefined,
    quietSince: undefined,
    criticalUntil: undefined,
    halvedAt: undefined,
    kills: undefined,
    going: 0,
    recent: [],
  }
}

/** A lowered cap stays lowered; one that was not follows the setting. */
export function withParallel(state: MemoryState, parallel: number): MemoryState {
  const fresh = startMemoryState(parallel)
  return { ...state, parallel, cap: state.cap === state.parallel ? fresh.cap : Math.min(state.cap, parallel) }
}

/** `going` = runs of this engine that hold a lease now. The first reading only sets the base for kills. */
export function foldMemory(state: MemoryState, reading: MemoryReading, going: number, rules: MemoryRules = memoryRules): MemoryStep {
  const { own, others } = risen(state.kills, reading.kills)
  const criticalUntil = own + others > 0 ? reading.at + rules.settleMs : state.criticalUntil
  const level = criticalUntil !== undefined && reading.at < criticalUntil ? 'critical' : levelOf(state.level, reading, rules)
  const said = sentences(reading)
  const effects: MemoryEffect[] = []
  let next: MemoryState = {
    ...state,
    level,
    criticalUntil,
    kills: highest(state.kills, reading.kills),
    going,
    recent: [...state.recent, shareOf(reading)].slice(-10),
  }
  if (own > 0) effects.push({ type: 'markKilled', kills: own, sentence: said.killed(own) })
  const cause = own > 0 ? said.killed(own) : others > 0 ? said.killedElsewhere(others) : said.used
  if (
    level !== 'calm' &&
    (state.level === 'calm' || (level === 'critical' && state.level !== 'critical')) &&
    next.stoppedAt === undefined
  ) {
    next = { ...next, stoppedAt: reading.at }
    effects.push({ type: 'stopLaunches', sentence: cause })
  }
  if (level === 'critical' && mayHalve(state, reading.at, own + others > 0, rules)) {
    const cap = Math.max(1, Math.floor(Math.min(state.cap, Math.max(going, state.going)) / 2))
    next = { ...next, cap, halvedAt: reading.at }
    if (cap < state.cap) effects.push({ type: 'halveCap', cap, parallel: state.parallel, sentence: cause })
  }
  const relaxed = relaxing(next, state, reading, rules)
  return { state: relaxed.state, effects: [...effects, ...relaxed.effects] }
}

/** The way back: launches go on when it is calm, and one more run may go after each quiet while. */
function relaxing(state: MemoryState, before: MemoryState, reading: MemoryReading, rules: MemoryRules): MemoryStep {
  const said = sentences(reading)
  const { at } = reading
  if (state.level === 'calm') {
    const quietSince = state.quietSince ?? at
    const effects: MemoryEffect[] = state.stoppedAt === undefined ? [] : [{ type: 'resumeLaunches', sentence: said.used }]
    const calm: MemoryState = { ...state, stoppedAt: undefined, halvedAt: undefined, quietSince }
    if (state.cap >= state.parallel || at - quietSince < rules.quietMs) return { state: calm, effects }
    const cap = state.cap + 1
    const sentence = `Memory was quiet for ${Math.round((at - quietSince) / 1000)} s: ${said.used}`
    return {
      state: { ...calm, cap, quietSince: at },
      effects: [...effects, { type: 'raiseCap', cap, parallel: state.parallel, sentence }],
    }
  }
  const loud: MemoryState = { ...state, quietSince: undefined }
  const idle = state.level === 'tight' && state.going === 0 && before.going === 0
  if (!idle || state.stoppedAt === undefined || at - state.stoppedAt < rules.settleMs) return { state: loud, effects: [] }
  // Nothing of ours goes and it is tight all the same: others use the memory, and waiting for them might last for ever.
  const sentence = `${said.used} Nothing of it is used by runs, so one run at a time may go.`
  const lowered: MemoryEffect[] = state.cap > 1 ? [{ type: 'halveCap', cap: 1, parallel: state.parallel, sentence }] : []
  return { state: { ...loud, cap: 1, stoppedAt: undefined }, effects: [...lowered, { type: 'resumeLaunches', sentence }] }
}

/** Once when it becomes critical, at every kill, and again from time to time while it stays so. */
function mayHalve(before: MemoryState, at: number, killed: boolean, rules: MemoryRules): boolean {
  return killed || before.level !== 'critical' || before.halvedAt === undefined || at - before.halvedAt >= rules.halveAgainMs
}

function levelOf(before: MemoryLevel, reading: MemoryReading, rules: MemoryRules): MemoryLevel {
  const share = shareOf(reading)
  const stalled = reading.stalledPercent ?? 0
  const reaches = (bound: 'enter' | 'leave', level: 'tight' | 'critical') =>
    share >= rules[level][bound] || stalled >= rules[level === 'tight' ? 'stalledTight' : 'stalledCritical'][bound]
  if (reaches(before === 'critical' ? 'leave' : 'enter', 'critical')) return 'critical'
  return reaches(before === 'calm' ? 'enter' : 'leave', 'tight') ? 'tight' : 'calm'
}

/** Share of the tightest limit in use, from 0; above 1 only while a limit is being lowered. */
export function shareOf({ usedBytes, limitBytes }: MemoryReading): number {
  return limitBytes > 0 ? usedBytes / limitBytes : 1
}

/** New kills since the reading before. A count that fell, or comes from another file, is a new base and no rise. */
function risen(before: KillCounts | undefined, now: KillCounts | undefined): { readonly own: number; readonly others: number } {
  if (!before || !now || before.file !== now.file) return { own: 0, others: 0 }
  const rise = (was: number | undefined, is: number | undefined) => (was === undefined || is === undefined ? 0 : Math.max(0, is - was))
  return { own: rise(before.own, now.own), others: rise(before.others, now.others) }
}

/**
 * The base for the next reading. Others' kills are a difference of two files that cannot be read at one moment, so their count may
 * dip and come back: the highest holds.
 */
function highest(before: KillCounts | undefined, now: KillCounts | undefined): KillCounts | undefined {
  if (!now || !before || before.file !== now.file) return now ?? before
  if (before.others === undefined || now.others === undefined) return now
  return { ...now, others: Math.max(before.others, now.others) }
}

function sentences(reading: MemoryReading) {
  const percent = Math.round(100 * shareOf(reading))
  const stalled = reading.stalledPercent ? `, and for ${reading.stalledPercent} % of the last 10 s everything waited for memory` : ''
  const used = `${formatBytes(reading.usedBytes)} of ${formatBytes(reading.limitBytes)} (${percent} %) are in use${stalled}; the limit is ${reading.limitedBy}.`
  const processes = (count: number) => (count === 1 ? 'a process' : `${count} processes`)
  return {
    used,
    killed: (count: number) =>
      `The system ended ${processes(count)} of ours for want of memory (oom_kill in ${reading.kills?.file} rose by ${count}). ${used}`,
    killedElsewhere: (count: number) =>
      `The system ended ${processes(count)} near us for want of memory (oom_kill in ${reading.kills?.file} rose by ${count}). ${used}`,
  }
}
