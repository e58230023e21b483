// One handler for each word of the contract: parsed input in, rooms of the engine asked, answer out.
import { hostname } from 'node:os'
import type { DoctorLine, RunSummary, StartRequest } from '#api/api'
import type { QueueState } from '#api/queue-state'
import { type EngineService, implementApi } from '#api/server'
import { Fault, noteFromError } from '#core/base/fault'
import { isAtRest } from './runs/live-run.ts'
import { RunConfig } from '#core/run/run-config'
import type { RunDescription } from '#core/run/run-description'
import type { RunEvent } from '#core/run/run-event'
import { demoScenePath } from '#core/scene/scene'
import { exportComparison } from './compare/export-comparison.ts'
import { answerReference, openReference } from './compare/reference.ts'
import { ArchiveClosed } from './archive/open-archive.ts'
import { takeAnything } from './my3dis/take-anything.ts'
import { exportStream } from './export/export-stream.ts'
import { answerSceneLayers, answerSceneRaster } from './scenes/scene-raster.ts'
import { answerFile, answerFrame, answerThumbnail, nameOfFrame } from './frame-answer.ts'
import type { Files } from './files.ts'
import type { Registry } from './registry/registry.ts'
import type { KnownRun, RunStore } from './runs/run-store.ts'
import { readTrackOrigin } from './runs/track-origin.ts'
import type { Workshop } from './runs/workshop.ts'
import { findScenes } from './scenes/find-scenes.ts'
import type { SceneStore } from './scenes/scene-store.ts'
import type { ThumbnailCache } from './scenes/thumbnail-cache.ts'
import type { Prompts } from './prompts/prompts.ts'
import type { ObjectNotes } from './state/object-notes.ts'
import type { ModelRoom } from './models/model-words.ts'
import type { PictureRoots } from './state/picture-roots.ts'

/** What the handlers may ask. */
export type EngineRooms = {
  readonly options: { readonly buildId: string; readonly version: string; readonly defaultOutput: string; readonly home: string }
  readonly files: Files
  readonly scenes: SceneStore
  readonly registry: Registry
  readonly store: RunStore
  readonly workshop: Workshop
  readonly pictureRoots: PictureRoots
  readonly models: ModelRoom
  readonly thumbnails: ThumbnailCache
  readonly objectNotes: ObjectNotes
  readonly prompts: Prompts
  examine(): Promise<DoctorLine[]>
  changed(): void
  nextChange(signal: AbortSignal | undefined): Promise<void>
  watchList(signal: AbortSignal | undefined): AsyncGenerator<RunSummary[]>
  watchQueue(signal: AbortSignal | undefined): AsyncGenerator<QueueState>
}

