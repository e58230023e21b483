// The scenes in a folder of scenes, as My3DIS finds them: folders named scene_*, else every folder that holds frames.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { listScene } from './list-frames.ts'

export type FoundScenes = { readonly path: string; readonly scenes: { name: string; path: string; frameCount: number }[] }

/** In the order of their names. A folder without readable frames is left out when any has some. Throws SCENE_NOT_FOUND and FOLDER_NOT_READABLE. */
export async function findScenes(path: string): Promise<FoundScenes> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new Fault('SCENE_NOT_FOUND', { path }, error)
    throw new Fault('FOLDER_NOT_READABLE', { path, reason: reasonOfError(error) }, error)
  })
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name)
  const named = folders.filter((name) => name.startsWith('scene_'))
  const scenes: FoundScenes['scenes'] = []
  for (const name of (named.length > 0 ? named : folders).sort()) {
    const scene = await listScene(join(path, name)).catch((error: unknown) => {
      if (error instanceof Fault) return undefined
      throw error
    })
    if (scene) scenes.push({ name, path: join(path, name), frameCount: scene.frameCount })
  }
  return { path, scenes }
}
