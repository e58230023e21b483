// Every word of the contract crosses each kind of channel the same way: values, faults, aborts, streams, bytes.
import { MessageChannel } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocketServer, WebSocket } from 'ws'
import { Fault } from '#core/base/fault'
import { type Channel, channelFromPort, channelFromSocket, channelPair, type SocketLike } from './channel.ts'
import { connectEngine, faultFromCall } from './client.ts'
import { muxChannel } from './mux.ts'
import { type EngineService, implementApi, serveEngine } from './server.ts'
import { RunConfig } from '#core/run/run-config'
import type { BytesAnswer, BytesQuery } from './api.ts'
import type { ModelBench } from '#core/model/model-bench'
import type { ModelRow, ModelShelf } from './models-api.ts'
import type { QueueState } from './queue-state.ts'

const seen = { streamStopped: false, bytesAborted: false, trialStopped: false }

const queue: QueueState = {
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

function service(): EngineService {
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
          await new Promise((resolve) => signal?.addEventListener('abort', resolve))
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
    models: {
      list: os.models.list.handler(() => shelf),
      watch: os.models.watch.handler(async function* () {
        yield shelf
        yield { ...shelf, models: [], fetches: [] }
      }),
      known: os.models.known.handler(() => []),
      add: os.models.add.handler(({ input }) => {
        if (input.link) throw new Fault('MODEL_EXISTS', { id: input.id ?? '' })
        return { ...row, folder: input.paths.join() }
      }),
      fetch: os.models.fetch.handler(({ input }) => {
        throw new Fault('MODEL_WITHOUT_ADDRESS', { id: input.what, section: 'SAM' })
      }),
      stopFetch: os.models.stopFetch.handler(() => ({})),
      verify: os.models.verify.handler(() => ({
        files: [{ name: 'a.onnx', sha256: '', fault: { code: 'MODEL_MISSING', params: { path: '/a' } } }],
      })),
      remove: os.models.remove.handler(() => ({})),
      test: os.models.test.handler(({ input, signal }) => {
        if (input.provider === 'cpu') return { reports: [] }
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            seen.trialStopped = true
            reject(new Error('left'))
          })
        })
      }),
      bench: os.models.bench.handler(({ input }) => ({ ...bench, provider: input.provider })),
    },
    prompts: {
      mask: os.prompts.mask.handler(({ input }) => {
        throw new Fault('FRAME_UNREADABLE', { frameIndex: input.frameIndex, file: 'none', reason: 'this engine has no pictures' })
      }),
      models: os.prompts.models.handler(() => ({ names: [], used: 'built-in', device: 'cpu', builtinDevice: 'cpu' })),
      list: os.prompts.list.handler(() => []),
      keep: os.prompts.keep.handler(({ input: { frameIndex, level } }) => {
        throw new Fault('PROMPT_UNUSABLE', { frameIndex, level, reason: 'this engine keeps none' })
      }),
      remove: os.prompts.remove.handler(() => ({})),
      track: os.prompts.track.handler(({ input }) => {
        throw new Fault('PROMPT_NOTHING_KEPT', { run: input.runId })
      }),
    },
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

const closers: (() => void)[] = []
afterAll(() => {
  for (const close of closers) close()
})

