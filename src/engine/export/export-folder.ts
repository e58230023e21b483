// A folder that appears whole or not at all: written under another name beside its place, renamed when all of it is there.
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '#core/base/fault'
import { appendTo, type ExportFile } from './export-file.ts'

export type ExportFolder = {
  /** Where it is written until `finish`. */
  readonly path: string
  readonly fileCount: number
  /** `name` is relative, with '/'; folders above it are made. Close it. */
  file(name: string): Promise<ExportFile>
  whole(name: string, content: string | Uint8Array): Promise<void>
  /** Gives it its name. Throws EXPORT_EXISTS when something came there meanwhile. */
  finish(): Promise<void>
  /** Closes and removes everything. Harmless after `finish`. */
  discard(): Promise<void>
}

/** Throws EXPORT_EXISTS when anything is at `out`. Folders above it are made, and removed again by `discard` when they are empty. */
export async function createExportFolder(out: string): Promise<ExportFolder> {
  await refuseTaken(out)
  const parent = dirname(out)
  const firstMade = await mkdir(parent, { recursive: true })
  const path = `${out}.part-${randomBytes(6).toString('hex')}`
  await mkdir(path)
  const openFiles = new Set<ExportFile>()
  const made = new Set<string>()
  let fileCount = 0
  let isDone = false
  const makeAbove = async (name: string) => {
    const above = dirname(name)
    if (above === '.' || made.has(above)) return
    await mkdir(join(path, above), { recursive: true })
    made.add(above)
  }
  const file = async (name: string): Promise<ExportFile> => {
    await makeAbove(name)
    const handle = await open(join(path, name), 'wx')
    fileCount += 1
    const opened = appendTo(handle, () => openFiles.delete(opened))
    openFiles.add(opened)
    return opened
  }
  return {
    path,
    get fileCount() {
      return fileCount
    },
    file,
    whole: async (name, content) => {
      await makeAbove(name)
      const handle = await open(join(path, name), 'wx')
      fileCount += 1
      try {
        await handle.writeFile(content)
      } finally {
        await handle.close()
      }
    },
    finish: async () => {
      await refuseTaken(out)
      await rename(path, out)
      isDone = true
    },
    discard: async () => {
      if (isDone) return
      isDone = true
      // What made the export fail was told already; here everything only has to be closed.
      await Promise.allSettled([...openFiles].map((one) => one.close()))
      await rm(path, { recursive: true, force: true })
      if (firstMade !== undefined) await removeEmpty(parent, firstMade)
    },
  }
}

async function refuseTaken(out: string): Promise<void> {
  const state = await lstat(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (state) throw new Fault('EXPORT_EXISTS', { path: out })
}

/** From `folder` up to `last`, as long as they are empty. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  for (let at = folder; at.length >= last.length; at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}
