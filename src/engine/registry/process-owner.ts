// Which process carries out a run, told apart from a later process that was given the same number.
import { readFileSync } from 'node:fs'

/** `started` is empty where the system does not tell when a process began; then the number alone has to do. */
export type ProcessOwner = { readonly pid: number; readonly started: string }

/** The owner that stands for a process; `proc` is given in tests. */
export function ownerOfProcess(pid: number, proc = '/proc'): ProcessOwner {
  return { pid, started: startOf(pid, proc)?.started ?? '' }
}

/** False for a process that ended, was never there, waits to be collected, or is another one under the same number. */
export function isOwnerAlive(owner: ProcessOwner, proc = '/proc'): boolean {
  if (owner.pid <= 0 || !isProcessThere(owner.pid)) return false
  const now = startOf(owner.pid, proc)
  if (!now) return true
  return !now.ended && (owner.started === '' || owner.started === now.started)
}

/**
 * Ticks since the machine began, with the name of that beginning: after a restart the same number may begin at the same tick.
 * Undefined where there is no /proc, or no such process in it.
 */
function startOf(pid: number, proc: string): { readonly started: string; readonly ended: boolean } | undefined {
  const text = readText(`${proc}/${pid}/stat`)
  if (text === undefined) return undefined
  // The program's name stands in brackets and may hold brackets and spaces itself, so fields are counted from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  if (state === undefined || ticks === undefined) return undefined
  const boot = readText(`${proc}/sys/kernel/random/boot_id`)?.trim() ?? ''
  return { started: `${boot}/${ticks}`, ended: state === 'Z' || state === 'X' }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function isProcessThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
