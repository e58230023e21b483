// Every change the engine makes to a run on disk goes through these few acts, so that drills can fail, lose or reorder any of them.
import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sortedValue } from '#core/base/canonical-json'

export type DiskFile = {
  /** All bytes at `offset` (from 0); a short write is carried on until it is whole, or rejects. */
  write(bytes: Uint8Array, offset: number): Promise<void>
  /** Cuts or extends with zeros. */
  truncate(length: number): Promise<void>
  /** Resolves when everything written so far, and the file's length, would survive a power cut. */
  sync(): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

/** Rejections carry the system's code (`ENOSPC`, `EIO`, `EEXIST`, …). Names of new files survive a power cut only after `syncFolder`. */
export type Disk = {
  /** 'new' rejects with EEXIST when the file is there; 'existing' with ENOENT when it is not. Both read and write. */
  open(path: string, mode: 'new' | 'existing'): Promise<DiskFile>
  /** One folder; its parent must be there. Rejects with EEXIST when it is there already. */
  makeFolder(path: string): Promise<void>
  /** Replaces what stands at `to`, in one step. */
  rename(from: string, to: string): Promise<void>
  /** A second name for the same bytes; rejects with EXDEV, EPERM or ENOTSUP where the system has none. */
  link(from: string, to: string): Promise<void>
  /** A file or a folder with all it holds; one that is not there is no error. */
  remove(path: string): Promise<void>
  syncFolder(path: string): Promise<void>
}

export const realDisk: Disk = {
  open: async (path, mode) => fileOn(await open(path, mode === 'new' ? 'wx+' : 'r+')),
  makeFolder: async (path) => {
    await mkdir(path)
  },
  rename,
  link,
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncFolder: async (path) => {
    const folder = await open(path, 'r').catch(passOver('EISDIR', 'EPERM', 'EACCES'))
    // Windows cannot open a folder, and some systems cannot sync one: there the rename itself is as safe as it gets.
    await folder?.sync().catch(passOver('EPERM', 'EINVAL', 'EBADF'))
    await folder?.close()
  },
}

function passOver(...codes: readonly string[]) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code === undefined || !codes.includes(error.code)) throw error
    return undefined
  }
}

function fileOn(handle: FileHandle): DiskFile {
  return {
    write: async (bytes, offset) => {
      let done = 0
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done)
        done += bytesWritten
      }
    },
    truncate: (length) => handle.truncate(length),
    sync: () => handle.datasync(),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  }
}

/** What `work` gives; when it fails the file is closed, and its fault is the one to tell. */
export async function orClose<T>(file: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await file.close()
    throw error
  }
}

export type Written = { readonly sha256: string; readonly sizeBytes: number }

/**
 * The file is either as it was or as it shall be, whenever the plug is pulled: written beside under a private name, synced, renamed,
 * folder synced. On a failure the private file is taken away again and what stood there stays.
 */
export async function writeAtomic(disk: Disk, path: string, bytes: Uint8Array): Promise<Written> {
  const folder = dirname(path)
  const beside = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`)
  const file = await disk.open(beside, 'new')
  try {
    try {
      await file.write(bytes, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.rename(beside, path)
  } catch (error) {
    // The first failure is the one to tell; a second one while tidying up would only hide it.
    await disk.remove(beside).catch(() => {})
    throw error
  }
  await disk.syncFolder(folder)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length }
}

/** JSON as files hold it: two-space indent, sorted keys, a newline at the end. Throws RangeError on NaN and Infinity, which JSON would turn into null. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(sortedValue(value), undefined, 2)}\n`)
}
