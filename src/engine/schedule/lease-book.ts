// Leases of all engines of this machine, in the state database: what one holds, no other grants again, and what a dead one held is free.
import { grant, obstacles } from '#core/schedule/grant'
import { type Device, type Lease, request, setForeignLeases, startSchedule } from '#core/schedule/schedule'
import { reasonOfObstacle } from '#core/schedule/wait-reason'
import { isOwnerAlive, ownerOfProcess, type ProcessOwner } from '../registry/process-owner.ts'
import type { Database, Row } from '../state/database.ts'

export type BookedLease = Lease & {
  readonly owner: ProcessOwner
  /** The process that does the work, once it is known; its lease outlives the engine's as long as this one does. */
  readonly worker: ProcessOwner | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

export type Taken =
  | { readonly taken: true }
  /** `foreign` is what the other engines hold now, for `setForeignLeases`. */
  | { readonly taken: false; readonly reason: string; readonly foreign: readonly Lease[] }

export type LeaseBook = {
  /**
   * Writes down a lease that the scheduler granted, unless the live leases of all engines leave no room for it on `devices` any more.
   * Check and writing are one transaction. An older lease of this engine for the same run gives way.
   */
  take(lease: Lease, devices: readonly Device[]): Taken
  /** The process that works under this engine's lease of the run. Call it as soon as there is one. */
  attachWorker(runId: string, pid: number): void
  /** False when this engine held none. */
  release(runId: string): boolean
  /** Those of this engine, when it ends. */
  releaseAll(): number
  /** Strikes out leases whose engine and worker are gone; gives them, for the log. */
  purge(): BookedLease[]
  /** All live leases, oldest first; dead ones are struck out before. */
  list(): BookedLease[]
  /** Of `list`, those of other engines, each with its holder in words. */
  foreign(): Lease[]
}

export const leaseTables = [
  `CREATE TABLE IF NOT EXISTS leases (id INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, device TEXT NOT NULL,
   memory_bytes INTEGER NOT NULL, cores REAL NOT NULL, alone INTEGER NOT NULL, owner_pid INTEGER NOT NULL, owner_started TEXT NOT NULL,
   worker_pid INTEGER, worker_started TEXT, at INTEGER NOT NULL) STRICT`,
]

/** `owner` and `isAlive` are given in tests; otherwise they are this process, and what the system says of a process. */
export function createLeaseBook(
  database: Database,
  options: {
    readonly owner?: ProcessOwner
    readonly isAlive?: (owner: ProcessOwner) => boolean
    readonly now?: () => number
  } = {},
): LeaseBook {
  const { owner = ownerOfProcess(process.pid), isAlive = isOwnerAlive, now = Date.now } = options
  const own = (lease: BookedLease) => lease.owner.pid === owner.pid && lease.owner.started === owner.started
  const rows = () => database.all('SELECT * FROM leases ORDER BY id').map(leaseFromRow)
  const strikeDead = (): BookedLease[] => {
    const dead = rows().filter((lease) => !own(lease) && !isAlive(lease.owner) && !(lease.worker && isAlive(lease.worker)))
    for (const { runId } of dead) database.run('DELETE FROM leases WHERE run_id = ?', runId)
    return dead
  }
  const live = () => {
    // Asking first keeps the common case, in which all are alive, free of a write lock.
    if (rows().some((lease) => !own(lease) && !isAlive(lease.owner))) database.transact(strikeDead)
    return rows()
  }
  const others = (leases: readonly BookedLease[]): Lease[] =>
    leases.filter((lease) => !own(lease)).map((lease) => heldByOther(lease, isAlive))
  const insert = (lease: Lease) =>
    database.run(
      `INSERT INTO leases (run_id, stage, device, memory_bytes, cores, alone, owner_pid, owner_started, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      lease.runId,
      lease.stage,
      lease.device,
      Math.ceil(lease.memoryBytes),
      lease.cores,
      lease.alone ? 1 : 0,
      owner.pid,
      owner.started,
      now(),
    )
  return {
    take: (lease, devices) =>
      database.transact((): Taken => {
        strikeDead()
        database.run('DELETE FROM leases WHERE run_id = ? AND owner_pid = ? AND owner_started = ?', lease.runId, owner.pid, owner.started)
        const booked = rows()
        const foreign = others(booked)
        const twin = foreign.find((other) => other.runId === lease.runId)
        if (twin) return { taken: false, reason: `${twin.holder} carries out this run`, foreign }
        const reason = whyNoRoom(lease, devices, [...booked.filter(own), ...foreign])
        if (reason !== undefined) return { taken: false, reason, foreign }
        insert(lease)
        return { taken: true }
      }),
    attachWorker: (runId, pid) => {
      const worker = ownerOfProcess(pid)
      database.run(
        'UPDATE leases SET worker_pid = ?, worker_started = ? WHERE run_id = ? AND owner_pid = ? AND owner_started = ?',
        worker.pid,
        worker.started,
        runId,
        owner.pid,
        owner.started,
      )
    },
    release: (runId) =>
      database.run('DELETE FROM leases WHERE run_id = ? AND owner_pid = ? AND owner_started = ?', runId, owner.pid, owner.started) > 0,
    releaseAll: () => database.run('DELETE FROM leases WHERE owner_pid = ? AND owner_started = ?', owner.pid, owner.started),
    purge: () => database.transact(strikeDead),
    list: live,
    foreign: () => others(live()),
  }
}

/** The scheduler's own rule decides, with all that is booked standing in for other engines; undefined = there is room. */
function whyNoRoom(lease: Lease, devices: readonly Device[], going: readonly Lease[]): string | undefined {
  const empty = startSchedule(devices, { oversize: 'refuse' })
  const { schedule, granted } = grant(setForeignLeases(request(empty, lease), going))
  if (granted.length > 0) return undefined
  const found = obstacles(schedule)[0]
  return found ? reasonOfObstacle(found.obstacle, lease, schedule, (runId) => runId) : `${lease.device} is not here, or too small`
}

function heldByOther(lease: BookedLease, isAlive: (owner: ProcessOwner) => boolean): Lease {
  const { runId, stage, device, memoryBytes, cores, alone, owner, worker } = lease
  const holder =
    isAlive(owner) || !worker ? `another Scenewright (process ${owner.pid})` : `a worker that lost its engine (process ${worker.pid})`
  return { runId, stage, device, memoryBytes, cores, alone, holder }
}

function leaseFromRow(row: Row): BookedLease {
  return {
    runId: String(row.run_id),
    stage: String(row.stage),
    device: String(row.device),
    memoryBytes: Number(row.memory_bytes),
    cores: Number(row.cores),
    alone: row.alone === 1,
    owner: { pid: Number(row.owner_pid), started: String(row.owner_started) },
    worker: row.worker_pid === null ? undefined : { pid: Number(row.worker_pid), started: String(row.worker_started) },
    at: Number(row.at),
  }
}
