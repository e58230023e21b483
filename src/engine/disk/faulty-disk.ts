// A disk that fails at a chosen act, as full, broken or read-only disks do, so that drills can try every place in turn.
import type { Disk, DiskFile } from './disk.ts'

/** Acts that change what is on the disk or whether it stays there; opening a file that exists, asking its size and closing are none. */
export type ActKind = 'open' | 'write' | 'truncate' | 'sync' | 'rename' | 'link' | 'makeFolder' | 'remove' | 'syncFolder'
export type FaultCode = 'ENOSPC' | 'EIO' | 'EDQUOT' | 'EROFS'

export type FaultPlan = {
  /** Which act fails: 0 is the first. */
  readonly at: number
  readonly code: FaultCode
  /** All later acts fail too. A full disk (ENOSPC, EDQUOT) goes on to sync, to cut, to rename and to remove. Absent: that one act only. */
  readonly lasts?: boolean | undefined
  /** When the act is a write: the share of its bytes, 0..1, rounded down to whole bytes, that reach the file before the error. Absent: none. */
  readonly reached?: number | undefined
  /**
   * When the act is the sync of a file: what was written since its last sync is gone (zeros stand there, the length stays) and later syncs
   * succeed without it. Linux does so: it marks pages clean after a failed write-back (LWN 752063, "fsyncgate").
   */
  readonly losesUnsynced?: boolean | undefined
}

export type FaultyDisk = Disk & {
  /** Every changing act so far, in the order in which they began, failed ones too. */
  readonly acts: readonly ActKind[]
  /** How many of them were failed by the plan. */
  readonly failed: number
  /** Files that were opened and not closed since. */
  readonly left: readonly string[]
}

const needsSpace: ReadonlySet<ActKind> = new Set(['open', 'write', 'link', 'makeFolder'])

/** Without a plan it only counts. Errors are like the system's: `code`, `syscall` and `path` are set. */
export function faultyDisk(base: Disk, plan?: FaultPlan): FaultyDisk {
  const acts: ActKind[] = []
  let failed = 0
  const left: string[] = []
  /** The error this act has to fail with, if any; counts it. */
  const next = (kind: ActKind, path: string): Error | undefined => {
    const index = acts.push(kind) - 1
    if (!plan || index < plan.at || (index > plan.at && !goesOn(plan, kind))) return undefined
    failed += 1
    return systemError(plan.code, kind, path)
  }
  const act = async <T>(kind: ActKind, path: string, work: () => Promise<T>): Promise<T> => {
    const error = next(kind, path)
    if (error) throw error
    return work()
  }
  return {
    get acts() {
      return acts
    },
    get failed() {
      return failed
    },
    get left() {
      return left
    },
    open: async (path, mode) => {
      const open = () => base.open(path, mode)
      const file = faultyFile(mode === 'new' ? await act('open', path, open) : await open(), path, plan, next)
      left.push(path)
      return {
        ...file,
        close: async () => {
          await file.close()
          left.splice(left.indexOf(path), 1)
        },
      }
    },
    makeFolder: (path) => act('makeFolder', path, () => base.makeFolder(path)),
    rename: (from, to) => act('rename', from, () => base.rename(from, to)),
    link: (from, to) => act('link', from, () => base.link(from, to)),
    remove: (path) => act('remove', path, () => base.remove(path)),
    syncFolder: (path) => act('syncFolder', path, () => base.syncFolder(path)),
  }
}

function goesOn({ lasts, code }: FaultPlan, kind: ActKind): boolean {
  if (!lasts) return false
  return code === 'ENOSPC' || code === 'EDQUOT' ? needsSpace.has(kind) : true
}

function faultyFile(
  file: DiskFile,
  path: string,
  plan: FaultPlan | undefined,
  next: (kind: ActKind, path: string) => Error | undefined,
): DiskFile {
  let unsynced: { readonly offset: number; readonly length: number }[] = []
  return {
    write: async (bytes, offset) => {
      const error = next('write', path)
      const part = error ? bytes.subarray(0, Math.floor(bytes.length * (plan?.reached ?? 0))) : bytes
      unsynced.push({ offset, length: part.length })
      if (part.length > 0 || !error) await file.write(part, offset)
      if (error) throw error
    },
    truncate: async (length) => {
      const error = next('truncate', path)
      if (error) throw error
      unsynced = unsynced.flatMap((range) =>
        range.offset < length ? [{ offset: range.offset, length: Math.min(range.length, length - range.offset) }] : [],
      )
      await file.truncate(length)
    },
    sync: async () => {
      const error = next('sync', path)
      if (error) {
        if (plan?.losesUnsynced) for (const { offset, length } of unsynced) await file.write(new Uint8Array(length), offset)
        if (plan?.losesUnsynced) unsynced = []
        throw error
      }
      const covered = unsynced
      await file.sync()
      unsynced = unsynced.filter((range) => !covered.includes(range))
    },
    size: () => file.size(),
    close: () => file.close(),
  }
}

const told: Readonly<Record<FaultCode, string>> = {
  ENOSPC: 'no space left on device',
  EIO: 'i/o error',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'read-only file system',
}

function systemError(code: FaultCode, kind: ActKind, path: string): Error {
  return Object.assign(new Error(`${code}: ${told[code]}, ${kind} '${path}'`), { code, syscall: kind, path })
}
