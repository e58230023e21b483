// Whether a run may be written where the person wants it: rights, and room on the disk.
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'

/** Makes the folder if needed and proves that it can be written. Throws FOLDER_NOT_WRITABLE. */
export async function prepareOutput(path: string): Promise<string> {
  const folder = resolve(path)
  const probe = join(folder, `.scenewright-probe-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(probe, '')
    await rm(probe)
  } catch (error) {
    throw new Fault('FOLDER_NOT_WRITABLE', { path, reason: reasonOfError(error) }, error)
  }
  return folder
}

/** Bytes a run may need: a mask's run lengths take 200..600 bytes, three stages hold them, and a margin for the report. */
export function neededBytes(frameCount: number, maxCandidates: number): number {
  return 64 * 2 ** 20 + frameCount * maxCandidates * 3 * 700
}

export async function checkSpace(folder: string, needed: number, freeBytesOf = freeBytes): Promise<void> {
  const free = await freeBytesOf(folder)
  if (free < needed) throw new Fault('DISK_NEARLY_FULL', { path: folder, freeBytes: free, neededBytes: needed })
}

/** Of the disk that holds the folder, or would hold it: a folder that is not made yet is asked for through its nearest parent. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(folder)
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && parent !== folder) return freeBytes(parent)
    throw error
  }
}
