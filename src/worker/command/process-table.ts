// Processes as the system lists them: who descends from whom, which group, since when, and which mark their environment carries.
import { readdirSync, readFileSync } from 'node:fs'

/** A pid alone is used again later; together with `startTime` (clock ticks since boot) it names one process. */
export type ProcessRow = {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly startTime: number
}

export const markName = 'SCENEWRIGHT_STAGE'

/**
 * All processes that are alive, by pid. A zombie is not: it holds nothing any more, and only waits for its parent to ask how it ended.
 * Undefined where the system has no /proc. Read at once: a table that spans a pause would mix two moments.
 */
export function readProcesses(): ReadonlyMap<number, ProcessRow> | undefined {
  if (process.platform !== 'linux') return undefined
  const rows = new Map<number, ProcessRow>()
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0)
    if (first < 48 || first > 57) continue
    const row = readProcess(Number(name))
    if (row) rows.set(row.pid, row)
  }
  return rows
}

/** One process, undefined when it is not alive. */
export function readProcess(pid: number): ProcessRow | undefined {
  const fields = statOf(pid)
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), startTime: Number(fields[19]) }
}

/** Of a zombie too: a child just spawned has one, however soon it ends. Undefined without /proc. */
export function startTimeOf(pid: number): number | undefined {
  const fields = process.platform === 'linux' ? statOf(pid) : undefined
  return fields && Number(fields[19])
}

/** From the state on. The name of the program stands in parentheses before it and may hold anything, also parentheses. */
function statOf(pid: number): readonly string[] | undefined {
  const stat = readOrGone(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Whether the environment that the process began with carries the mark. No for a process of somebody else. */
export function carriesMark(pid: number, mark: string): boolean {
  const text = readOrGone(`/proc/${pid}/environ`)
  return text !== undefined && `\0${text}`.includes(`\0${markName}=${mark}\0`)
}

/** The process itself and its parents, up to the first one. */
export function lineOf(pid: number, rows: ReadonlyMap<number, ProcessRow>): ReadonlySet<number> {
  const line = new Set<number>()
  for (let at: number | undefined = pid; at !== undefined && at > 0 && !line.has(at); at = rows.get(at)?.parent) line.add(at)
  return line
}

/** Undefined when the process has gone meanwhile or is not ours to look at. */
function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined
    throw error
  }
}

/** Whether the signal reached something: no when it has gone meanwhile. A negative pid is a group. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // EPERM: a process of somebody else; the caller sees in the table that it stays.
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}
