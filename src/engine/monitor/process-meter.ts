// What a process uses, read from /proc without starting a program: processor time, memory and bytes to and from disks.
import { readdirSync, readFileSync } from 'node:fs'

export type ProcessReading = {
  /** Since the reading before, in percent of one core. */
  readonly cpuPercent: number
  /** Resident now; pages that processes share count for each. */
  readonly memoryBytes: number
  /** What disks had to do for it since the reading before; undefined where the system does not tell. */
  readonly readBytesPerSecond: number | undefined
  readonly writeBytesPerSecond: number | undefined
}

export type ProcessMeter = {
  /** `at` in milliseconds of any steady clock. Undefined for the first reading, which is the base of the next, and once the process is gone. */
  read(at: number): ProcessReading | undefined
}

/** USER_HZ: the kernel counts processor time for programs in hundredths of a second on every machine Node runs on. */
const tickMs = 10

type Totals = {
  readonly at: number
  /** By process. */
  readonly cpuMs: ReadonlyMap<number, number>
  /** By thread. */
  readonly disk: ReadonlyMap<number, DiskTotals>
  readonly memoryBytes: number
}
type DiskTotals = { readonly read: number; readonly written: number }

export function hasProcessFiles(proc = '/proc'): boolean {
  return readText(`${proc}/self/stat`) !== undefined
}

/**
 * Differences are taken per process and thread: when a child ends, the kernel adds its whole life to its parent, which would look like
 * a burst. What a child did after its last reading is lost by that, a second at most.
 */
export function createProcessMeter(pid: number, { children = false, proc = '/proc' } = {}): ProcessMeter {
  let before: Totals | undefined
  return {
    read: (at) => {
      const now = totalsOf(pid, at, children, proc)
      const base = before
      before = now ?? before
      if (!now || !base || at <= base.at) return undefined
      const seconds = (at - base.at) / 1000
      let cpuMs = 0
      for (const [process, total] of now.cpuMs) cpuMs += Math.max(0, total - (base.cpuMs.get(process) ?? 0))
      let [read, written] = [0, 0]
      for (const [thread, total] of now.disk) {
        const earlier = base.disk.get(thread)
        read += Math.max(0, total.read - (earlier?.read ?? 0))
        written += Math.max(0, total.written - (earlier?.written ?? 0))
      }
      const knowsDisk = now.disk.size > 0
      return {
        cpuPercent: cpuMs / 10 / seconds,
        memoryBytes: now.memoryBytes,
        readBytesPerSecond: knowsDisk ? read / seconds : undefined,
        writeBytesPerSecond: knowsDisk ? written / seconds : undefined,
      }
    },
  }
}

function totalsOf(root: number, at: number, children: boolean, proc: string): Totals | undefined {
  const cpuMs = new Map<number, number>()
  const disk = new Map<number, DiskTotals>()
  let memoryBytes = 0
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const own = cpuMsOf(readText(`${proc}/${pid}/stat`))
    if (own === undefined || cpuMs.has(pid)) continue
    cpuMs.set(pid, own)
    memoryBytes += Number(/^VmRSS:\s*(\d+) kB/m.exec(readText(`${proc}/${pid}/status`) ?? '')?.[1] ?? 0) * 1024
    for (const thread of namesIn(`${proc}/${pid}/task`)) {
      const totals = diskTotals(readText(`${proc}/${pid}/task/${thread}/io`))
      if (totals) disk.set(Number(thread), totals)
      // Absent in kernels built without it: the process itself is measured then.
      if (children) waiting.push(...wholeNumbers(readText(`${proc}/${pid}/task/${thread}/children`)))
    }
  }
  return cpuMs.has(root) ? { at, cpuMs, disk, memoryBytes } : undefined
}

function cpuMsOf(stat: string | undefined): number | undefined {
  if (stat === undefined) return undefined
  // Fields are counted from the last bracket, because the program's name before it may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

function diskTotals(io: string | undefined): DiskTotals | undefined {
  const read = /^read_bytes: (\d+)/m.exec(io ?? '')?.[1]
  const written = /^write_bytes: (\d+)/m.exec(io ?? '')?.[1]
  return read === undefined || written === undefined ? undefined : { read: Number(read), written: Number(written) }
}

function wholeNumbers(text: string | undefined): number[] {
  return (text ?? '').split(' ').filter(Boolean).map(Number)
}

/** A process may end between any two readings; what is gone has nothing to tell. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
