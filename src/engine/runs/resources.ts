// What this machine has to give: devices, leases shared with other engines, memory that is watched, and what stages took before.
import { createHash } from 'node:crypto'
import type { QueueState } from '#api/queue-state'
import { warningOf } from '#core/base/degraded-table'
import { sentenceOfFault } from '#core/base/fault'
import { canonicalJson } from '#core/base/canonical-json'
import { previewTargets } from '#core/pipeline/preview-sampling'
import { candidatePositions, my3dis, stageOf } from '#core/pipeline/pipeline'
import { deviceOfStage } from '#core/run/fingerprint'
import { hasEnded, type RunRecord } from '#core/run/run'
import type { RunConfig } from '#core/run/run-config'
import type { Conflict, Prediction } from '#core/run/run-plan'
import { judgeLoss, type MissingFile } from '#core/schedule/memory-admission'
import type { KillCounts } from '#core/schedule/memory-policy'
import type { FileReader } from '../monitor/cgroup-files.ts'
import { listDevices } from '../monitor/device-list.ts'
import { startMemoryWatch } from '../monitor/memory-watch.ts'
import { createLeaseBook, type LeaseBook } from '../schedule/lease-book.ts'
import { createStageCosts, type StageKey } from '../schedule/stage-costs.ts'
import type { Database } from '../state/database.ts'
import type { LiveRun } from './live-run.ts'
import type { MemoryJudge, StageUse } from './memory-judge.ts'
import type { Device, Workload } from './workload.ts'

export type Resources = {
  readonly devices: readonly Device[]
  readonly leases: LeaseBook
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
  /** The person's setting, or the runs that go, changed. */
  setParallel(parallel: number, forced: boolean): void
  /** Tells a run, once each, what the watch found: memory that cannot be watched, fewer runs at once. */
  tellRun(run: LiveRun): void
  close(): void
}

/** Part of the limit that is never leased: the system's own caches and what samples once a second do not see. */
const reserveShare = 0.1
/** A reading a second misses the highest moment: so much is leased above the highest reading. */
const headroom = 1.25
/** Of a stage that never ran here: above what the built-in backends take on frames of a few megapixels. */
const firstGuessBytes = 768 * 2 ** 20

export type ResourceParts = {
  readonly database: Database
  readonly parallel: number
  /** Given in drills: files of a control group. */
  readonly reader: FileReader | undefined
  /** Leases that are held by this engine now. */
  readonly going: () => number
  /** The watch lowered or raised what may go. */
  readonly changed: () => void
}

export async function createResources(parts: ResourceParts): Promise<Resources> {
  const book = createLeaseBook(parts.database)
  const costs = createStageCosts(parts.database)
  const watched = await watchMemory(parts)
  const { watch } = watched
  const limit = watch.newest()?.smallestLimitBytes
  const { devices: found } = await listDevices(limit === undefined ? {} : { memoryLimitBytes: limit })
  const share = found.map((device) =>
    device.id === 'cpu' ? { ...device, memoryBytes: leasable(device.memoryBytes, watch.newest()?.usedBytes ?? 0) } : device,
  )
  const devices: Device[] = share.map(({ id, name, memoryBytes, cores }) => ({ id, title: name, memoryBytes, cores: cores ?? 0 }))
  const predicted = (stage: string, work: Workload) => costs.predict(costKey(stage, work), unitsOf(stage, work))
  return {
    devices,
    leases: book,
    cap: (parallel) => Math.min(parallel, watch.state().cap),
    get capReason() {
      return watched.capReason()
    },
    get stopped() {
      return watched.stopped()
    },
    memory: watched.describe,
    setParallel: watch.setParallel,
    tellRun: watched.tellRun,
    conflict: (policy) => {
      const missing = watch.admission.warning
      if (!missing) return undefined
      const params = { file: missing.file, reason: missing.why, remedy: missing.remedy }
      const severity = policy === 'fail' ? 'error' : 'warning'
      const words = severity === 'error' ? sentenceOfFault({ code: 'MEMORY_UNWATCHED', params }) : warningOf('MEMORY_UNWATCHED', params)
      return { severity, code: 'MEMORY_UNWATCHED', title: words.title, message: words.message, remedy: words.remedy }
    },
    judge: {
      mark: () => watch.kills(),
      judge: async (before, reason) => {
        await watch.look()
        const code = /^code (-?\d+)$/.exec(reason)?.[1]
        const verdict = judgeLoss({
          signal: /^SIG[A-Z]+$/.exec(reason)?.[0],
          code: code === undefined ? undefined : Number(code),
          killedByUs: false,
          killsBefore: before as KillCounts | undefined,
          killsAfter: watch.kills(),
          usedShare: watch.recentShare(),
        })
        return verdict.outOfMemory === 'no' ? undefined : verdict.evidence
      },
    },
    predict: (stage, work) => {
      const cost = predicted(stage, work)
      // A stage too short for a sample says nothing of its memory.
      return (
        cost && { durationMs: cost.durationMs, memoryBytes: cost.memoryBytes || undefined, diskBytes: cost.diskBytes, basis: cost.basis }
      )
    },
    expectedMemory: (stage, work) => (predicted(stage, work)?.memoryBytes ?? 0) * headroom || firstGuessBytes,
    noteUse: (record, use) => {
      const work = workOf(record)
      costs.notePeak(costKey(use.stage, work), {
        memoryBytes: use.memoryBytes,
        durationMs: use.durationMs,
        framesDone: unitsOf(use.stage, work),
        diskBytes: use.diskBytes,
      })
    },
    close: () => {
      watch.stop()
      book.releaseAll()
    },
  }
}

