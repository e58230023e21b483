// What this machine has to give: devices, leases shared with other engines, memory that is watched, and what stages took before.
import { availableParallelism, totalmem } from 'node:os'
import type { QueueState } from '#api/api'
import type { RunRecord } from '#core/run/run'
import type { RunConfig } from '#core/run/run-config'
import type { Conflict, Prediction } from '#core/run/run-plan'
import type { Database } from '../state/database.ts'
import type { SharedLeases } from './dispatcher.ts'
import type { LiveRun } from './live-run.ts'
import type { MemoryJudge, StageUse } from './memory-judge.ts'
import type { Device } from './prepare-run.ts'

export type Resources = {
  readonly devices: readonly Device[]
  readonly shared: SharedLeases
  /** Runs at once that memory allows, at most `parallel`. */
  cap(parallel: number): number
  readonly capReason: string
  /** Why nothing new may start just now. */
  readonly stopped: string | undefined
  memory(): QueueState['memory']
  conflict(policy: RunConfig['limits']['memoryPolicy']): Conflict | undefined
  readonly judge: MemoryJudge
  predict(stage: string, config: RunConfig, frameCount: number): Prediction | undefined
  expectedMemory(stage: string, config: RunConfig, frameCount: number): number
  noteUse(record: RunRecord, use: StageUse): void
  /** Tells a run what the watch changed since it was told last. */
  tellRun(run: LiveRun, parallel: number): void
  close(): void
}

export async function createResources(_database: Database, _changed: () => void): Promise<Resources> {
  return {
    devices: [{ id: 'cpu', title: 'CPU', memoryBytes: totalmem(), cores: availableParallelism() }],
    shared: { take: () => true, release: () => {}, foreign: () => [] },
    cap: (parallel) => parallel,
    capReason: '',
    stopped: undefined,
    memory: () => ({ state: 'unknown', source: '' }),
    conflict: () => undefined,
    judge: { mark: () => undefined, judge: () => undefined },
    predict: () => undefined,
    expectedMemory: () => 0,
    noteUse: () => {},
    tellRun: () => {},
    close: () => {},
  }
}
