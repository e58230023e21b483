// How much disk a run folder takes, and how much of it deleting would really give back.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files under several names (hard links to another run's) are freed only with their last name. */
export type FolderSize = { readonly totalBytes: number; readonly freedBytes: number; readonly files: number }

/** Links are not followed. A file that goes away meanwhile is not counted. Throws when the folder itself is not there. */
export async function sizeOfFolder(folder: string): Promise<FolderSize> {
  let [files, totalBytes, freedBytes] = [0, 0, 0]
  const shared = new Map<string, { readonly bytes: number; readonly names: number; met: number }>()
  const walk = async (path: string, isTop: boolean): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      if (isTop || !isGone(error)) throw error
      return []
    })
    for (const entry of entries) {
      const inside = join(path, entry.name)
      if (entry.isDirectory()) {
        await walk(inside, false)
        continue
      }
      const state = await lstat(inside).catch((error: unknown) => {
        if (!isGone(error)) throw error
        return undefined
      })
      if (!state) continue
      files += 1
      const known = state.nlink > 1 ? shared.get(`${state.dev}/${state.ino}`) : undefined
      if (known) known.met += 1
      else {
        totalBytes += state.size
        if (state.nlink > 1) shared.set(`${state.dev}/${state.ino}`, { bytes: state.size, names: state.nlink, met: 1 })
        else freedBytes += state.size
      }
    }
  }
  await walk(folder, true)
  for (const { bytes, names, met } of shared.values()) if (met === names) freedBytes += bytes
  return { totalBytes, freedBytes, files }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