async function socketPair(): Promise<readonly [Channel, Channel]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  const arriving = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`)
  await new Promise((resolve) => client.once('open', resolve))
  return [channelFromSocket(client as SocketLike), channelFromSocket((await arriving) as SocketLike)]
}

const pipes: Record<string, () => Promise<readonly [Channel, Channel]>> = {
  pair: async () => channelPair(),
  'message port': async () => {
    const { port1, port2 } = new MessageChannel()
    closers.push(() => port1.close())
    return [channelFromPort(port1), channelFromPort(port2)]
  },
  'mux over a pair': async () => {
    const [a, b] = channelPair()
    const far = new Promise<Channel>((resolve) => muxChannel(b, false, resolve))
    const near = muxChannel(a, true).open()
    // The other end learns of a channel with its first message.
    near.post({})
    return [near, await far]
  },
  socket: socketPair,
}

const input = { scene: '/s', output: '/o' }

const bench: ModelBench = {
  version: 1,
  model: 'seg',
  files: [{ sha256: 'a'.repeat(64), sizeBytes: 4 }],
  provider: 'cpu',
  threads: 1,
  at: 5,
  machine: 'm',
  parts: [{ part: 'whole', wholeGraph: true, firstStartMs: 8, secondStartMs: 2, firstRunMs: 3, medianMs: 1.5 }],
}

const row: ModelRow = {
  entry: {
    version: 1,
    id: 'seg',
    title: 'Seg',
    role: 'instanceSegmenter',
    family: 'yolo-seg',
    files: [
      {
        name: 'seg.onnx',
        part: 'whole',
        sizeBytes: 4,
        weights: [],
        inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 'height', ''] }],
        outputs: [],
      },
    ],
    licence: 'MIT',
    source: '/seg.onnx',
    unchecked: ['preprocessing'],
    origin: 'dropped',
  },
  folder: '/store',
  state: 'unrecorded',
  missing: [],
  problems: [],
  sizeBytes: 4,
  freedBytes: 0,
  linkedFiles: ['seg.onnx'],
  benches: [bench],
}

const shelf: ModelShelf = {
  folder: '/store',
  models: [row],
  refused: [{ path: '/store/x.pt', fault: { code: 'MODEL_UNREADABLE', params: { path: '/store/x.pt', reason: 'a pickle' } } }],
  fetches: [{ what: 'yolox', state: 'going', doneBytes: 5, totalBytes: 10, resumedBytes: 2, bytesPerSecond: 3.5 }],
}

const foreign = {
  program: 'my3dis' as const,
  folder: '/old-run',
  generation: 'G-Nov',
  repairs: [{ code: 'FRAMES_MOVED', title: 'The frames moved', message: 'They are not there.', outcome: 'Masks alone are shown.' }],
  missing: ['tracking of level 2'],
  documents: [{ title: 'Report', path: 'report.md', isPicture: false }],
  pictures: { folder: '/old', found: 0, of: 3 },
}

describe.each(Object.entries(pipes))('over a %s', (name, pipe) => {
  it('a call gives its answer, with defaults filled in by the schema', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const client = connectEngine(near)
    expect((await client.call.app.hello()).buildId).toBe('b')
    expect(await client.call.runs.start({ ...input })).toEqual({ runId: '/s' })
  })

  it('a fault arrives with code and parameters, a bug without its stack, a wrong input names its place', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const { call } = connectEngine(near)
    const fault = faultFromCall(await call.files.list({ path: '/nowhere' }).catch((error: unknown) => error))
    expect(fault.code).toBe('SCENE_NOT_FOUND')
    expect(fault.message).toContain('/nowhere')
    const bug = faultFromCall(await call.scenes.probe({ path: '/x' }).catch((error: unknown) => error))
    expect(bug.code).toBe('UNEXPECTED')
    expect(JSON.stringify(bug.params)).not.toContain('api.test')
    const wrong = faultFromCall(await call.runs.start({ ...input, levels: [4, 2] }).catch((error: unknown) => error))
    expect(wrong.code).toBe('CONFIG_INVALID')
    expect(wrong.message).toContain('levels')
  })

  it('words of queue, plan and registry keep their values, fill in defaults, and refuse what is out of bounds', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const { call } = connectEngine(near)
    for await (const state of await call.queue.watch()) expect(state).toEqual(queue)
    const plan = await call.runs.plan({ scene: 'demo', output: '/o', levels: [2, 4], rerunFrom: 'filter' })
    expect(plan.frameCount).toBe(2)
    expect(await call.runs.pause({ runId: 'r', mode: 'afterStage' })).toEqual({ state: 'afterStage' })
    expect(await call.runs.retry({ runId: 'r', stage: 'tracker' })).toEqual({ state: 'tracker' })
    expect(faultFromCall(await call.runs.continue({ runId: 'r' }).catch((error: unknown) => error)).code).toBe('RUN_IN_USE')
    const started = await call.runs.startAll({ runs: ['a', 'b'].map((scene) => ({ scene, output: '/o' })) })
    expect(started.map(({ runId, fault }) => runId ?? fault?.code)).toEqual(['r', 'SCENE_NOT_FOUND'])
    expect(await call.registry.search({})).toEqual({ rows: [], total: 100, tags: ['newest'] })
    expect((await call.runs.provenance({ runId: 'r' })).configuration.levels).toEqual([2, 4, 6])
    expect(await call.runs.describe({ runId: 'r' })).toEqual(foreign)
    expect((await call.runs.setPictures({ runId: 'r', path: '/new' })).pictures).toEqual({ folder: '/new', found: 3, of: 3 })
    const steps = []
    for await (const step of await call.runs.export({ runId: 'r', out: '/x', settings: { format: 'coco' } })) steps.push(step)
    expect(steps.at(-1)?.written).toEqual({ out: '/x', files: 1, notes: ['coco'] })
    for (const refused of [
      call.objects.annotate({ runId: 'r', objectId: 0, star: true }),
      call.objects.annotate({ runId: 'r', objectId: 1, note: 'x'.repeat(10_001) }),
      call.queue.setParallel({ parallel: 0 }),
      call.runs.startAll({ runs: [] }),
      call.runs.pause({ runId: 'r', mode: 'soon' as 'now' }),
    ])
      await expect(refused).rejects.toThrow()
  })

  it('words about models keep shapes, measurements and faults; a trial is left when its caller goes', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const { call } = connectEngine(near)
    expect(await call.models.list()).toEqual(shelf)
    const shelves = []
    for await (const one of await call.models.watch()) shelves.push(one.models.length)
    expect(shelves).toEqual([1, 0])
    expect((await call.models.add({ paths: ['/a', '/b'] })).folder).toBe('/a,/b')
    const faultsOf = async (calls: readonly Promise<unknown>[]) =>
      Promise.all(
        calls.map((one) =>
          one.then(
            () => '',
            (error: unknown) => faultFromCall(error).code,
          ),
        ),
      )
    expect(
      await faultsOf([
        call.models.add({ paths: ['/a'], id: 'seg', link: true }),
        call.models.fetch({ what: 'sam-vit-b' }),
        call.models.fetch({ what: 'x', sha256: 'abc' }),
        call.models.add({ paths: [] }),
        call.models.remove({ id: '../runs' }),
      ]),
    ).toEqual(['MODEL_EXISTS', 'MODEL_WITHOUT_ADDRESS', 'CONFIG_INVALID', 'CONFIG_INVALID', 'CONFIG_INVALID'])
    expect((await call.models.verify({ id: 'seg' })).files[0]?.fault).toEqual({ code: 'MODEL_MISSING', params: { path: '/a' } })
    expect(await call.models.bench({ id: 'seg' })).toEqual(bench)
    const controller = new AbortController()
    seen.trialStopped = false
    const slow = call.models.test({ id: 'seg', provider: 'cuda' }, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('not wanted any more')), 20)
    await expect(slow).rejects.toThrow('not wanted')
    await expect.poll(() => seen.trialStopped).toBe(true)
  })

  it('a stream starts after the asked number, and leaving it stops the generator', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    seen.streamStopped = false
    const numbers: number[] = []
    for await (const batch of await connectEngine(near).call.runs.events({ runId: 'r', after: 5 })) {
      numbers.push(...batch.map((event) => event.seq))
      break
    }
    expect(numbers).toEqual([6, 7])
    await expect.poll(() => seen.streamStopped).toBe(true)
  })

  it.skipIf(name === 'socket')('bytes come with their header; faults and aborts reach the other end', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const { bytes } = connectEngine(near)
    const frame = await bytes({ what: 'frame', runId: 'r', frameIndex: 7, stage: 'ssam', levels: [2], withImage: true })
    expect(frame.header).toEqual({ frameIndex: 7 })
    expect([...frame.bytes]).toEqual([1, 2, 255])
    await expect(bytes({ what: 'file', runId: 'r', path: 'x' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    const controller = new AbortController()
    seen.bytesAborted = false
    const slow = bytes({ what: 'thumbnail', runId: 'r', frameIndex: 1, width: 64 }, controller.signal)
    controller.abort(new Error('not wanted any more'))
    await expect(slow).rejects.toThrow('not wanted')
    await expect.poll(() => seen.bytesAborted).toBe(true)
  })

  it('closing the pipe rejects what was waiting', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const client = connectEngine(near)
    const waiting = (async () => {
      for await (const batch of await client.call.runs.events({ runId: 'r', after: 0 })) void batch
    })()
    await new Promise((resolve) => setTimeout(resolve, 50))
    far.close()
    await client.closed
    await expect(
      Promise.race([waiting, new Promise((_, reject) => setTimeout(() => reject(new Error('hung')), 3000))]),
    ).rejects.not.toThrow('hung')
  })
})
