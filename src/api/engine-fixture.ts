// For tests: an engine with one fixed answer for every word of the contract.
import { Fault } from '#core/base/fault'
import { RunConfig } from '#core/run/run-config'
import type { BytesAnswer, BytesQuery } from './api.ts'
import { modelWords } from './models-fixture.ts'
import { noPrompts } from './no-prompts.ts'
import type { QueueState } from './queue-state.ts'
import { type EngineService, implementApi } from './server.ts'

/** Set by what the other end left. */
export type Seen = { streamStopped: boolean; bytesAborted: boolean; trialStopped: boolean }
export const nothingSeen = (): Seen => ({ streamStopped: false, bytesAborted: false, trialStopped: false })

export const queue: QueueState = {
  paused: false,
  parallel: 2,
  cap: 1,
  capReason: 'memory is short',
  entries: [{ runId: 'r', name: 'n', sceneName: 's', state: 'queued', done: 0, total: 0, waitsFor: 'its turn' }],
  devices: [
    { id: 'cpu', title: 'CPU', cores: 2, memoryBytes: 8, leases: [{ runId: 'r', stage: 'ssam', memoryBytes: 1, cores: 1, ours: true }] },
  ],
  memory: { state: 'tight', usedBytes: 7, limitBytes: 8, source: 'memory.max' },
}

export const foreign = {
  program: 'my3dis' as const,
  folder: '/old-run',
  generation: 'G-Nov',
  repairs: [{ code: 'FRAMES_MOVED', title: 'The frames moved', message: 'They are not there.', outcome: 'Masks alone are shown.' }],
  missing: ['tracking of level 2'],
  documents: [{ title: 'Report', path: 'report.md', isPicture: false }],
  pictures: { folder: '/old', found: 0, of: 3 },
}

/** Answers every word; `seen` tells what reached it of streams and trials that were left. */
export function service(seen: Seen = nothingSeen()): EngineService {
  const os = implementApi()
  const event = (seq: number) => ({ type: 'logWritten' as const, seq, at: 0, source: 't', severity: 'info' as const, text: `line ${seq}` })
  const router = os.router({
    app: {
      hello: os.app.hello.handler(() => ({ buildId: 'b', version: '0', machine: 'm', defaultOutput: '/o', home: '/h', platform: 'linux' })),
      doctor: os.app.doctor.handler(() => []),
    },
    files: {
      list: os.files.list.handler(({ input }) => {
        throw new Fault('SCENE_NOT_FOUND', { path: input.path })
      }),
    },
    scenes: {
      probe: os.scenes.probe.handler(() => Promise.reject(new Error('a bug'))),
      find: os.scenes.find.handler(({ input }) => ({ path: input.path, scenes: [{ name: 'a', path: `${input.path}/a`, frameCount: 3 }] })),
    },
    runs: {
      list: os.runs.list.handler(() => []),
      watchList: os.runs.watchList.handler(async function* () {
        yield []
      }),
      start: os.runs.start.handler(({ input }) => ({ runId: input.scene })),
      startDemo: os.runs.startDemo.handler(() => ({ runId: 'demo' })),
      cancel: os.runs.cancel.handler(() => ({ state: 'cancelled' })),
      plan: os.runs.plan.handler(({ input }) => ({ stages: [], frameCount: input.levels.length, conflicts: [], total: {}, freeBytes: 1 })),
      startAll: os.runs.startAll.handler(({ input }) =>
        input.runs.map(({ scene }, i) =>
          i === 0 ? { scene, runId: 'r' } : { scene, fault: { code: 'SCENE_NOT_FOUND', params: { path: scene } } },
        ),
      ),
      pause: os.runs.pause.handler(({ input }) => ({ state: input.mode })),
      continue: os.runs.continue.handler(({ input }) => {
        throw new Fault('RUN_IN_USE', { run: input.runId, state: 'running' })
      }),
      retry: os.runs.retry.handler(({ input }) => ({ state: input.stage })),
      provenance: os.runs.provenance.handler(() => ({ configuration: RunConfig.parse({ scene: 'demo', output: '/o' }) })),
      describe: os.runs.describe.handler(() => foreign),
      setPictures: os.runs.setPictures.handler(({ input }) => ({ ...foreign, pictures: { folder: input.path, found: 3, of: 3 } })),
      export: os.runs.export.handler(async function* ({ input }) {
        yield { done: 1, total: 2 }
        yield { done: 2, total: 2, written: { out: input.out, files: 1, notes: [input.settings.format] } }
      }),
      open: os.runs.open.handler(() => ({ runId: 'x' })),
      take: os.runs.take.handler(() => ({ found: 2 })),
      forget: os.runs.forget.handler(() => ({})),
      events: os.runs.events.handler(async function* ({ input, signal }) {
        try {
          yield [event(input.after + 1), event(input.after + 2)]
          await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
        } finally {
          seen.streamStopped = true
        }
      }),
      coverage: os.runs.coverage.handler(() => []),
      tracks: os.runs.tracks.handler(() => ({ framesDone: 0, tracks: [] })),
    },
    compare: {
      openReference: os.compare.openReference.handler(({ input }) => ({ path: input.path, name: 'n', frameIndices: [], files: 0 })),
      export: os.compare.export.handler(async function* () {}),
    },
    models: modelWords(os, seen),
    prompts: noPrompts(os),
    objects: {
      origin: os.objects.origin.handler(() => ({ merged: [], siblings: [] })),
      notes: os.objects.notes.handler(() => []),
      annotate: os.objects.annotate.handler(() => ({})),
    },
    queue: {
      watch: os.queue.watch.handler(async function* () {
        yield queue
      }),
      move: os.queue.move.handler(() => ({})),
      setPaused: os.queue.setPaused.handler(() => ({})),
      setParallel: os.queue.setParallel.handler(() => ({})),
    },
    registry: {
      search: os.registry.search.handler(({ input }) => ({ rows: [], total: input.limit, tags: [input.sort] })),
      annotate: os.registry.annotate.handler(() => ({})),
      size: os.registry.size.handler(() => ({ freedBytes: 1, totalBytes: 2, files: 3 })),
      delete: os.registry.delete.handler(() => ({})),
      scan: os.registry.scan.handler(() => ({ found: 1, added: 1, problems: [] })),
      exportHistory: os.registry.exportHistory.handler(() => ({ csv: 'a,b', rows: 1 })),
      importHistory: os.registry.importHistory.handler(() => ({ added: 1, known: 0, problems: [] })),
    },
  })
  return {
    router,
    bytes: (query: BytesQuery, signal: AbortSignal) =>
      new Promise<BytesAnswer>((resolve, reject) => {
        if (query.what === 'file') reject(new Fault('RUN_NOT_FOUND', { run: query.runId }))
        else if (query.what === 'frame')
          resolve({ mediaType: 'x/y', header: { frameIndex: query.frameIndex }, bytes: new Uint8Array([1, 2, 255]) })
        else signal.addEventListener('abort', () => (seen.bytesAborted = true))
      }),
  }
}
