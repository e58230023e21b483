// Opens the run a path stands for, ours or one of My3DIS, as something that can be asked for its tracks and masks; closes it in any case.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import type { RunRecord } from '#core/run/run'
import type { RunReader } from '#core/run/run-reader'
import { openMy3dis, openOwnReader } from '#engine/engine'
import { placesOf } from './places.ts'
import { runFolderOf } from './run-folders.ts'

export type ReadRun = { readonly folder: string; readonly record: RunRecord; readonly reader: RunReader }

/** Throws what `runFolderOf` throws where nothing of a run is, and what reading record and archive throws. */
export async function withReader<T>(given: string, use: (run: ReadRun) => Promise<T>): Promise<T> {
  const run = await openRun(given)
  try {
    return await use(run)
  } finally {
    await run.reader.close()
  }
}

async function openRun(given: string): Promise<ReadRun> {
  const folder = ownFolder(given)
  if (typeof folder === 'string') return { folder, ...(await openOwnReader(folder)) }
  // Indices of big files lie with what this program keeps, never beside a run of others.
  const cacheFolder = join(placesOf().stateFolder, 'cache', 'my3dis')
  const path = resolve(given)
  try {
    const { record, reader } = await openMy3dis({ path, cacheFolder, framesRoot: undefined })
    return { folder: path, record, reader }
  } catch (error) {
    throw error instanceof Fault && error.code === 'MY3DIS_UNRECOGNISED' ? folder : error
  }
}

/** What speaks against a run of ours is thrown only when it is no run of others either. */
function ownFolder(given: string): string | Fault {
  try {
    return runFolderOf(given)
  } catch (error) {
    if (error instanceof Fault && error.code === 'RUN_FOLDER_EXPECTED' && existsSync(given)) return error
    throw error
  }
}
