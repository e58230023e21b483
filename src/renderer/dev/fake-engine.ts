// An engine of made-up runs for working on the pages; answers every word of the contract.
import type { BytesAnswer, BytesQuery, StageCoverage } from '#api/api'
import { noPrompts } from '#api/no-prompts'
import { type EngineService, implementApi } from '#api/server'
import type { ObjectNote } from '#core/segment/object-note'
import { Fault } from '#core/base/fault'
import { hasEnded } from '#core/run/run'
import { fakeModels } from './fake-models.ts'
import { fakeRegistry, fakeRunActs } from './fake-queue.ts'
import { type FakeRun, makeFakeRun } from './fake-run.ts'
import { fakeMasks, fakePicture, fakeTracks, frameName, makeFakeScene } from './fake-scene.ts'

const stageNames = ['ssam', 'filter', 'tracker'] as const

export function makeFakeEngine(options: { readonly isEmpty: boolean; readonly stepMs: number }): EngineService {
  const runs = new Map<string, FakeRun>()
  const add = (run: FakeRun) => runs.set(run.id, run)
  const small = makeFakeScene('bedroom', 40, [
    [2, 9],
    [4, 22],
    [6, 48],
  ])
  if (!options.isEmpty) {
    add(makeFakeRun('r-done', 'bedroom, standard', small, { stepMs: 0, gpu: false, ago: 7_900_000 }))
    add(
      makeFakeRun(
        'r-crowd',
        'crowd',
        makeFakeScene(
          'crowd',
          100,
          [
            [2, 300],
            [4, 700],
            [6, 1000],
          ],
          1280,
          720,
        ),
        { stepMs: 0, gpu: true, ago: 86_400_000 },
      ),
    )
    add(makeFakeRun('r-failed', 'red kitchen', small, { stepMs: 0, gpu: false, stopsIn: 'tracker', ending: 'failed', ago: 3_600_000 }))
    add(
      makeFakeRun(
        'r-long',
        'a very long name that somebody gave to a run because it holds the date, the settings 0.60/0.90 and the mood of the evening',
        makeFakeScene('scene_with_an_equally_long_name_0065_00_left_camera_undistorted_half_resolution', 60, [
          [2, 5],
          [4, 14],
        ]),
        { stepMs: 900, gpu: true },
      ),
    )
    add(makeFakeRun('r-cut', 'car-shadow', small, { stepMs: 0, gpu: false, stopsIn: 'ssam', ending: 'interrupted', ago: 400_000_000 }))
  }
  const runOf = (id: string) => {
    const run = runs.get(id)
    if (!run) throw new Fault('RUN_NOT_FOUND', { run: id })
    return run
  }
  const list = () => [...runs.values()].map((run) => run.summary()).sort((a, b) => b.queuedAt - a.queuedAt)
  const os = implementApi()
  const objectNotes = new Map<number, ObjectNote>()
  const router = os.router({
    compare: {
      openReference: os.compare.openReference.handler(({ input }) => {
        throw new Fault('TRUTH_MISMATCH', { path: input.path, reason: 'this engine has no annotations' })
      }),
      export: os.compare.export.handler(async function* ({ input }) {
        yield { done: 0, total: 0, fault: { code: 'PATH_FORBIDDEN', params: { path: input.out } } }
      }),
    },
    models: fakeModels(os),
    prompts: noPrompts(os),
    objects: {
      origin: os.objects.origin.handler(() => ({ merged: [], siblings: [] })),
      notes: os.objects.notes.handler(() => [...objectNotes.values()]),
      annotate: os.objects.annotate.handler(({ input: { objectId, star, note } }) => {
        const before = objectNotes.get(objectId)
        objectNotes.set(objectId, { objectId, star: star ?? before?.star ?? false, note: note ?? before?.note ?? '', at: Date.now() })
        return {}
      }),
    },
    app: {
      hello: os.app.hello.handler(() => ({
        buildId: 'dev',
        version: '0.1.0',
        machine: 'gpu-box',
        defaultOutput: '/home/mira/runs',
        home: '/home/mira',
        platform: 'linux x64',
      })),
      doctor: os.app.doctor.handler(() => [
        { id: 'node', title: 'Node', state: 'ok', found: '24.21.0' },
        { id: 'onnx', title: 'ONNX runtime', state: 'ok', found: '1.30.0, CPU' },
        {
          id: 'gpu',
          title: 'GPU',
          state: 'absent',
          found: 'nvidia-smi was not found',
          remedy: 'Stages run on the CPU. Install the driver to see its load here.',
        },
        {
          id: 'ffmpeg',
          title: 'ffmpeg',
          state: 'absent',
          found: 'not on the path',
          remedy: 'Install it to read videos; folders of frames need nothing.',
        },
        { id: 'disk', title: 'Disk', state: 'ok', found: '53.1 GiB free at /home/mira/runs' },
      ]),
    },
    files: {
      list: os.files.list.handler(({ input }) => {
        if (input.path === '/secret') throw new Fault('PATH_FORBIDDEN', { path: input.path })
        const folder = (name: string) => ({ name, path: `${input.path}/${name}`, kind: 'folder' as const })
        if (input.path === '')
          return {
            path: '',
            entries: [
              { name: '/home/mira', path: '/home/mira', kind: 'folder' },
              { name: '/scenes', path: '/scenes', kind: 'folder' },
            ],
          }
        const frames = Array.from({ length: 30 }, (_, i) => ({
          name: frameName(i),
          path: `${input.path}/${frameName(i)}`,
          kind: 'image' as const,
          sizeBytes: 51_234 + i,
        }))
        return {
          path: input.path,
          parent: input.path.split('/').slice(0, -1).join('/') || '',
          entries: [
            folder('bedroom'),
            folder('outputs'),
            { name: 'run_1', path: `${input.path}/run_1`, kind: 'run' },
            { name: 'walk.mp4', path: `${input.path}/walk.mp4`, kind: 'video', sizeBytes: 5e6 },
            ...frames,
          ],
        }
      }),
    },
    scenes: {
      probe: os.scenes.probe.handler(async ({ input }) => {
        await new Promise((resolve) => setTimeout(resolve, 250))
        if (!input.path.startsWith('/') && input.path !== 'demo') throw new Fault('SCENE_NOT_FOUND', { path: input.path })
        return {
          path: input.path,
          framesPath: input.path,
          name: input.path.split('/').at(-1) || 'scene',
          kind: 'frames',
          frameCount: 214,
          width: 960,
          height: 540,
          firstFrame: frameName(0),
          lastFrame: frameName(213),
          hasDepth: false,
          hasPoses: true,
        }
      }),
      find: os.scenes.find.handler(({ input }) => ({
        path: input.path,
        scenes: Array.from({ length: 7 }, (_, i) => ({
          name: `scene_000${i}`,
          path: `${input.path}/scene_000${i}`,
          frameCount: 120 + 31 * i,
        })),
      })),
    },
    ...fakeRegistry(os, list),
    runs: {
      list: os.runs.list.handler(list),
      watchList: os.runs.watchList.handler(async function* ({ signal }) {
        for (let before = ''; !signal?.aborted; ) {
          const now = list()
          if (JSON.stringify(now) !== before) yield now
          before = JSON.stringify(now)
          await new Promise((resolve) => setTimeout(resolve, 250))
        }
      }),
      start: os.runs.start.handler(({ input }) => {
        if (input.output.includes('full')) throw new Fault('DISK_NEARLY_FULL', { path: input.output, freeBytes: 2e8, neededBytes: 9e9 })
        const id = `r-${Date.now()}`
        add(makeFakeRun(id, input.name || 'new run', small, { stepMs: options.stepMs, gpu: false }))
        return { runId: id }
      }),
      startDemo: os.runs.startDemo.handler(() => {
        const id = `demo-${Date.now()}`
        add(
          makeFakeRun(
            id,
            'demo',
            makeFakeScene('demo', 24, [
              [2, 7],
              [4, 16],
              [6, 30],
            ]),
            { stepMs: options.stepMs, gpu: false },
          ),
        )
        return { runId: id }
      }),
      ...fakeRunActs(os, runOf),
      cancel: os.runs.cancel.handler(async ({ input }) => {
        const run = runOf(input.runId)
        run.cancel()
        while (!hasEnded(run.record().state)) await new Promise((resolve) => setTimeout(resolve, 50))
        return { state: run.record().state }
      }),
      open: os.runs.open.handler(({ input }) => {
        if (!input.path.includes('run')) throw new Fault('RUN_FOLDER_EXPECTED', { path: input.path, reason: 'it has no run.json' })
        return { runId: 'r-done' }
      }),
      take: os.runs.take.handler(() => ({ runId: 'r-done' })),
      forget: os.runs.forget.handler(({ input }) => {
        runs.delete(input.runId)
        return {}
      }),
      events: os.runs.events.handler(async function* ({ input, signal }) {
        const run = runOf(input.runId)
        for (let after = input.after; !signal?.aborted; ) {
          const batch = run.events.filter((event) => event.seq > after)
          if (batch.length > 0) yield batch
          after = batch.at(-1)?.seq ?? after
          if (hasEnded(run.record().state)) return
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }),
      coverage: os.runs.coverage.handler(({ input }) => {
        const run = runOf(input.runId)
        return stageNames.flatMap((stage): StageCoverage[] =>
          run.scene.levels
            .map((level) => ({ stage, level, frameIndices: Array.from({ length: run.written(stage) }, (_, i) => i) }))
            .filter((one) => one.frameIndices.length > 0),
        )
      }),
      tracks: os.runs.tracks.handler(({ input }) => {
        const run = runOf(input.runId)
        return { framesDone: run.written('tracker'), tracks: run.written('tracker') > 0 ? fakeTracks(run.scene) : [] }
      }),
    },
  })
  return { router, bytes: (query) => answerBytes(runOf, query) }
}

async function answerBytes(runOf: (id: string) => FakeRun, query: BytesQuery): Promise<BytesAnswer> {
  const { scene, written } = runOf(query.runId)
  if (query.what === 'file') throw new Fault('ARTIFACT_MISSING', { artifact: query.path })
  if (query.what === 'sceneLayers') return { mediaType: 'application/octet-stream', header: { kinds: [] }, bytes: new Uint8Array() }
  if (query.what === 'sceneRaster') throw new Fault('ARTIFACT_MISSING', { artifact: `${query.kind} for frame ${query.frameIndex}` })
  if (query.what === 'reference') throw new Fault('TRUTH_MISMATCH', { path: query.path, reason: 'this engine has no annotations' })
  if (query.what === 'thumbnail')
    return { mediaType: 'image/jpeg', header: {}, bytes: await fakePicture(scene, query.frameIndex, query.width) }
  if (query.frameIndex >= scene.frameCount) throw new Fault('ARTIFACT_MISSING', { artifact: `frame ${query.frameIndex}` })
  const image = query.withImage ? await fakePicture(scene, query.frameIndex) : new Uint8Array()
  const chunks: Uint8Array[] = [image]
  let offset = image.length
  const parts = []
  for (const level of query.levels) {
    if (query.frameIndex >= written(query.stage)) continue
    const masks = fakeMasks(scene, query.frameIndex, level, (shape) => query.stage === 'ssam' || shape.id % 9 !== 0)
    const bytes = new TextEncoder().encode(JSON.stringify(masks))
    parts.push({ level, offset, length: bytes.length, maskCount: masks.masks.length })
    chunks.push(bytes)
    offset += bytes.length
  }
  const bytes = new Uint8Array(offset)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return {
    mediaType: 'application/octet-stream',
    header: {
      frameIndex: query.frameIndex,
      frameName: frameName(query.frameIndex),
      width: scene.width,
      height: scene.height,
      image: { offset: 0, length: image.length, mediaType: 'image/jpeg' },
      parts,
    },
    bytes,
  }
}
