// Lists folders of the machine that computes, under the permitted roots, for pages that have no native dialog.
import { readdir, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { FolderEntry } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import { isFrameName } from '#core/scene/frame-slice'
import { journalFile } from './runs/run-folder.ts'
import { isVideoName } from './scenes/list-frames.ts'

export type Files = {
  list(path: string): Promise<{ path: string; parent?: string | undefined; entries: FolderEntry[] }>
  /** Throws PATH_FORBIDDEN for a path outside of the roots; links are followed before they are judged. */
  permit(path: string): Promise<string>
}

/** As many as Linux follows. */
const mostLinks = 40

/** `roots` undefined = everything this process may read. */
export function permittedFiles(roots: readonly string[] | undefined, home: string): Files {
  const permit = async (path: string): Promise<string> => {
    const target = resolve(path)
    if (!roots) return target
    const real = await existingPart(target)
    if (real === undefined) throw new Fault('PATH_FORBIDDEN', { path })
    for (const root of roots) {
      const inside = relative(await realpath(root), real)
      if (inside === '' || (!inside.startsWith(`..${sep}`) && inside !== '..' && resolve(inside) !== inside)) return target
    }
    throw new Fault('PATH_FORBIDDEN', { path })
  }
  return {
    permit,
    list: async (path) => {
      if (path === '' && roots)
        return { path: '', entries: roots.map((root): FolderEntry => ({ name: root, path: resolve(root), kind: 'folder' })) }
      const folder = await permit(path === '' ? home : path)
      const names = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new Fault('SCENE_NOT_FOUND', { path: folder })
        throw new Fault('FOLDER_NOT_READABLE', { path: folder, reason: reasonOfError(error) }, error)
      })
      const isRun = names.some((entry) => entry.name === journalFile)
      const entries = await Promise.all(
        names.filter((entry) => !entry.name.startsWith('.')).map((entry) => describe(join(folder, entry.name), entry.name)),
      )
      entries.sort(
        (a, b) =>
          Number(b.kind === 'folder' || b.kind === 'run') - Number(a.kind === 'folder' || a.kind === 'run') ||
          a.name.localeCompare(b.name, 'en', { numeric: true }),
      )
      const parent = dirname(folder)
      const mayGoUp =
        parent !== folder &&
        (await permit(parent).then(
          () => true,
          () => false,
        ))
      return {
        path: folder,
        parent: mayGoUp ? parent : roots ? '' : undefined,
        entries: isRun ? entries.map((entry) => ({ ...entry, kind: entry.kind === 'folder' ? 'folder' : 'other' })) : entries,
      }
    },
  }
}

/**
 * The real path of the nearest part that exists, with the rest appended: a new output folder can be judged before it is made.
 * A link that leads to what is not there yet is followed too, for writing to it would make that. Undefined: links lead in a circle.
 */
async function existingPart(path: string, links = 0): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined) return real
  const parent = dirname(path)
  if (parent === path) return path
  const folder = await existingPart(parent, links)
  if (folder === undefined) return undefined
  const here = join(folder, basename(path))
  // What is no link, or cannot be asked, is judged by where it stands.
  const target = await readlink(here).catch(() => undefined)
  if (target === undefined) return here
  return links < mostLinks ? existingPart(resolve(folder, target), links + 1) : undefined
}

async function describe(path: string, name: string): Promise<FolderEntry> {
  // A dangling link or a file that went away while listing is still a row, just not one that can be opened.
  const found = await stat(path).catch(() => undefined)
  if (!found) return { name, path, kind: 'other' }
  if (found.isDirectory()) {
    return { name, path, kind: (await isRunFolder(path)) ? 'run' : 'folder' }
  }
  const kind = isFrameName(name) ? 'image' : isVideoName(name) ? 'video' : 'other'
  return { name, path, kind, sizeBytes: found.size }
}

/** Of ours by its journal; of My3DIS by its manifest beside folders of levels. */
async function isRunFolder(path: string): Promise<boolean> {
  const has = (name: string) =>
    stat(join(path, name)).then(
      () => true,
      () => false,
    )
  if (await has(journalFile)) return true
  if (!(await has('manifest.json'))) return false
  return (await readdir(path)).some((name) => /^level_\d+$/.test(name))
}
