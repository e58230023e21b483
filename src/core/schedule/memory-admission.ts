// Two judgements about memory: what to do when it cannot be watched, and whether a lost worker was ended for want of it.
import type { KillCounts } from './memory-policy.ts'

/** A file that the watch needs and does not get. Three parts of one warning. */
export type MissingFile = { readonly file: string; readonly why: string; readonly remedy: string }

/** auto: one run at a time, unless forced. warn: say it and go on. fail: start nothing. */
export type UnwatchedPolicy = 'auto' | 'warn' | 'fail'

export type Admission =
  | { readonly start: true; readonly parallel: number; readonly warning: MissingFile | undefined }
  | { readonly start: false; readonly warning: MissingFile }

/** How many runs may go at once when `missing` cannot be read. `forced`: a person insists on `parallel`. */
export function admissionOf(missing: MissingFile | undefined, policy: UnwatchedPolicy, parallel: number, forced = false): Admission {
  if (!missing) return { start: true, parallel, warning: undefined }
  if (policy === 'fail') return { start: false, warning: missing }
  return { start: true, parallel: policy === 'auto' && !forced ? 1 : parallel, warning: missing }
}

export type LossVerdict = {
  readonly outOfMemory: 'certain' | 'probably' | 'no'
  /** What speaks for it, for a person; fits into "… (evidence)". */
  readonly evidence: string
}

export type Loss = {
  /** How the worker ended: its signal, or its exit code (137 is what a shell makes of SIGKILL). */
  readonly signal: string | undefined
  readonly code: number | undefined
  /** Whether we sent SIGKILL ourselves (cancel, pause, shut-down). */
  readonly killedByUs: boolean
  /** Counts when the stage began, and read anew after the loss. */
  readonly killsBefore: KillCounts | undefined
  readonly killsAfter: KillCounts | undefined
  /** Highest share of the memory limit in use shortly before, 0 to 1; undefined when unknown. */
  readonly usedShare: number | undefined
}

/** Above this share an unexplained SIGKILL is held to be for want of memory. */
export const probableShare = 0.9

/** The system ends processes by SIGKILL only. Counters decide where there are any; only without them the use does. */
export function judgeLoss(loss: Loss): LossVerdict {
  const no = (evidence: string): LossVerdict => ({ outOfMemory: 'no', evidence })
  if (loss.signal !== 'SIGKILL' && loss.code !== 137) return no('it did not end by SIGKILL')
  if (loss.killedByUs) return no('Scenewright ended it')
  const { killsBefore: before, killsAfter: after } = loss
  if (before && after && before.file === after.file) {
    const rose = (was: number | undefined, is: number | undefined) => was !== undefined && is !== undefined && is > was
    if (rose(before.own, after.own)) return { outOfMemory: 'certain', evidence: counted(before.own!, after.own!, after.file) }
    if (after.own !== undefined) return no(`SIGKILL, but oom_kill in ${after.file} did not rise`)
    if (rose(before.others, after.others))
      return { outOfMemory: 'probably', evidence: `${counted(before.others!, after.others!, after.file)}, which counts other programs too` }
    if (after.others !== undefined) return no(`SIGKILL, but oom_kill in ${after.file} did not rise`)
  }
  if (loss.usedShare === undefined) return no('SIGKILL of unknown cause: nothing is known of memory')
  const used = `SIGKILL, with ${Math.round(100 * loss.usedShare)} % of the memory limit in use`
  return loss.usedShare > probableShare ? { outOfMemory: 'probably', evidence: used } : no(used)
}

function counted(was: number, is: number, file: string): string {
  return `SIGKILL, and oom_kill in ${file} rose from ${was} to ${is}`
}
