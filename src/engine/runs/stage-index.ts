// Which finished stage lies in which run folder, by fingerprint: an index over the records in the folders, which stay the truth.
import { z } from 'zod'
import { FingerprintKey, type StageRecord } from '../archive/run-files.ts'
import { readStageRecords } from '../archive/recover.ts'
import type { Database } from '../state/database.ts'

export type KnownStage = {
  readonly runId: string
  readonly folder: string
  readonly name: string
  readonly keys: readonly FingerprintKey[]
}

export type StageIndex = {
  /** Newest first. */
  find(stage: string, fingerprint: string): KnownStage[]
  /** The newest result of this stage on this scene, whatever its keys: what a new one is compared with. */
  newestOf(stage: string, scenePath: string): KnownStage | undefined
  note(
    run: { readonly runId: string; readonly folder: string; readonly name: string; readonly scenePath: string },
    record: StageRecord,
  ): void
  /** Takes in every finished stage of a run folder. */
  noteFolder(run: { readonly runId: string; readonly folder: string; readonly name: string; readonly scenePath: string }): Promise<void>
  forgetFolder(folder: string): void
}

export const stageIndexTables = [
  `CREATE TABLE IF NOT EXISTS stage_results (
     folder TEXT NOT NULL, stage TEXT NOT NULL, fingerprint TEXT NOT NULL, run_id TEXT NOT NULL, name TEXT NOT NULL,
     scene TEXT NOT NULL, keys TEXT NOT NULL, noted_at INTEGER NOT NULL, PRIMARY KEY (folder, stage)) STRICT`,
  'CREATE INDEX IF NOT EXISTS stage_results_by_fingerprint ON stage_results (fingerprint)',
  'CREATE INDEX IF NOT EXISTS stage_results_by_scene ON stage_results (scene, stage, noted_at)',
]

const Found = z.object({ run_id: z.string(), folder: z.string(), name: z.string(), keys: z.string() })

export function createStageIndex(database: Database, now: () => number = Date.now): StageIndex {
  const knownFrom = (row: unknown): KnownStage => {
    const { run_id: runId, folder, name, keys } = Found.parse(row)
    return { runId, folder, name, keys: z.array(FingerprintKey).parse(JSON.parse(keys)) }
  }
  const note: StageIndex['note'] = ({ runId, folder, name, scenePath }, record) => {
    database.run(
      'INSERT OR REPLACE INTO stage_results (folder, stage, fingerprint, run_id, name, scene, keys, noted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      folder,
      record.stage,
      record.fingerprint,
      runId,
      name,
      scenePath,
      JSON.stringify(record.keys),
      now(),
    )
  }
  return {
    find: (stage, fingerprint) =>
      database
        .all(
          'SELECT run_id, folder, name, keys FROM stage_results WHERE fingerprint = ? AND stage = ? ORDER BY noted_at DESC, rowid DESC LIMIT 8',
          fingerprint,
          stage,
        )
        .map(knownFrom),
    newestOf: (stage, scenePath) => {
      const row = database.get(
        'SELECT run_id, folder, name, keys FROM stage_results WHERE scene = ? AND stage = ? ORDER BY noted_at DESC, rowid DESC LIMIT 1',
        scenePath,
        stage,
      )
      return row && knownFrom(row)
    },
    note,
    noteFolder: async (run) => {
      for (const record of await readStageRecords(run.folder)) note(run, record)
    },
    forgetFolder: (folder) => {
      database.run('DELETE FROM stage_results WHERE folder = ?', folder)
    },
  }
}
