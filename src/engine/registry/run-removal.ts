// Deletes a run folder so that a crash in between never leaves half a run under its name.
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Disk } from '../disk/disk.ts'

/** Folders of this name hold what a deletion that was cut short left; a scan takes them away. */
export const removedPrefix = '.scenewright-removed-'

/**
 * First the folder gets a hidden name beside, in one step; `renamed` is called then, and last its bytes go. Rejects with the system's
 * error; before `renamed` the folder is as it was.
 */
export async function removeRunFolder(disk: Disk, folder: string, renamed: () => void): Promise<void> {
  // The old name would help nobody and may be as long as names can be.
  const hidden = join(dirname(folder), `${removedPrefix}${basename(folder).slice(0, 40)}-${randomBytes(4).toString('hex')}`)
  await disk.rename(folder, hidden)
  await disk.syncFolder(dirname(folder))
  renamed()
  await disk.remove(hidden)
}
