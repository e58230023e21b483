// The registry for programs that bring no engine along: opened on a state folder, closed when done.
import { Fault, reasonOfError } from '#core/base/fault'
import type { RunRecord } from '#core/run/run'
import { readRunFolder } from '../runs/run-folder.ts'
import { type Database, openDatabase } from '../state/database.ts'
import { openRegistry, type Registry } from './registry.ts'
import { registryTables } from './registry-tables.ts'

export type RegistryDoor = Registry & {
  /** The whole record of a run of ours. Throws RUN_FOLDER_EXPECTED. */
  readRecord(folder: string): Promise<RunRecord>
  close(): void
}

/** Throws FOLDER_NOT_WRITABLE when the state folder cannot be used. */
export function openRegistryAt(stateFolder: string): RegistryDoor {
  const database = openOrFault(stateFolder)
  return {
    ...openRegistry(database, { stateFolder }),
    readRecord: async (folder) => (await readRunFolder(folder)).record,
    close: () => database.close(),
  }
}

function openOrFault(stateFolder: string): Database {
  try {
    return openDatabase(stateFolder, registryTables)
  } catch (error) {
    throw new Fault('FOLDER_NOT_WRITABLE', { path: stateFolder, reason: reasonOfError(error) }, error)
  }
}
