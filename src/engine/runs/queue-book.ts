// The queue on disk: which runs shall run, in which order, and whose they are; it survives the end of every engine.
import { z } from 'zod'
import { isOwnerAlive, ownerOfProcess, type ProcessOwner } from '../registry/process-owner.ts'
import type { Database } from '../state/database.ts'

export type QueuedEntry = { readonly runId: string; readonly folder: string; readonly place: number }

export type QueueBook = {
  /** Behind all others of this engine. */
  add(runId: string, folder: string): void
  remove(runId: string): void
  /** Before another, or to the end. */
  move(runId: string, before: string | undefined): void
  /** This engine's, in order. */
  list(): QueuedEntry[]
  /** Takes over what engines that are gone were to carry out, in one step, so that no two take the same. Only a service does: a command's runs are its own. */
  adopt(): QueuedEntry[]
  readonly paused: boolean
  readonly parallel: number
  setPaused(paused: boolean): void
  setParallel(parallel: number): void
}

export const queueTables = [
  `CREATE TABLE IF NOT EXISTS queue (
     run_id TEXT PRIMARY KEY, folder TEXT NOT NULL, place REAL NOT NULL, service INTEGER NOT NULL,
     owner_pid INTEGER NOT NULL, owner_started TEXT NOT NULL) STRICT`,
  'CREATE TABLE IF NOT EXISTS queue_settings (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT',
]

const Entry = z.object({ run_id: z.string(), folder: z.string(), place: z.number() })
const Owner = z.object({ owner_pid: z.number(), owner_started: z.string() })

/** `service`: an engine that stays (window, server), as against one that a single command brings along. */
export function createQueueBook(database: Database, service: boolean, owner: ProcessOwner = ownerOfProcess(process.pid)): QueueBook {
  const entryFrom = (row: unknown): QueuedEntry => {
    const { run_id: runId, folder, place } = Entry.parse(row)
    return { runId, folder, place }
  }
  const list = () =>
    database
      .all(
        'SELECT run_id, folder, place FROM queue WHERE owner_pid = ? AND owner_started = ? ORDER BY place, run_id',
        owner.pid,
        owner.started,
      )
      .map(entryFrom)
  const setting = (key: string, otherwise: number) => {
    const row = database.get('SELECT value FROM queue_settings WHERE key = ?', key)
    return row ? Number(row.value) : otherwise
  }
  const set = (key: string, value: number) => {
    database.run('INSERT OR REPLACE INTO queue_settings (key, value) VALUES (?, ?)', key, value)
  }
  return {
    add: (runId, folder) => {
      database.transact(() => {
        const last = database.get('SELECT max(place) AS place FROM queue')
        const place = typeof last?.place === 'number' ? last.place + 1 : 1
        database.run(
          'INSERT OR REPLACE INTO queue (run_id, folder, place, service, owner_pid, owner_started) VALUES (?, ?, ?, ?, ?, ?)',
          runId,
          folder,
          place,
          service ? 1 : 0,
          owner.pid,
          owner.started,
        )
      })
    },
    remove: (runId) => {
      database.run('DELETE FROM queue WHERE run_id = ?', runId)
    },
    move: (runId, before) => {
      database.transact(() => {
        const others = list().filter((entry) => entry.runId !== runId)
        const at = before === undefined ? others.length : others.findIndex((entry) => entry.runId === before)
        const place = at < 0 ? others.length : at
        const low = others[place - 1]?.place
        const high = others[place]?.place
        const between = low === undefined ? (high ?? 2) - 1 : high === undefined ? low + 1 : (low + high) / 2
        database.run('UPDATE queue SET place = ? WHERE run_id = ?', between, runId)
      })
    },
    list,
    adopt: () => {
      if (!service) return []
      database.transact(() => {
        for (const row of database.all('SELECT DISTINCT owner_pid, owner_started FROM queue WHERE service = 1')) {
          const { owner_pid: pid, owner_started: started } = Owner.parse(row)
          if (isOwnerAlive({ pid, started })) continue
          database.run(
            'UPDATE queue SET owner_pid = ?, owner_started = ? WHERE service = 1 AND owner_pid = ? AND owner_started = ?',
            owner.pid,
            owner.started,
            pid,
            started,
          )
        }
      })
      return list()
    },
    get paused() {
      return service && setting('paused', 0) === 1
    },
    get parallel() {
      return service ? setting('parallel', 1) : setting('commandParallel', 1)
    },
    setPaused: (paused) => set('paused', paused ? 1 : 0),
    setParallel: (parallel) => set(service ? 'parallel' : 'commandParallel', parallel),
  }
}
