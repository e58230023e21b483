// Small pictures of frames, made once and kept in the state folder; the oldest go when they take too much room.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type ThumbnailCache = {
  /** The small picture of a file at a width: as kept, or else made and kept. The file's time and size are part of what is asked. Throws what `stat` or `make` throws. */
  get(file: string, width: number, make: () => Promise<Uint8Array>): Promise<Uint8Array>
}

export const thumbnailFolder = 'thumbnails'
const standardBudget = 256 * 2 ** 20
/** Pictures written between two looks at the room they take. */
const writesPerLook = 256

/** Shared by all engines of a machine: names come from what the picture is of, and each file appears whole. */
export function createThumbnailCache(stateFolder: string, budgetBytes = standardBudget): ThumbnailCache {
  const folder = join(stateFolder, thumbnailFolder)
  const going = new Map<string, Promise<Uint8Array>>()
  let written = 0
  const keep = async (path: string, bytes: Uint8Array) => {
    try {
      await mkdir(folder, { recursive: true })
      const own = `${path}.${process.pid}`
      await writeFile(own, bytes)
      await rename(own, path)
      written += 1
      if (written % writesPerLook === 0) await makeRoom(folder, budgetBytes)
    } catch {
      // A full disk or a folder gone takes the speed only: the picture is there, and is made again next time.
    }
  }
  const getOnce = async (path: string, make: () => Promise<Uint8Array>) => {
    const known = await readFile(path).catch(() => undefined)
    if (known && known.length > 0) {
      const now = new Date()
      void utimes(path, now, now).catch(() => undefined)
      return new Uint8Array(known)
    }
    const bytes = await make()
    await keep(path, bytes)
    return bytes
  }
  return {
    get: async (file, width, make) => {
      const { mtimeMs, size } = await stat(file)
      const name = createHash('sha256').update(`${file}\n${mtimeMs}\n${size}\n${width}`).digest('hex').slice(0, 40)
      const known = going.get(name)
      if (known) return known
      const one = getOnce(join(folder, `${name}.webp`), make).finally(() => going.delete(name))
      going.set(name, one)
      return one
    },
  }
}

/** Removes those looked at longest ago until nine tenths of the budget are left. */
export async function makeRoom(folder: string, budgetBytes: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name)
      // Another engine may have removed it since.
      const found = await stat(path).catch(() => undefined)
      return found ? [{ path, bytes: found.size, at: found.mtimeMs }] : []
    }),
  )
  const oldest = files.flat().sort((a, b) => a.at - b.at)
  let total = oldest.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total <= budgetBytes) return
  for (const { path, bytes } of oldest) {
    if (total <= budgetBytes * 0.9) return
    await rm(path, { force: true })
    total -= bytes
  }
}
