// What stages took in earlier runs - memory, time, disk - and what the next one like them is expected to take.
import type { Database, Row } from '../state/database.ts'

/** What makes two stages alike. The keys are the caller's: any text that is equal when settings or sizes are. */
export type StageKey = {
  readonly pipeline: string
  readonly stage: string
  /** Of those settings that change the cost. */
  readonly settingsKey: string
  /** Of what the scene brings besides its frame count, for example "1280x960". */
  readonly sceneSizeKey: string
  readonly device: string
}

export type StageCost = {
  /** Highest reading, of the device's memory for a GPU, of the worker's otherwise. */
  readonly memoryBytes: number
  readonly durationMs: number
  readonly framesDone: number
  /** Written by the stage. */
  readonly diskBytes: number
}

export type CostPrediction = {
  /** Largest of the runs looked at: expecting too little gets a worker killed, expecting too much only makes it wait. */
  readonly memoryBytes: number
  /** Median time per frame, times `frames`: one disturbed run does not move it. Undefined when no run did a frame. */
  readonly durationMs: number | undefined
  /** Median bytes per frame, times `frames`. */
  readonly diskBytes: number | undefined
  /** How many runs were looked at, at most `remembered`. */
  readonly from: number
  /** False when none had the same settings and size, so that others of the stage had to do. */
  readonly alike: boolean
  /** How the numbers were made, for a person: "largest memory and median time of 3 runs with these settings". */
  readonly basis: string
}

export type StageCosts = {
  /** Frames done may be fewer than planned (cancelled, failed): memory counts then too. */
  notePeak(key: StageKey, cost: StageCost): void
  /** Undefined when the stage never ran on that device. */
  predict(key: StageKey, frames: number): CostPrediction | undefined
}

/** So many runs of a kind are kept and looked at: enough for a median, few enough to follow a change of the code. */
export const remembered = 8

export const stageCostTables = [
  `CREATE TABLE IF NOT EXISTS stage_costs (id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, stage TEXT NOT NULL, settings TEXT NOT NULL,
   scene_size TEXT NOT NULL, device TEXT NOT NULL, memory_bytes INTEGER NOT NULL, duration_ms REAL NOT NULL, frames INTEGER NOT NULL,
   disk_bytes INTEGER NOT NULL) STRICT`,
  'CREATE INDEX IF NOT EXISTS stage_costs_by_stage ON stage_costs (pipeline, stage, device)',
]

const sameStage = 'pipeline = ? AND stage = ? AND device = ?'
const sameKind = `${sameStage} AND settings = ? AND scene_size = ?`

export function createStageCosts(database: Database): StageCosts {
  const newest = (where: string, values: readonly string[]) =>
    database.all(`SELECT * FROM stage_costs WHERE ${where} ORDER BY id DESC LIMIT ${remembered}`, ...values).map(costFromRow)
  return {
    notePeak: (key, cost) => {
      const { pipeline, stage, device, settingsKey, sceneSizeKey } = key
      database.transact(() => {
        database.run(
          `INSERT INTO stage_costs (pipeline, stage, device, settings, scene_size, memory_bytes, duration_ms, frames, disk_bytes)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[pipeline, stage, device, settingsKey, sceneSizeKey],
          ...[Math.ceil(cost.memoryBytes), cost.durationMs, cost.framesDone, Math.ceil(cost.diskBytes)],
        )
        database.run(
          `DELETE FROM stage_costs WHERE ${sameKind} AND id NOT IN (SELECT id FROM stage_costs WHERE ${sameKind} ORDER BY id DESC LIMIT ${remembered})`,
          ...[pipeline, stage, device, settingsKey, sceneSizeKey],
          ...[pipeline, stage, device, settingsKey, sceneSizeKey],
        )
      })
    },
    predict: ({ pipeline, stage, device, settingsKey, sceneSizeKey }, frames) => {
      const alike = newest(sameKind, [pipeline, stage, device, settingsKey, sceneSizeKey])
      const costs = alike.length > 0 ? alike : newest(sameStage, [pipeline, stage, device])
      return costs.length === 0 ? undefined : predictionOf(costs, frames, alike.length > 0)
    },
  }
}

function predictionOf(costs: readonly StageCost[], frames: number, alike: boolean): CostPrediction {
  const worked = costs.filter((cost) => cost.framesDone > 0)
  const scaled = (amount: (cost: StageCost) => number) => {
    const middle = median(worked.map((cost) => amount(cost) / cost.framesDone))
    return middle === undefined ? undefined : Math.round(middle * frames)
  }
  const runs = `${costs.length} run${costs.length === 1 ? '' : 's'}`
  return {
    memoryBytes: Math.max(...costs.map((cost) => cost.memoryBytes)),
    durationMs: scaled((cost) => cost.durationMs),
    diskBytes: scaled((cost) => cost.diskBytes),
    from: costs.length,
    alike,
    basis: `largest memory, and median time and disk per frame, of ${runs} with ${alike ? 'these settings' : 'other settings or sizes'}`,
  }
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : sorted.length === 0 ? undefined : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function costFromRow(row: Row): StageCost {
  return {
    memoryBytes: Number(row.memory_bytes),
    durationMs: Number(row.duration_ms),
    framesDone: Number(row.frames),
    diskBytes: Number(row.disk_bytes),
  }
}
