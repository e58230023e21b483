// The one embedded database of a machine's state folder: an index that can be rebuilt from run folders, shared by every engine running here.
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export type Row = Readonly<Record<string, unknown>>

export type Database = {
  /** Changes rows; gives how many. Values by position (`?`). */
  run(sql: string, ...values: readonly SQLInputValue[]): number
  all(sql: string, ...values: readonly SQLInputValue[]): Row[]
  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined
  /** `work` happens as a whole or not at all, and no other engine writes meanwhile. Must not be nested. */
  transact<T>(work: () => T): T
  close(): void
  /** Set when what was there could not be read: why, and where it was set aside. */
  readonly rebuilt: { readonly reason: string; readonly backup: string } | undefined
}

export const databaseFile = 'state.sqlite'

/**
 * `tables` are CREATE ... IF NOT EXISTS statements, each room bringing its own. Several processes may have the file open: writers wait
 * up to five seconds for each other (write-ahead log). ':memory:' as folder gives a private database for tests.
 */
export function openDatabase(stateFolder: string, tables: readonly string[]): Database {
  if (stateFolder !== ':memory:') mkdirSync(stateFolder, { recursive: true })
  const { sqlite, rebuilt } = openOrRebuild(stateFolder === ':memory:' ? stateFolder : join(stateFolder, databaseFile), tables)
  const prepared = new Map<string, ReturnType<typeof sqlite.prepare>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? sqlite.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    all: (sql, ...values) => statement(sql).all(...values),
    get: (sql, ...values) => statement(sql).get(...values),
    transact: (work) => {
      sqlite.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        sqlite.exec('COMMIT')
        return result
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
    },
    close: () => sqlite.close(),
    rebuilt,
  }
}

function open(path: string, tables: readonly string[]): DatabaseSync {
  const sqlite = new DatabaseSync(path)
  try {
    sqlite.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
    for (const table of tables) sqlite.exec(table)
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Only an index is lost: a file that is no database, or a broken one, is set aside and never deleted. */
function openOrRebuild(path: string, tables: readonly string[]): { readonly sqlite: DatabaseSync; readonly rebuilt: Database['rebuilt'] } {
  try {
    return { sqlite: open(path, tables), rebuilt: undefined }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (!/not a database|malformed|corrupt/i.test(reason)) throw error
    const backup = `${path}.broken-${Date.now()}`
    renameSync(path, backup)
    return { sqlite: open(path, tables), rebuilt: { reason, backup } }
  }
}
