// Lets the scheduler decide and the lease book confirm: what comes out may start, on this engine and against all others.
import { grant, type Refusal } from '#core/schedule/grant'
import { giveBack, type Lease, type Schedule, setForeignLeases } from '#core/schedule/schedule'
import type { LeaseBook } from './lease-book.ts'

export type Admitted = {
  readonly schedule: Schedule
  /** Booked: start these. Release each in the schedule and in the book when its stage ends. */
  readonly started: readonly Lease[]
  /** Can never start here; they wait no more. */
  readonly refused: readonly Refusal[]
  /** Granted, but another engine was quicker, or has that very run; they wait for the next call. */
  readonly snatched: readonly { readonly runId: string; readonly reason: string }[]
}

/**
 * To be called after every change of the schedule, and from time to time while anything waits: other engines release without telling.
 * Each grant is tried once, so that a run which another engine carries out is not asked for for ever.
 */
export function admit(before: Schedule, book: LeaseBook): Admitted {
  const { schedule: granted, granted: leases, refused } = grant(setForeignLeases(before, book.foreign()))
  let schedule = granted
  const started: Lease[] = []
  const snatched: { runId: string; reason: string }[] = []
  for (const lease of leases) {
    const taken = book.take(lease, schedule.devices)
    if (taken.taken) {
      started.push(lease)
      continue
    }
    snatched.push({ runId: lease.runId, reason: taken.reason })
    schedule = setForeignLeases(giveBack(schedule, lease), taken.foreign)
  }
  return { schedule, started, refused, snatched }
}
