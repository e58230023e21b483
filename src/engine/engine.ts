// Builds the engine out of its rooms, and attaches channels to it. The one door by which hosts know it.
import { mkdir } from 'node:fs/promises'
import type { DoctorLine, RunSummary } from '#api/api'
import type { Channel } from '#api/channel'
import { serveEngine } from '#api/server'
import { permittedFiles } from './files.ts'
import { createHandlers, nameOfRun } from './handlers.ts'
import { examine } from './monitor/doctor.ts'
import { startGpuProbe } from './monitor/gpu-probe.ts'
import { openRunList, type RunList, summaryFromRecord } from './runs/run-list.ts'
import { createRunQueue } from './runs/run-queue.ts'
import { createRunStore, type RunStore } from './runs/run-store.ts'
import { createWorkerPool, type WorkerProcess } from './runs/worker-pool.ts'
import { createSceneStore } from './scenes/scene-store.ts'

export type { WorkerProcess } from './runs/worker-pool.ts'
export { openRunFolder, type RunFolder } from './runs/open-run-folder.ts'
export { mediaTypeOf } from './frame-answer.ts'

export type EngineOptions = {
  /** Where the list of runs and the demo scene are kept. */
  readonly stateFolder: string
  readonly defaultOutput: string
  /** Home folder of the person: where browsing starts. */
  readonly home: string
  /** Folders that may be shown and written; undefined = everything this process may. */
  readonly roots: readonly string[] | undefined
  readonly buildId: string
  readonly version: string
  readonly spawnWorker: (device: string) => Promise<WorkerProcess>
  /** Lines of the host for the doctor, such as the state of Electron's runtime. */
  readonly extraDoctorLines?: () => Promise<DoctorLine[]>
  /** Lines about the providers of the inference runtime, found by trying in a process of its own. */
  readonly providerDoctorLines?: () => Promise<DoctorLine[]>
}

export type Engine = {
  /** Serves the contract on a channel until it closes. */
  attach(channel: Channel): void
  /** Cancels what runs, ends every worker, closes every file. */
  close(): Promise<void>
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  await mkdir(options.stateFolder, { recursive: true })
  const files = permittedFiles(options.roots, options.home)
  const scenes = createSceneStore(options.stateFolder)
  const list = openRunList(options.stateFolder)
  const store = createRunStore(list)
  const pool = createWorkerPool(options.spawnWorker)
  const gpu = startGpuProbe()
  const bell = makeBell()
  const { version, buildId } = options
  const queue = createRunQueue({ scenes, store, list, pool, gpu, version, buildId, nameOf: nameOfRun, listChanged: bell.ring })
  const none = async (): Promise<DoctorLine[]> => []
  const service = createHandlers({
    options,
    files,
    scenes,
    list,
    store,
    queue,
    examine: () =>
      examine({
        outputFolder: options.defaultOutput,
        extra: options.extraDoctorLines ?? none,
        providers: options.providerDoctorLines ?? none,
      }),
    listChanged: bell.ring,
    watchList: (signal) => watchList(list, store, bell, signal),
  })
  return {
    attach: (channel) => serveEngine(channel, service),
    close: async () => {
      await queue.close()
      await pool.close()
      gpu.close()
      await store.close()
    },
  }
}

type Bell = { ring(): void; next(signal: AbortSignal | undefined): Promise<void> }

/** Wakes everyone who waits for the next change. */
function makeBell(): Bell {
  let sleepers: (() => void)[] = []
  return {
    ring: () => {
      const awake = sleepers
      sleepers = []
      for (const wake of awake) wake()
    },
    next: (signal) =>
      new Promise((resolve) => {
        sleepers.push(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
}

const listPauseMs = 250

/** The list, and again after changes; live runs are told from their record, not from the file. */
async function* watchList(list: RunList, store: RunStore, bell: Bell, signal: AbortSignal | undefined): AsyncGenerator<RunSummary[]> {
  while (!signal?.aborted) {
    const changed = bell.next(signal)
    const live = new Map(store.liveRuns().map((run) => [run.id, summaryFromRecord(run.record, run.folder)]))
    yield (await list.list()).map((summary) => live.get(summary.id) ?? summary)
    await changed
    await new Promise((resolve) => setTimeout(resolve, listPauseMs))
  }
}
