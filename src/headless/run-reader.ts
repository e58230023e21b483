// Opens the run a path stands for as something that can be asked for its tracks and masks, and closes it whatever happens.
import type { RunRecord } from '#core/run/run'
import type { RunReader } from '#core/run/run-reader'
import { openOwnReader } from '#engine/engine'
import { runFolderOf } from './run-folders.ts'

export type ReadRun = { readonly folder: string; readonly record: RunRecord; readonly reader: RunReader }

/** Throws what `runFolderOf` throws, and what reading its record and archive throws. */
export async function withReader<T>(given: string, use: (run: ReadRun) => Promise<T>): Promise<T> {
  const folder = runFolderOf(given)
  const { record, reader } = await openOwnReader(folder)
  try {
    return await use({ folder, record, reader })
  } finally {
    await reader.close()
  }
}