export function createHandlers(rooms: EngineRooms): EngineService {
  const os = implementApi()
  const { registry, store, workshop, files } = rooms
  const { queue } = workshop
  const permitRun = async (request: StartRequest) => {
    if (request.scene !== demoScenePath) await files.permit(request.scene)
    await files.permit(request.output)
  }
  const start = async (request: StartRequest, signal: AbortSignal | undefined): Promise<string> => {
    await permitRun(request)
    const { origins, rerunFrom, ...config } = request
    return queue.start({ config, origins: origins ?? {}, rerunFrom }, signal)
  }
  const router = os.router({
    app: {
      hello: os.app.hello.handler(() => {
        const { buildId, version, defaultOutput, home } = rooms.options
        return { buildId, version, machine: hostname(), defaultOutput, home, platform: process.platform }
      }),
      doctor: os.app.doctor.handler(() => rooms.examine()),
    },
    files: { list: os.files.list.handler(({ input }) => files.list(input.path)) },
    scenes: {
      probe: os.scenes.probe.handler(async ({ input }) => {
        if (input.path !== demoScenePath) await files.permit(input.path)
        return rooms.scenes.probe(input.path)
      }),
      find: os.scenes.find.handler(async ({ input }) => findScenes(await files.permit(input.path))),
    },
    runs: {
      list: os.runs.list.handler(() => registry.list()),
      watchList: os.runs.watchList.handler(({ signal }) => rooms.watchList(signal)),
      start: os.runs.start.handler(async ({ input, signal }) => ({ runId: await start(input, signal) })),
      startAll: os.runs.startAll.handler(async ({ input, signal }) => {
        const answers: { scene: string; runId?: string; fault?: { code: string; params: Record<string, string | number> } }[] = []
        for (const request of input.runs) {
          try {
            answers.push({ scene: request.scene, runId: await start(request, signal) })
          } catch (error) {
            const { code, params } = noteFromError(error)
            answers.push({ scene: request.scene, fault: { code, params: { ...params } } })
          }
        }
        return answers
      }),
      startDemo: os.runs.startDemo.handler(async ({ signal }) => {
        const config = RunConfig.parse({ scene: demoScenePath, output: rooms.options.defaultOutput, name: 'Demo scene' })
        return { runId: await queue.start({ config, origins: {}, rerunFrom: undefined }, signal) }
      }),
      plan: os.runs.plan.handler(async ({ input, signal }) => {
        await permitRun(input)
        const { rerunFrom, ...config } = input
        return workshop.plan(config, rerunFrom, signal)
      }),
      cancel: os.runs.cancel.handler(async ({ input }) => ({ state: await queue.cancel(input.runId) })),
      pause: os.runs.pause.handler(async ({ input }) => ({ state: await queue.pause(input.runId, input.mode) })),
      continue: os.runs.continue.handler(async ({ input }) => ({ state: await queue.continueRun(input.runId) })),
      retry: os.runs.retry.handler(async ({ input }) => ({ state: await queue.continueRun(input.runId, input.stage) })),
      provenance: os.runs.provenance.handler(async ({ input }) => {
        const { record } = await store.get(input.runId)
        return { provenance: record.provenance, configuration: record.config }
      }),
      describe: os.runs.describe.handler(({ input }) => onOpenRun(store, input.runId, async (run) => mutable(await run.description()))),
      setPictures: os.runs.setPictures.handler(async ({ input }) => {
        const folder = await files.permit(input.path)
        const { description } = await store.get(input.runId)
        const { pictures } = await description()
        rooms.pictureRoots.remember(pictures.folder, folder)
        await store.forget(input.runId)
        const found = await (await store.get(input.runId)).description()
        if (found.pictures.found === 0) throw new Fault('PICTURES_NOT_THERE', { path: folder, wanted: found.pictures.of })
        rooms.changed()
        return mutable(found)
      }),
      export: os.runs.export.handler(async ({ input, signal }) => {
        const out = await files.permit(input.out)
        return exportStream(await store.get(input.runId), out, input.settings, signal)
      }),
      open: os.runs.open.handler(async ({ input }) => {
        const summary = await registry.open(await files.permit(input.path))
        await noteStages(rooms, summary)
        rooms.changed()
        return { runId: summary.id }
      }),
      take: os.runs.take.handler(async ({ input, signal }) => {
        const taken = await takeAnything(registry, await files.permit(input.path), signal)
        if (!('found' in taken) && taken.program === undefined) await noteStages(rooms, taken)
        rooms.changed()
        return 'found' in taken ? taken : { runId: taken.id }
      }),
      forget: os.runs.forget.handler(async ({ input }) => {
        refuseWhileGoing(rooms, input.runId)
        await registry.forget(input.runId)
        await store.forget(input.runId)
        rooms.changed()
        return {}
      }),
      // The run is found before the stream begins: a fault thrown inside a stream would lose its code.
      events: os.runs.events.handler(async ({ input, signal }) => followRun(rooms, await store.get(input.runId), input, signal)),
      coverage: os.runs.coverage.handler(({ input }) =>
        onOpenRun(store, input.runId, async ({ reader }) =>
          (await reader.places()).map(({ frameIndices, ...place }) => ({ ...place, frameIndices: [...frameIndices] })),
        ),
      ),
      tracks: os.runs.tracks.handler(({ input }) => onOpenRun(store, input.runId, ({ reader }) => reader.tracks())),
    },
    compare: {
      openReference: os.compare.openReference.handler(async ({ input }) => {
        const path = await files.permit(input.path)
        return onOpenRun(store, input.runId, async (run) => openReference(path, run))
      }),
      export: os.compare.export.handler(async ({ input, signal }) => exportComparison(rooms, input, signal)),
    },
    models: rooms.models.handlers(os, files),
    objects: {
      notes: os.objects.notes.handler(({ input }) => rooms.objectNotes.of(input.runId)),
      annotate: os.objects.annotate.handler(async ({ input: { runId, ...change } }) => {
        await store.get(runId)
        rooms.objectNotes.change(runId, change)
        return {}
      }),
      origin: os.objects.origin.handler(({ input }) =>
        onOpenRun(store, input.runId, ({ reader }) => readTrackOrigin(reader, input.objectId)),
      ),
    },
    prompts: {
      mask: os.prompts.mask.handler(({ input: { runId, frameIndex, model, question, again }, signal }) =>
        onOpenRun(store, runId, (run) => rooms.prompts.mask(run, { ...question, frameIndex, model, again }, signal)),
      ),
      models: os.prompts.models.handler(({ input }) => onOpenRun(store, input.runId, (run) => rooms.prompts.models(run))),
      list: os.prompts.list.handler(({ input }) => onOpenRun(store, input.runId, async (run) => rooms.prompts.list(run))),
      keep: os.prompts.keep.handler(({ input: { runId, ...prompt } }) =>
        onOpenRun(store, runId, async (run) => rooms.prompts.keep(run, prompt)),
      ),
      remove: os.prompts.remove.handler(({ input }) =>
        onOpenRun(store, input.runId, async (run) => {
          rooms.prompts.remove(run, input.id)
          return {}
        }),
      ),
      track: os.prompts.track.handler(async ({ input, signal }) => ({
        runId: await start(await onOpenRun(store, input.runId, async (run) => rooms.prompts.configOf(run)), signal),
      })),
    },
    queue: {
      watch: os.queue.watch.handler(({ signal }) => rooms.watchQueue(signal)),
      move: os.queue.move.handler(({ input }) => {
        workshop.move(input.runId, input.before)
        return {}
      }),
      setPaused: os.queue.setPaused.handler(({ input }) => {
        workshop.setPaused(input.paused)
        return {}
      }),
      setParallel: os.queue.setParallel.handler(({ input }) => {
        workshop.setParallel(input.parallel)
        return {}
      }),
    },
    registry: {
      search: os.registry.search.handler(async ({ input }) => ({ ...(await registry.search(input)), tags: await registry.allTags() })),
      annotate: os.registry.annotate.handler(async ({ input }) => {
        await registry.annotate(input.runId, input)
        rooms.changed()
        return {}
      }),
      size: os.registry.size.handler(({ input }) => registry.sizeOf(input.runId)),
      delete: os.registry.delete.handler(async ({ input }) => {
        refuseWhileGoing(rooms, input.runId)
        const summary = await registry.find(input.runId)
        await store.forget(input.runId)
        await registry.remove(input.runId)
        rooms.objectNotes.forget(input.runId)
        if (summary) workshop.index.forgetFolder(summary.folder)
        rooms.changed()
        return {}
      }),
      scan: os.registry.scan.handler(async ({ input, signal }) => {
        const { found, added, problems } = await registry.scan(await files.permit(input.path), signal)
        for (const summary of await registry.list()) await noteStages(rooms, summary)
        rooms.changed()
        return { found, added, problems: problems.map(({ folder, reason }) => `${folder}: ${reason}`) }
      }),
      exportHistory: os.registry.exportHistory.handler(() => registry.exportHistory()),
      importHistory: os.registry.importHistory.handler(async ({ input }) => {
        const { added, known, bad } = await registry.importHistory(await files.permit(input.path))
        rooms.changed()
        return { added, known, problems: bad.map(({ line, reason }) => `line ${line}: ${reason}`) }
      }),
    },
  })
  return {
    router,
    bytes: (query) =>
      onOpenRun(store, query.runId, async (run) => {
        if (query.what === 'frame') return answerFrame(run, query)
        if (query.what === 'sceneLayers') return answerSceneLayers(run.record.scene.framesPath, run.record.frameNames)
        if (query.what === 'sceneRaster')
          return answerSceneRaster(run.record.scene.framesPath, nameOfFrame(run, query.frameIndex), query.frameIndex, query.kind)
        if (query.what === 'reference') return answerReference({ ...query, path: await files.permit(query.path) }, run)
        return query.what === 'thumbnail' ? answerThumbnail(run, query, rooms.thumbnails) : answerFile(run, query.path)
      }),
  }
}