/** The watch, and what has to be told of it: to the screen at any time, to each run once. */
async function watchMemory({ parallel, reader, going, changed }: ResourceParts) {
  let stopped: string | undefined
  let lowered: { readonly reason: string; readonly cap: number; readonly parallel: number } | undefined
  let missing: MissingFile | undefined
  const told = new Map<string, Set<unknown>>()
  const watch = await startMemoryWatch({
    ...(reader ? { reader } : {}),
    policy: 'auto',
    parallel,
    going,
    onLost: (lost) => {
      missing = lost
      changed()
    },
    onEffect: (effect, state) => {
      if (effect.type === 'stopLaunches') stopped = effect.sentence
      if (effect.type === 'resumeLaunches') stopped = undefined
      if (effect.type === 'halveCap') lowered = { reason: effect.sentence, cap: effect.cap, parallel: effect.parallel }
      if (effect.type === 'raiseCap' && state.cap >= state.parallel) lowered = undefined
      changed()
    },
  })
  missing ??= watch.admission.warning
  const once = (run: LiveRun, key: unknown): boolean => {
    const known = told.get(run.id) ?? new Set()
    told.set(run.id, known)
    if (known.has(key)) return false
    known.add(key)
    return true
  }
  return {
    watch,
    stopped: () => stopped,
    capReason: () => lowered?.reason ?? (missing ? `${missing.file} cannot be read: ${missing.why}` : ''),
    describe: (): QueueState['memory'] => {
      const reading = watch.newest()
      const source = missing ? `${missing.file}: ${missing.why}. ${missing.remedy}` : watch.description()
      if (!reading) return { state: 'unknown', source }
      return { state: watch.state().level, usedBytes: reading.usedBytes, limitBytes: reading.limitBytes, source }
    },
    tellRun: (run: LiveRun) => {
      if (missing && once(run, missing)) run.warn('MEMORY_UNWATCHED', { file: missing.file, reason: missing.why, remedy: missing.remedy })
      if (lowered && once(run, lowered)) run.warn('CONCURRENCY_LOWERED', lowered)
      if (hasEnded(run.record.state)) told.delete(run.id)
    },
  }
}

/** What stages may share: the limit less what is taken already (this engine, its host, other programs) and the reserve; at least a quarter, so that something can run. */
function leasable(limitBytes: number, usedBytes: number): number {
  return Math.max(limitBytes / 4, limitBytes * (1 - reserveShare) - usedBytes)
}

/** What the stages of a run work on, with the models that its plan tells. */
export function workOf({ config, frameIndices, scene, stages }: RunRecord): Workload {
  const models = stages.flatMap(({ plan }) => (plan?.model ? [plan.model] : []))
  return { config, frameCount: frameIndices.length, width: scene.width, height: scene.height, models }
}

/** A backend of its own for each model: what one network takes says nothing of another. */
function costKey(stage: string, { config, width, height, models }: Workload): StageKey {
  const { reads = [], carriesModel = false } = stageOf(config, stage) ?? {}
  const model = models.find((one) => one.stage === stage)?.model
  const settings = reads.map((path) => path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config))
  return {
    pipeline: my3dis.id,
    stage: carriesModel ? `${stage} ${model ? `model ${model.sha256}` : 'builtin'}` : stage,
    settingsKey: createHash('sha256')
      .update(canonicalJson(settings.map(withoutPlaces)))
      .digest('hex')
      .slice(0, 16),
    sceneSizeKey: `${width}x${height}`,
    device: deviceOfStage(stage, config),
  }
}

/** Where a model lies and on which device it runs are told beside the settings. */
function withoutPlaces(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return settings
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !['model', 'fallbacks', 'device'].includes(key)))
}

/** How much a stage has to do, in units of its progress. */
function unitsOf(stage: string, { config, frameCount }: Workload): number {
  if (stage === 'tracker') return frameCount
  if (config.commands.some(({ id }) => id === stage)) return 1
  if (stage === 'report') return previewTargets(config, frameCount).positions.length + 1
  return candidatePositions(frameCount, config.stages.ssam.every).length
}
