// The family of a started program: itself, all that descend from it and all that carry its mark, followed until nobody is left.
import { setTimeout as wait } from 'node:timers/promises'
import { carriesMark, lineOf, type ProcessRow, readProcess, readProcesses, sendSignal, startTimeOf } from './process-table.ts'

export type Family = {
  /** Looks who belongs to it now. Called once a second while the program runs: who is seen once is known for ever, even when its parents go. */
  look(): readonly ProcessRow[]
  /**
   * Asks all of them to end, and ends who is still there after `graceMs`. Resolves when nobody is left.
   * Throws when some cannot be ended within 10 s after the grace. A second call joins the first, and may shorten its grace.
   */
  end(graceMs: number): Promise<void>
}

const pollMs = 25
const giveUpMs = 10_000

/** `root` leads a group of its own and was spawned by us just now. */
export function followFamily(root: number, mark: string): Family {
  const known = new Map<number, number>()
  const since = startTimeOf(root) ?? 0
  known.set(root, since)
  let ending: Promise<void> | undefined
  let askUntil = Number.POSITIVE_INFINITY

  const look = (): readonly ProcessRow[] => {
    const rows = readProcesses()
    if (!rows) return []
    const own = lineOf(process.pid, rows)
    for (const [pid, startTime] of known) if (rows.get(pid)?.startTime !== startTime) known.delete(pid)
    // Nobody in the family is older than its root. Only who is new has to show a mark: reading one environment costs more than a line of the table.
    const young = [...rows.values()].filter((row) => row.startTime >= since && !own.has(row.pid) && !known.has(row.pid))
    for (const row of young) if (row.group === root || carriesMark(row.pid, mark)) known.set(row.pid, row.startTime)
    for (let grown = true; grown; ) {
      grown = false
      for (const row of young) {
        if (known.has(row.pid) || !known.has(row.parent)) continue
        known.set(row.pid, row.startTime)
        grown = true
      }
    }
    return [...known.keys()].map((pid) => rows.get(pid)!)
  }

  /** The group in one step: whoever is started in it at this moment gets the signal too. */
  const signal = (members: readonly ProcessRow[], name: NodeJS.Signals, asGroup: boolean) => {
    if (asGroup && members.some(({ group }) => group === root)) sendSignal(-root, name)
    for (const { pid, group, startTime } of members)
      if (!(asGroup && group === root) && readProcess(pid)?.startTime === startTime) sendSignal(pid, name)
  }

  const endAll = async () => {
    if (process.platform !== 'linux') return endGroup(root, () => askUntil)
    const asked = new Set<number>()
    for (let quiet = 0; quiet < 2; ) {
      const members = look()
      quiet = members.length === 0 ? quiet + 1 : 0
      const now = performance.now()
      if (now >= askUntil) signal(members, 'SIGKILL', true)
      else {
        const fresh = members.filter(({ pid }) => !asked.has(pid))
        // Only once to the group: many programs take a second SIGTERM for impatience, and leave without tidying up.
        signal(fresh, 'SIGTERM', asked.size === 0)
        for (const { pid } of fresh) asked.add(pid)
      }
      if (members.length > 0 && now > askUntil + giveUpMs)
        throw new Error(`processes that cannot be ended: ${members.map(({ pid }) => pid).join(', ')}`)
      if (quiet < 2) await wait(pollMs)
    }
  }

  return {
    look,
    end: (graceMs) => {
      askUntil = Math.min(askUntil, performance.now() + graceMs)
      ending ??= endAll()
      return ending
    },
  }
}

/** Where there is no /proc only the group is known; who left it is not found. */
async function endGroup(root: number, askUntil: () => number): Promise<void> {
  let there = sendSignal(-root, 'SIGTERM')
  while (there) {
    await wait(pollMs)
    const now = performance.now()
    there = isGroupThere(root)
    if (there && now >= askUntil()) sendSignal(-root, 'SIGKILL')
    if (there && now > askUntil() + giveUpMs) throw new Error(`the group ${root} cannot be ended`)
  }
}

function isGroupThere(root: number): boolean {
  try {
    return process.kill(-root, 0)
  } catch (error) {
    // EPERM: somebody is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
