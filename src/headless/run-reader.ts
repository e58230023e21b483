// Opens the run a path stands for, ours or of My3DIS, as something that can be asked for its tracks and masks, and closes it whatever happens.
import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import type { Description } from '#core/my3dis/description'
import type { Repair } from '#core/my3dis/repair-table'
import type { RunRecord } from '#core/run/run'
import type { RunReader } from '#core/run/run-reader'
import { openMy3dis, openOwnReader } from '#engine/engine'
import { placesOf } from './places.ts'
import { isRunFolder, runFolderOf, runFoldersIn } from './run-folders.ts'

export type ReadRun = {
  readonly folder: string
  readonly record: RunRecord
  readonly reader: RunReader
  /** Of a run of My3DIS. */
  readonly foreign: { readonly description: Description; problems(): Promise<readonly Repair[]> } | undefined
}

/** `framesRoot`: where the pictures of a run of My3DIS are now. Throws what `runFolderOf` and `openMy3dis` throw, and what reading throws. */
export async function withReader<T>(given: string, use: (run: ReadRun) => Promise<T>, framesRoot?: string): Promise<T> {
  const run = isOurs(given) ? await openOurs(given) : await openForeign(given, framesRoot)
  try {
    return await use(run)
  } finally {
    await run.reader.close()
  }
}

/** A run folder, a tar in one, or a folder that holds such folders. */
export function isOurs(given: string): boolean {
  const path = resolve(given)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return false
  if (found.isFile()) return path.endsWith('.tar') && isRunFolder(dirname(path))
  return isRunFolder(path) || runFoldersIn(path).length > 0
}

async function openOurs(given: string): Promise<ReadRun> {
  const folder = runFolderOf(given)
  return { folder, ...(await openOwnReader(folder)), foreign: undefined }
}

/** What is neither is told as no run at all: most who type a wrong path do not think of My3DIS. */
async function openForeign(given: string, framesRoot: string | undefined): Promise<ReadRun> {
  const path = resolve(given)
  const cacheFolder = join(placesOf().stateFolder, 'cache', 'my3dis')
  try {
    const { description, record, reader, problems } = await openMy3dis({ path, cacheFolder, framesRoot })
    return { folder: path, record, reader, foreign: { description, problems } }
  } catch (error) {
    if (error instanceof Fault && error.code === 'MY3DIS_UNRECOGNISED') runFolderOf(given)
    throw error
  }
}
