// Builds the engine out of its rooms, and attaches channels to it. The one door by which hosts know it.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorLine, RunSummary } from '#api/api'
import type { Channel } from '#api/channel'
import { serveEngine } from '#api/server'
import { warningOf } from '#core/base/degraded-table'
import type { KnownModel } from '#core/model/known-models'
import type { Known } from '#core/run/provenance'
import { type Disk, realDisk } from './disk/disk.ts'
import { permittedFiles } from './files.ts'
import { createHandlers } from './handlers.ts'
import { createBenchBook } from './models/bench-book.ts'
import { createModelStore } from './models/model-store.ts'
import { createModelRoom } from './models/model-words.ts'
import { modelStoreLines } from './models/store-health.ts'
import { createTrialWorker } from './models/trial-worker.ts'
import { providerLines } from './monitor/provider-lines.ts'
import type { FileReader } from './monitor/cgroup-files.ts'
import { examine } from './monitor/doctor.ts'
import { startGpuProbe } from './monitor/gpu-probe.ts'
import { registryTables } from './registry/registry-tables.ts'
import { foreignOpener } from './my3dis/open-foreign.ts'
import { openRegistry, type Registry } from './registry/registry.ts'
import { summaryFromRecord } from './registry/run-summary.ts'
import { createPromptWorker } from './prompts/prompt-worker.ts'
import { createPrompts } from './prompts/prompts.ts'
import { createQueueBook, queueTables } from './runs/queue-book.ts'
import { createRunStore, type RunStore } from './runs/run-store.ts'
import { stageIndexTables } from './runs/stage-index.ts'
import { createWorkshop } from './runs/workshop.ts'
import type { WorkerProcess } from './runs/worker-pool.ts'
import { leaseTables } from './schedule/lease-book.ts'
import { stageCostTables } from './schedule/stage-costs.ts'
import { createSceneStore } from './scenes/scene-store.ts'
import { createThumbnailCache } from './scenes/thumbnail-cache.ts'
import { type Database, openDatabase } from './state/database.ts'
import { benchFolderOf } from './state/state-folder.ts'
import { createFileHashes, fileHashTables } from './state/file-hashes.ts'
import { createKeptPrompts, keptPromptTables } from './state/kept-prompts.ts'
import { createObjectNotes, objectNoteTables } from './state/object-notes.ts'
import { createPictureRoots, pictureRootTables } from './state/picture-roots.ts'

export type { WorkerProcess } from './runs/worker-pool.ts'
export { openRunFolder, type RunFolder } from './runs/open-run-folder.ts'
export { openOwnReader } from './runs/own-reader.ts'
export { lossCodes } from './my3dis/repack/repack-finding.ts'
export { describeMy3dis } from './my3dis/describe/run-description.ts'
export { openMy3dis } from './my3dis/my3dis-run.ts'
export { repackMy3dis } from './my3dis/repack/repack.ts'
export type { RepackResult } from './my3dis/repack/repack-report.ts'
export { annotationsOf, type Answer, runAnswer } from './compare/answer.ts'
export { type AnswersCompared, compareAnswers } from './compare/compare-answers.ts'
export { checkReportPlace, writeReport } from './compare/compare-report.ts'
export {
  answersTable,
  levelTable,
  meaningOfPair,
  pairHeading,
  placesTable,
  settingsTable,
  truthTable,
  worstFrames,
  worstFramesTable,
} from './compare/compare-text.ts'
export { anyObject, idsOf, listMasks, numbersObjects, objectsOf, pairByName, readRaster, stemOf } from './compare/mask-folder.ts'
export { type IndexRaster, indicesFromPng, pngFromIndices } from './compare/png-index.ts'
export { mediaTypeOf } from './frame-answer.ts'
export { fileBytes } from './archive/file-source.ts'
export { resultHash } from './archive/result-hash.ts'
export { type ExportRequest, type ExportResult, exportRun } from './export/export-run.ts'
export { openRegistryAt, type RegistryDoor } from './registry/registry-door.ts'
export { benchFolderOf, modelsFolderOf, stateFolderOf } from './state/state-folder.ts'
export { commitOf, versionOf } from './runs/provenance.ts'
export { createModelStore, type ModelStore } from './models/model-store.ts'
export { fetchModel } from './models/fetch-model.ts'
export type { FetchProgress } from './models/fetch-file.ts'
export { modelAt, type StoredModel } from './models/model-listing.ts'
export { readKnownModels } from './models/known-list.ts'
export { type BenchBook, createBenchBook } from './models/bench-book.ts'
export { benchModel, checkTrial, trialOrderOf } from './models/trial-order.ts'
export { createTrialWorker } from './models/trial-worker.ts'

export type EngineOptions = {
  /** Where the state database and the demo scene are kept. */
  readonly stateFolder: string
  readonly defaultOutput: string
  /** The store of models; the folder `models` of the state folder when it is not told. */
  readonly modelsFolder?: string | undefined
  /** Public models that can be fetched or exported; none when the host does not tell. */
  readonly knownModels?: readonly KnownModel[]
  /** Home folder of the person: where browsing starts. */
  readonly home: string
  /** Folders that may be shown and written; undefined = everything this process may. */
  readonly roots: readonly string[] | undefined
  readonly buildId: string
  readonly version: string
  /** A service stays (window, server): it goes on with queued runs of services before it. A command's runs are its own. */
  readonly service?: boolean
  /** Commit of the program. */
  readonly commit?: Known
  /** Hash of the code of the workers: results of other code are not taken over. */
  readonly workerCode?: string
  readonly inferenceRuntime?: Known
  /** An executable that is told of each run that ended. */
  readonly outcomeProgram?: string
  readonly spawnWorker: (device: string) => Promise<WorkerProcess>
  /** Lines of the host for the doctor, such as the state of Electron's runtime. */
  readonly extraDoctorLines?: () => Promise<DoctorLine[]>
  /** Given in drills: a disk that fails, and files of a control group. */
  readonly disk?: Disk
  readonly memoryReader?: FileReader
}

