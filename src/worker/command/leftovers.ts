// Ends what a stage left running when its own worker was lost: every process whose environment carries the stage's mark.
import { setTimeout as wait } from 'node:timers/promises'
import { carriesMark, lineOf, type ProcessRow, readProcess, readProcesses, sendSignal } from './process-table.ts'

const pollMs = 20
const giveUpMs = 5000

/**
 * Kills every process that carries the mark, those that are started meanwhile too, and resolves with their count when none is left.
 * The caller and the processes it descends from are spared. Does nothing where there is no /proc. Throws when some cannot be ended within 5 s.
 */
export async function endLeftovers(mark: string): Promise<number> {
  const ended = new Set<string>()
  const until = performance.now() + giveUpMs
  for (let quiet = 0; quiet < 2; ) {
    const marked = findMarked(mark)
    for (const { pid, startTime } of marked) {
      ended.add(`${pid}/${startTime}`)
      // Looked at again: between the table and here the pid may have become another process.
      if (readProcess(pid)?.startTime === startTime) sendSignal(pid, 'SIGKILL')
    }
    // Once more after an empty look: one of them may have been starting another at that very moment.
    quiet = marked.length === 0 ? quiet + 1 : 0
    if (marked.length > 0 && performance.now() > until)
      throw new Error(`processes of ${mark} cannot be ended: ${marked.map(({ pid }) => pid).join(', ')}`)
    if (quiet < 2) await wait(pollMs)
  }
  return ended.size
}

/** Alive, with the mark, and not of our own line. */
export function findMarked(mark: string): readonly ProcessRow[] {
  const rows = readProcesses()
  if (!rows) return []
  const own = lineOf(process.pid, rows)
  return [...rows.values()].filter(({ pid }) => !own.has(pid) && carriesMark(pid, mark))
}