/** As the contract has it: a copy that may be written to. */
function mutable({ repairs, missing, ...rest }: RunDescription) {
  return { ...rest, repairs: [...repairs], missing: [...missing] }
}

/** A run may come to rest, or be opened anew, under a question: then it is asked again. */
async function onOpenRun<T>(store: RunStore, runId: string, ask: (run: KnownRun) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(await store.get(runId))
    } catch (error) {
      const closed = error instanceof ArchiveClosed || (error instanceof Error && 'code' in error && error.code === 'EBADF')
      if (!closed || attempt === 4) throw error
    }
  }
}

/** Goes on over a rest: a paused run that is taken up again goes on in the same stream. It ends when the run has ended. */
async function* followRun(
  rooms: EngineRooms,
  first: KnownRun,
  { runId, after }: { readonly runId: string; readonly after: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent[]> {
  let seen = after
  let known = first
  for (;;) {
    for await (const batch of known.hub.follow(seen, signal)) {
      seen = batch.at(-1)?.seq ?? seen
      yield batch
    }
    while (!signal?.aborted && known.record.state === 'paused') {
      // Asked for before the look: a change between look and wait would never be heard.
      const changed = rooms.nextChange(signal)
      known = await rooms.store.get(runId)
      if (known.record.state === 'paused') await changed
    }
    if (signal?.aborted || known.record.seq <= seen) return
  }
}

function refuseWhileGoing({ store }: EngineRooms, runId: string): void {
  const run = store.liveRuns().find((live) => live.id === runId)
  if (run && !isAtRest(run.record)) throw new Fault('RUN_IN_USE', { run: run.record.name, state: run.record.state })
}

/** Finished stages of a run that was brought in can be taken over by new runs. */
async function noteStages({ workshop }: EngineRooms, { id, folder, name, scenePath }: RunSummary): Promise<void> {
  await workshop.index.noteFolder({ runId: id, folder, name, scenePath })
}