export type Engine = {
  /** Serves the contract on a channel until it closes. */
  attach(channel: Channel): void
  /** Brings what runs to rest, ends every worker, closes every file. */
  close(): Promise<void>
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  await mkdir(options.stateFolder, { recursive: true })
  const files = permittedFiles(options.roots, options.home)
  const disk = options.disk ?? realDisk
  const database = openDatabase(options.stateFolder, [
    ...registryTables,
    ...queueTables,
    ...stageIndexTables,
    ...fileHashTables,
    ...leaseTables,
    ...stageCostTables,
    ...pictureRootTables,
    ...objectNoteTables,
    ...keptPromptTables,
  ])
  const registry = openRegistry(database, { stateFolder: options.stateFolder, permit: (path) => files.permit(path), disk })
  const pictureRoots = createPictureRoots(database)
  const store = createRunStore(registry, foreignOpener(options.stateFolder, pictureRoots))
  const gpu = startGpuProbe()
  const bell = makeBell()
  const scenes = createSceneStore(options.stateFolder)
  const modelStore = createModelStore(options.modelsFolder ?? join(options.stateFolder, 'models'), options.knownModels ?? [])
  const modelBell = makeBell()
  const trials = createTrialWorker(options.spawnWorker)
  const models = createModelRoom({
    store: modelStore,
    benches: createBenchBook(benchFolderOf(options.stateFolder)),
    tryModel: trials.tryModel,
    ring: modelBell.ring,
    whenever: (signal, look) => whenever(modelBell, signal, look),
  })
  const unknown = (what: string): Known => ({ unknown: `${what} was not told by the host` })
  const inferenceRuntime = options.inferenceRuntime ?? unknown('its version')
  const workshop = await createWorkshop({
    models: modelStore,
    disk,
    database,
    registry,
    store,
    gpu,
    scenes,
    book: createQueueBook(database, options.service === true),
    service: options.service === true,
    program: {
      version: options.version,
      buildId: options.buildId,
      commit: options.commit ?? unknown('the commit'),
      workerCode: options.workerCode ?? options.buildId,
      inferenceRuntime,
    },
    spawnWorker: options.spawnWorker,
    outcomeProgram: options.outcomeProgram,
    changed: bell.ring,
    memoryReader: options.memoryReader,
  })
  const promptWorker = createPromptWorker(options.spawnWorker)
  const hashes = createFileHashes(database)
  const prompts = createPrompts(promptWorker, modelStore, createKeptPrompts(database), async (path) => (await hashes.of(path)).sha256)
  const none = async (): Promise<DoctorLine[]> => []
  const service = createHandlers({
    options,
    files,
    scenes,
    registry,
    store,
    workshop,
    pictureRoots,
    models,
    thumbnails: createThumbnailCache(options.stateFolder),
    objectNotes: createObjectNotes(database),
    prompts,
    examine: () =>
      examine({
        outputFolder: options.defaultOutput,
        extra: async () => [...(await (options.extraDoctorLines ?? none)()), ...stateLines(database)],
        providers: () => providerLines(trials, inferenceRuntime),
        models: () => modelStoreLines(modelStore),
      }),
    changed: bell.ring,
    nextChange: bell.next,
    watchList: (signal) => whenever(bell, signal, () => listNow(registry, store)),
    watchQueue: (signal) => whenever(bell, signal, async () => workshop.view()),
  })
  await workshop.queue.adopt()
  return {
    attach: (channel) => serveEngine(channel, service),
    close: async () => {
      await promptWorker.close()
      await workshop.close()
      await models.close()
      gpu.close()
      await store.close()
      database.close()
    },
  }
}

/** Where the state database of these options lies, for people who look. */
export function stateDatabaseOf(stateFolder: string): string {
  return join(stateFolder, 'state.sqlite')
}

/** Runs tell it too, but a person may look for the old ones before there is a new one. */
function stateLines({ rebuilt }: Database): DoctorLine[] {
  if (!rebuilt) return []
  const { title, message, remedy } = warningOf('REGISTRY_REBUILT', rebuilt)
  return [{ id: 'state', title, state: 'broken', found: message, remedy }]
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

const pauseMs = 250

/** What `look` gives now, and again after changes, at most four times a second. */
async function* whenever<T>(bell: Bell, signal: AbortSignal | undefined, look: () => Promise<T>): AsyncGenerator<T> {
  while (!signal?.aborted) {
    const changed = bell.next(signal)
    yield await look()
    await changed
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** Live runs are told from their record, not from the registry. */
async function listNow(registry: Registry, store: RunStore): Promise<RunSummary[]> {
  const live = new Map(store.liveRuns().map((run) => [run.id, summaryFromRecord(run.record, run.folder)]))
  return (await registry.list()).map((summary) => live.get(summary.id) ?? summary)
}
