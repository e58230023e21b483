// The journal of a run: one event a line, in order; what happened is what stands there.
import { join } from 'node:path'
import type { RunEvent } from '#core/run/run-event'
import { type LineFile, openLines } from '../archive/line-file.ts'
import type { Disk } from '../disk/disk.ts'

export const journalFile = 'journal.ndjson'

export type Journal = {
  /** Resolves when the system has it (a kill cannot take it back), for turning points when the disk has it. Calls are carried out in order. */
  append(event: RunEvent): Promise<void>
  close(): Promise<void>
}

/** Events after which a power cut must not make the run forget. Progress and samples follow within seconds by themselves. */
const turningPoints: ReadonlySet<RunEvent['type']> = new Set(['runQueued', 'runPaused', 'runRequeued', 'runFinished', 'stageFinished'])

/** Goes on after `length` bytes: a line that a crash cut is dropped. */
export async function openJournal(disk: Disk, folder: string, length: number): Promise<Journal> {
  const lines: LineFile = await openLines(disk, join(folder, journalFile), length)
  let last: Promise<unknown> = Promise.resolve()
  return {
    append: (event) => {
      const next = last.then(async () => {
        await lines.append(`${JSON.stringify(event)}\n`)
        if (turningPoints.has(event.type)) await lines.sync()
      })
      last = next.catch(() => {})
      return next
    },
    close: () => last.then(() => lines.close()),
  }
}
