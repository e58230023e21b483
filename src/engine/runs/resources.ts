// What this machine has to give: devices, leases shared with other engines, memory that is watched, and what stages took before.
import { createHash } from 'node:crypto'
import type { QueueState } from '#api/api'
import { canonicalJson } from '#core/base/canonical-json'
import { candidatePositions, my3dis } from '#core/pipeline/pipeline'
import { deviceOfStage } from '#core/run/fingerprint'
import type { RunRecord } from '#core/run/run'
import type { RunConfig } from '#core/run/run-config'
import type { Conflict, Prediction } from '#core/run/run-plan'
import { listDevices } from '../monitor/device-list.ts'
import { createLeaseBook } from '../schedule/lease-book.ts'
import { createStageCosts, type StageKey } from '../schedule/stage-costs.ts'
import type { Database } from '../state/database.ts'
import type { SharedLeases } from './dispatcher.ts'
import type { LiveRun } from './live-run.ts'
import type { MemoryJudge, StageUse } from './memory-judge.ts'
import type { Device, Workload } from './workload.ts'

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
  predict(stage: string, work: Workload): Prediction | undefined
  /** Peak memory to lease for a stage, in bytes: of earlier runs, else a guess that is on the safe side. */
  expectedMemory(stage: string, work: Workload): number
  noteUse(record: RunRecord, use: StageUse): void
  /** Tells a run what the watch changed since it was told last. */
  tellRun(run: LiveRun, parallel: number): void
  close(): void
}

/** Of a stage that never ran here: above what the built-in backends take on frames of a few megapixels. */
const firstGuessBytes = 768 * 2 ** 20

export async function createResources(database: Database, _changed: () => void): Promise<Resources> {
  const { devices: found } = await listDevices()
  const devices: Device[] = found.map(({ id, name, memoryBytes, cores }) => ({ id, title: name, memoryBytes, cores: cores ?? 0 }))
  const book = createLeaseBook(database)
  const costs = createStageCosts(database)
  const predicted = (stage: string, work: Workload) => costs.predict(costKey(stage, work), unitsOf(stage, work))
  return {
    devices,
    shared: {
      take: (lease) => book.take(lease, found).taken,
      attachWorker: (runId, pid) => book.attachWorker(runId, pid),
      release: (runId) => {
        book.release(runId)
      },
      foreign: () => book.foreign(),
    },
    cap: (parallel) => parallel,
    capReason: '',
    stopped: undefined,
    memory: () => ({ state: 'unknown', source: '' }),
    conflict: () => undefined,
    judge: { mark: () => undefined, judge: () => undefined },
    predict: (stage, work) => {
      const cost = predicted(stage, work)
      return cost && { durationMs: cost.durationMs, memoryBytes: cost.memoryBytes, diskBytes: cost.diskBytes, basis: cost.basis }
    },
    expectedMemory: (stage, work) => predicted(stage, work)?.memoryBytes ?? firstGuessBytes,
    noteUse: (record, use) => {
      const { width, height } = record.scene
      const work = { config: record.config, frameCount: record.frameIndices.length, width, height }
      // A stage too short for a sample says nothing of its memory.
      if (use.memoryBytes === 0) return
      costs.notePeak(costKey(use.stage, work), {
        memoryBytes: use.memoryBytes,
        durationMs: use.durationMs,
        framesDone: use.units,
        diskBytes: use.diskBytes,
      })
    },
    tellRun: () => {},
    close: () => {
      book.releaseAll()
    },
  }
}

function costKey(stage: string, { config, width, height }: Workload): StageKey {
  const reads = my3dis.stages.find(({ id }) => id === stage)?.reads ?? []
  const settings = reads.map((path) => path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config))
  return {
    pipeline: my3dis.id,
    stage,
    settingsKey: createHash('sha256').update(canonicalJson(settings)).digest('hex').slice(0, 16),
    sceneSizeKey: `${width}x${height}`,
    device: deviceOfStage(stage, config),
  }
}

/** How much a stage has to do, in units of its progress. */
function unitsOf(stage: string, { config, frameCount }: Workload): number {
  if (stage === 'tracker') return frameCount
  if (stage === 'report') return Math.min(frameCount, config.stages.report.pictures) + 1
  return candidatePositions(frameCount, config.stages.ssam.every).length
}
