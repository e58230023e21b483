// What a person wrote about single objects of a run: a star and a note, in the state folder so that no run folder is touched.
import type { ObjectChange, ObjectNote } from '#core/segment/object-note'
import type { Database } from './database.ts'

export const objectNoteTables = [
  `CREATE TABLE IF NOT EXISTS object_notes (
    run_id TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    star INTEGER NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (run_id, object_id)
  ) STRICT, WITHOUT ROWID`,
]

export type ObjectNotes = {
  /** In order of ids; objects without star and note have no entry. */
  of(runId: string): ObjectNote[]
  /** What is left out stays. A star taken away and a note emptied leave nothing. */
  change(runId: string, change: ObjectChange): void
  /** The run is deleted. */
  forget(runId: string): void
}

export function createObjectNotes(database: Database, now = Date.now): ObjectNotes {
  const read = (sql: string, ...values: (string | number)[]) =>
    database.all(`SELECT object_id, star, note, at FROM object_notes WHERE ${sql}`, ...values).map((row) => ({
      objectId: Number(row.object_id),
      star: row.star === 1,
      note: String(row.note),
      at: Number(row.at),
    }))
  return {
    of: (runId) => read('run_id = ? ORDER BY object_id', runId),
    change: (runId, { objectId, star, note }) =>
      database.transact(() => {
        const before = read('run_id = ? AND object_id = ?', runId, objectId)[0]
        const after = { star: star ?? before?.star ?? false, note: note ?? before?.note ?? '' }
        database.run('DELETE FROM object_notes WHERE run_id = ? AND object_id = ?', runId, objectId)
        if (!after.star && after.note === '') return
        const values = [runId, objectId, after.star ? 1 : 0, after.note, now()]
        database.run('INSERT INTO object_notes (run_id, object_id, star, note, at) VALUES (?, ?, ?, ?, ?)', ...values)
      }),
    forget: (runId) => {
      database.run('DELETE FROM object_notes WHERE run_id = ?', runId)
    },
  }
}
