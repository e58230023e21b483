// One handler for each word of the contract: parsed input in, rooms of the engine asked, answer out.
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { type DoctorLine, type RunSummary, StageCoverage } from '#api/api'
import { type EngineService, implementApi } from '#api/server'
import { Fault } from '#core/base/fault'
import { hasEnded } from '#core/run/run'
import { TrackList } from '#core/segment/track'
import { artifactName } from '#core/archive/manifest'
import { RunConfig } from '#core/run/run-config'
import { demoScenePath } from '#core/scene/scene'
import { answerFile, answerFrame, answerThumbnail } from './frame-answer.ts'
import type { Files } from './files.ts'
import { readRunFolder } from './runs/run-folder.ts'
import { type RunList, summaryFromRecord } from './runs/run-list.ts'
import type { RunQueue } from './runs/run-queue.ts'
import type { KnownRun, RunStore } from './runs/run-store.ts'
import type { SceneStore } from './scenes/scene-store.ts'

/** What the handlers may ask. */
export type EngineRooms = {
  readonly options: { readonly buildId: string; readonly version: string; readonly defaultOutput: string; readonly home: string }
  readonly files: Files
  readonly scenes: SceneStore
  readonly list: RunList
  readonly store: RunStore
  readonly queue: RunQueue
  examine(): Promise<DoctorLine[]>
  listChanged(): void
  watchList(signal: AbortSignal | undefined): AsyncGenerator<RunSummary[]>
}

export function createHandlers(rooms: EngineRooms): EngineService {
  const os = implementApi()
  const router = os.router({
    app: {
      hello: os.app.hello.handler(() => {
        const { buildId, version, defaultOutput, home } = rooms.options
        return { buildId, version, machine: hostname(), defaultOutput, home, platform: process.platform }
      }),
      doctor: os.app.doctor.handler(() => rooms.examine()),
    },
    files: { list: os.files.list.handler(({ input }) => rooms.files.list(input.path)) },
    scenes: {
      probe: os.scenes.probe.handler(async ({ input }) => {
        if (input.path !== demoScenePath) await rooms.files.permit(input.path)
        return rooms.scenes.probe(input.path)
      }),
    },
    runs: {
      list: os.runs.list.handler(() => rooms.list.list()),
      watchList: os.runs.watchList.handler(({ signal }) => rooms.watchList(signal)),
      start: os.runs.start.handler(async ({ input, signal }) => {
        if (input.scene !== demoScenePath) await rooms.files.permit(input.scene)
        await rooms.files.permit(input.output)
        return { runId: await rooms.queue.start(input, signal) }
      }),
      startDemo: os.runs.startDemo.handler(async ({ signal }) => {
        const config = RunConfig.parse({ scene: demoScenePath, output: rooms.options.defaultOutput, name: 'Demo scene' })
        return { runId: await rooms.queue.start(config, signal) }
      }),
      cancel: os.runs.cancel.handler(({ input }) => cancelRun(rooms, input.runId)),
      open: os.runs.open.handler(async ({ input }) => {
        const folder = await rooms.files.permit(input.path)
        const { record } = await readRunFolder(folder)
        await rooms.list.put(summaryFromRecord(record, folder))
        rooms.listChanged()
        return { runId: record.id }
      }),
      forget: os.runs.forget.handler(async ({ input }) => {
        const run = rooms.store.liveRuns().find((live) => live.id === input.runId)
        if (run && !hasEnded(run.record.state))
          throw new Fault('CONFIG_INVALID', { where: 'runs.forget', reason: 'the run is still going; cancel it first' })
        await rooms.list.forget(input.runId)
        await rooms.store.forget(input.runId)
        rooms.listChanged()
        return {}
      }),
      // The run is found before the stream begins: a fault thrown inside a stream would lose its code.
      events: os.runs.events.handler(async ({ input, signal }) => (await rooms.store.get(input.runId)).hub.follow(input.after, signal)),
      coverage: os.runs.coverage.handler(async ({ input }) => coverageOf(await rooms.store.get(input.runId))),
      tracks: os.runs.tracks.handler(async ({ input }) => tracksOf(await rooms.store.get(input.runId))),
    },
  })
  return {
    router,
    bytes: async (query) => {
      const run = await rooms.store.get(query.runId)
      if (query.what === 'frame') return answerFrame(run, query)
      return query.what === 'thumbnail' ? answerThumbnail(run, query) : answerFile(run, query.path)
    },
  }
}

async function cancelRun(rooms: EngineRooms, runId: string): Promise<{ state: string }> {
  const run = rooms.store.liveRuns().find((live) => live.id === runId)
  if (!run) {
    const { record } = await rooms.store.get(runId)
    throw new Fault('RUN_NOT_RUNNING', { run: record.name, state: record.state })
  }
  if (hasEnded(run.record.state)) throw new Fault('RUN_NOT_RUNNING', { run: run.record.name, state: run.record.state })
  if (!run.cancelled.aborted) {
    run.tell({ type: 'cancelRequested' })
    run.cancel()
  }
  await run.finished
  return { state: run.record.state }
}

function coverageOf(run: KnownRun): StageCoverage[] {
  const groups = new Map<string, StageCoverage>()
  for (const entry of run.archive.listing.entries.values()) {
    if (entry.kind !== 'masks' || entry.level === undefined || entry.frameIndex === undefined) continue
    const stage = StageCoverage.shape.stage.parse(entry.stage)
    const key = `${stage}/${entry.level}`
    const group = groups.get(key) ?? { stage, level: entry.level, frameIndices: [] }
    group.frameIndices.push(entry.frameIndex)
    groups.set(key, group)
  }
  for (const group of groups.values()) group.frameIndices.sort((a, b) => a - b)
  return [...groups.values()]
}

async function tracksOf(run: KnownRun): Promise<TrackList> {
  const entry = run.archive.listing.entries.get(artifactName('tracker', 'tracks'))
  if (!entry) return { framesDone: 0, tracks: [] }
  return TrackList.parse(JSON.parse(new TextDecoder().decode(await run.archive.read(entry))))
}

/** The name shown for a run: what the person called it, else its scene. */
export function nameOfRun(config: RunConfig, sceneName: string): string {
  return config.name.trim() || sceneName || basename(config.scene)
}
