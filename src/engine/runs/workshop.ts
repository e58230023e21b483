// Puts together what carries runs out: queue, dispatcher, workers, plans; and says in one picture who has what and who waits.
import type { QueueState } from '#api/queue-state'
import type { Origins } from '#core/run/provenance'
import type { RunConfig } from '#core/run/run-config'
import type { RunPlan } from '#core/run/run-plan'
import type { Disk } from '../disk/disk.ts'
import type { FileReader } from '../monitor/cgroup-files.ts'
import type { ModelStore } from '../models/model-store.ts'
import type { GpuProbe } from '../monitor/gpu-probe.ts'
import type { Registry } from '../registry/registry.ts'
import type { SceneStore } from '../scenes/scene-store.ts'
import type { Database } from '../state/database.ts'
import { createFileHashes } from '../state/file-hashes.ts'
import { createDispatcher } from './dispatcher.ts'
import { createResources, workOf } from './resources.ts'
import type { LiveRun } from './live-run.ts'
import { measureInputs } from './inputs.ts'
import { planStages } from './plan-stages.ts'
import { type PrepareParts, previewRun } from './prepare-run.ts'
import { describeMachine, gatherProvenance, type Program } from './provenance.ts'
import type { QueueBook } from './queue-book.ts'
import { queueView } from './queue-view.ts'
import { createRunQueue, type RunQueue } from './run-queue.ts'
import type { RunStore } from './run-store.ts'
import { previousRun } from './previous-run.ts'
import { tellOutcome } from './outcome-program.ts'
import { carryOut } from './runner.ts'
import { createStageIndex, type StageIndex } from './stage-index.ts'
import { createWorkerPool, type WorkerProcess } from './worker-pool.ts'

export type WorkshopParts = {
  readonly disk: Disk
  readonly models: Pick<ModelStore, 'lookUp'>
  readonly database: Database
  readonly registry: Registry
  readonly store: RunStore
  readonly gpu: GpuProbe
  readonly scenes: SceneStore
  readonly book: QueueBook
  readonly service: boolean
  readonly program: Program
  readonly spawnWorker: (device: string) => Promise<WorkerProcess>
  readonly outcomeProgram: string | undefined
  readonly changed: () => void
  /** Given in drills. */
  readonly memoryReader: FileReader | undefined
}

export type Workshop = {
  readonly queue: RunQueue
  readonly index: StageIndex
  plan(config: RunConfig, rerunFrom: string | undefined, signal: AbortSignal | undefined): Promise<RunPlan>
  view(): QueueState
  move(runId: string, before: string | undefined): void
  setPaused(paused: boolean): void
  setParallel(parallel: number): void
  close(): Promise<void>
}

export async function createWorkshop(parts: WorkshopParts): Promise<Workshop> {
  const { database, store, gpu, book, program, changed } = parts
  const hashes = createFileHashes(database)
  const index = createStageIndex(database)
  const pool = createWorkerPool(parts.spawnWorker)
  const nameOf = (runId: string) => store.liveRuns().find((run) => run.id === runId)?.record.name ?? runId
  let ready = false
  const resources = await createResources({
    database,
    parallel: book.parallel,
    reader: parts.memoryReader,
    going: () => (ready ? dispatcher.schedule.leases.length : 0),
    changed: () => {
      if (ready) applyLimits()
    },
  })
  const dispatcher = createDispatcher(resources.devices, resources.leases, nameOf, changed)
  const applyLimits = () => {
    const runs = store.liveRuns()
    resources.setParallel(book.parallel, runs.length > 0 && runs.every((run) => run.record.config.limits.memoryPolicy === 'warn'))
    dispatcher.setLimits({ parallel: book.parallel, cap: resources.cap(book.parallel), stopped: resources.stopped })
    for (const run of runs) resources.tellRun(run)
    queue.pump()
  }
  const planParts = { index, hashes, models: parts.models, code: program.workerCode, predict: resources.predict }
  const prepare: PrepareParts = {
    scenes: parts.scenes,
    plan: planParts,
    devices: () => resources.devices,
    memoryConflict: resources.conflict,
  }
  // The driver is asked once, by whoever needs the answer first.
  let machine: ReturnType<typeof describeMachine> | undefined
  const machineOnce = () => {
    machine ??= describeMachine(program, gpu)
    return machine
  }
  const carry = async (run: LiveRun, rerunFrom: string | undefined, opened: Parameters<typeof carryOut>[1]['opened']) => {
    const { config, frameIndices, frameNames, scene } = run.record
    resources.tellRun(run)
    if (database.rebuilt && !run.record.warnings.some(({ code }) => code === 'REGISTRY_REBUILT'))
      run.warn('REGISTRY_REBUILT', database.rebuilt)
    await carryOut(run, {
      disk: parts.disk,
      pool,
      gpu,
      dispatcher,
      index,
      hashes,
      memory: resources.judge,
      opened,
      plan: async (here) =>
        planStages(planParts, {
          config,
          scenePath: config.scene,
          frameCount: frameIndices.length,
          width: scene.width,
          height: scene.height,
          inputs: await measureInputs(planParts, config, { framesPath: scene.framesPath, frameIndices, frameNames }),
          rerunFrom,
          here,
          folder: run.folder,
        }),
      previous: () => previousRun(parts.registry, run.record),
      noteUse: (use) => resources.noteUse(run.record, use),
      expectedMemory: (stage) => resources.expectedMemory(stage, workOf(run.record)),
    })
    dispatcher.leave(run.id)
  }
  const queue = createRunQueue({
    disk: parts.disk,
    prepare,
    store,
    registry: parts.registry,
    book,
    service: parts.service,
    cap: () => (resources.stopped === undefined ? resources.cap(book.parallel) : 0),
    describe: async (config: RunConfig, origins: Origins, preparation) => ({
      appVersion: program.version,
      buildId: program.buildId,
      provenance: gatherProvenance(program, await machineOnce(), config, origins, preparation.inputs),
    }),
    carryOut: (run, { rerunFrom }, opened) => carry(run, rerunFrom, opened),
    ended: (record, folder) => {
      if (parts.outcomeProgram) tellOutcome(parts.outcomeProgram, record, folder)
    },
    changed: () => {
      dispatcher.order(book.list().map(({ runId }) => runId))
      changed()
    },
  })
  ready = true
  applyLimits()
  return {
    queue,
    index,
    plan: (config, rerunFrom, signal) => previewRun(prepare, config, rerunFrom, signal),
    view: () => queueView({ queue, book, dispatcher, resources }),
    move: (runId, before) => {
      book.move(runId, before)
      dispatcher.order(book.list().map((entry) => entry.runId))
      queue.pump()
    },
    setPaused: (paused) => {
      book.setPaused(paused)
      queue.pump()
    },
    setParallel: (parallel) => {
      book.setParallel(parallel)
      applyLimits()
    },
    close: async () => {
      await queue.close()
      await pool.close()
      dispatcher.close()
      resources.close()
    },
  }
}
