// Where pictures are that a run looks for elsewhere: asked once, remembered for every run whose path begins the same.
import { sep } from 'node:path'
import type { Database } from './database.ts'

export const pictureRootTables = [
  'CREATE TABLE IF NOT EXISTS picture_roots (old_root TEXT PRIMARY KEY, new_root TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
]

export type PictureRoots = {
  /** The paths to try for a folder that is not where a run says, the most alike first; empty when nobody ever said. */
  candidates(folder: string): readonly string[]
  /** The pictures of `folder` are in `found` now. What both paths end with is taken as unchanged, so that other scenes are found, too. */
  remember(folder: string, found: string): void
}

export function createPictureRoots(database: Database, now = Date.now): PictureRoots {
  return {
    candidates: (folder) =>
      database
        .all('SELECT old_root, new_root FROM picture_roots ORDER BY length(old_root) DESC, at DESC')
        .flatMap((row) => moved(folder, String(row.old_root), String(row.new_root)) ?? []),
    remember: (folder, found) => {
      const [oldRoot, newRoot] = differingRoots(folder, found)
      database.run(
        'INSERT INTO picture_roots (old_root, new_root, at) VALUES (?, ?, ?) ON CONFLICT (old_root) DO UPDATE SET new_root = excluded.new_root, at = excluded.at',
        oldRoot,
        newRoot,
        now(),
      )
    },
  }
}

function moved(folder: string, oldRoot: string, newRoot: string): string | undefined {
  if (folder === oldRoot) return newRoot
  const below = oldRoot.endsWith('/') ? oldRoot : `${oldRoot}/`
  return folder.startsWith(below) ? [newRoot.replace(/[/\\]$/, ''), folder.slice(below.length).replaceAll('/', sep)].join(sep) : undefined
}

/** /old/data/scene_1/color and /new/scene_1/color differ in /old/data and /new. */
export function differingRoots(folder: string, found: string): readonly [string, string] {
  const [a, b] = [folder.split('/'), found.split(sep)]
  // The first part stays whatever happens: a root is never empty.
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    a.pop()
    b.pop()
  }
  return [a.join('/') || '/', b.join(sep) || sep]
}
