// A run's stream over cuts: nothing lost, nothing doubled; and the link that comes back by itself.
import { describe, expect, it } from 'vitest'
import { type Channel, channelPair } from '#api/channel'
import { connectEngine } from '#api/client'
import { type EngineService, implementApi, serveEngine } from '#api/server'
import { Fault } from '#core/base/fault'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import { type EngineLink, makeLink } from '../host/link.ts'
import { makeRunFeed } from './run-feed.ts'
import { makeRunStore } from './run-store.ts'
import { makeSampleRings } from './sample-rings.ts'

const sample = (seq: number): RunEvent => ({
  type: 'sampleTaken',
  seq,
  at: seq,
  stage: 'ssam',
  sample: { at: seq, stage: 'ssam', cpuPercent: 1, workerMemoryBytes: 1, engineMemoryBytes: 1 },
})
const line = (seq: number): RunEvent => ({ type: 'logWritten', seq, at: seq, source: 't', severity: 'info', text: `line ${seq}` })
const queued: RunEvent = {
  type: 'runQueued',
  seq: 1,
  at: 0,
  runId: 'r',
  name: 'r',
  config: RunConfig.parse({ scene: '/s', output: '/o' }),
  scene: { name: 's', kind: 'frames', framesPath: '/s', frameCount: 1, width: 1, height: 1 },
  frameIndices: [0],
  frameNames: ['0.jpg'],
  appVersion: '0',
  buildId: 'b',
}

/** An engine whose journal grows by `add`; each connection starts a little before what was asked for, as a careless one might. */
function fakeEngine() {
  const journal: RunEvent[] = [queued]
  const asked: number[] = []
  const os = implementApi()
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const refuse = () => {
    throw new Fault('RUN_NOT_FOUND', { run: 'x' })
  }
  async function* follow(from: number, signal: AbortSignal | undefined) {
    for (let at = from; !signal?.aborted; ) {
      const batch = journal.slice(at)
      at = journal.length
      if (batch.length > 0) yield batch
      if (batch.at(-1)?.type === 'runFinished') return
      await wait(2)
    }
  }
  const router = os.router({
    app: { hello: os.app.hello.handler(refuse), doctor: os.app.doctor.handler(() => []) },
    files: { list: os.files.list.handler(refuse) },
    scenes: { probe: os.scenes.probe.handler(refuse), find: os.scenes.find.handler(refuse) },
    runs: {
      list: os.runs.list.handler(() => []),
      watchList: os.runs.watchList.handler(async function* () {}),
      start: os.runs.start.handler(refuse),
      startDemo: os.runs.startDemo.handler(refuse),
      plan: os.runs.plan.handler(refuse),
      startAll: os.runs.startAll.handler(refuse),
      pause: os.runs.pause.handler(refuse),
      continue: os.runs.continue.handler(refuse),
      retry: os.runs.retry.handler(refuse),
      provenance: os.runs.provenance.handler(refuse),
      describe: os.runs.describe.handler(refuse),
      setPictures: os.runs.setPictures.handler(refuse),
      export: os.runs.export.handler(async function* () {}),
      cancel: os.runs.cancel.handler(refuse),
      open: os.runs.open.handler(refuse),
      take: os.runs.take.handler(refuse),
      forget: os.runs.forget.handler(() => ({})),
      events: os.runs.events.handler(async ({ input, signal }) => {
        if (input.runId !== 'r') refuse()
        asked.push(input.after)
        return follow(Math.max(0, input.after - 2), signal)
      }),
      coverage: os.runs.coverage.handler(() => []),
      tracks: os.runs.tracks.handler(() => ({ framesDone: 0, tracks: [] })),
    },
    prompts: {
      mask: os.prompts.mask.handler(refuse),
      models: os.prompts.models.handler(refuse),
      list: os.prompts.list.handler(refuse),
      keep: os.prompts.keep.handler(refuse),
      remove: os.prompts.remove.handler(refuse),
      track: os.prompts.track.handler(refuse),
    },
    compare: { openReference: os.compare.openReference.handler(refuse), export: os.compare.export.handler(refuse) },
    models: {
      list: os.models.list.handler(refuse),
      watch: os.models.watch.handler(async function* () {}),
      known: os.models.known.handler(refuse),
      add: os.models.add.handler(refuse),
      fetch: os.models.fetch.handler(refuse),
      stopFetch: os.models.stopFetch.handler(refuse),
      verify: os.models.verify.handler(refuse),
      remove: os.models.remove.handler(refuse),
      test: os.models.test.handler(refuse),
      bench: os.models.bench.handler(refuse),
    },
    objects: {
      notes: os.objects.notes.handler(() => []),
      annotate: os.objects.annotate.handler(refuse),
      origin: os.objects.origin.handler(refuse),
    },
    queue: {
      watch: os.queue.watch.handler(async function* () {}),
      move: os.queue.move.handler(refuse),
      setPaused: os.queue.setPaused.handler(refuse),
      setParallel: os.queue.setParallel.handler(refuse),
    },
    registry: {
      search: os.registry.search.handler(refuse),
      annotate: os.registry.annotate.handler(refuse),
      size: os.registry.size.handler(refuse),
      delete: os.registry.delete.handler(refuse),
      scan: os.registry.scan.handler(refuse),
      exportHistory: os.registry.exportHistory.handler(refuse),
      importHistory: os.registry.importHistory.handler(refuse),
    },
  })
  const service: EngineService = { router, bytes: async () => refuse() }
  return { service, asked, add: (...events: RunEvent[]) => journal.push(...events) }
}

function setup() {
  const engine = fakeEngine()
  const pipes: Channel[] = []
  let isDown = false
  const timers: (() => void)[] = []
  const link: EngineLink = makeLink({
    open: async () => {
      if (isDown) throw new Error('down')
      const [page, far] = channelPair()
      pipes.push(page)
      serveEngine(far, engine.service)
      return connectEngine(page)
    },
    now: () => 1000,
    later: (act) => {
      timers.push(act)
      return () => {}
    },
  })
  const store = makeRunStore()
  const rings = makeSampleRings()
  return {
    ...engine,
    link,
    store,
    rings,
    feed: makeRunFeed(link, store, rings),
    cut: () => pipes.at(-1)?.close(),
    setDown: (down: boolean) => {
      isDown = down
    },
    /** Lets the next waiting try happen. */
    tick: () => timers.shift()?.(),
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('it did not come about')
}

describe('a followed run', () => {
  it('goes on after its last event when the link was cut, without a gap and without a double', async () => {
    const it = setup()
    it.add(line(2), sample(3), line(4))
    const stop = it.feed.follow('r')
    const log = () =>
      it.store
        .getState()
        .runs.get('r')
        ?.log.lines.map((one) => one.seq) ?? []
    await until(() => log().length === 2)
    it.cut()
    await until(() => it.link.state().phase === 'cut')
    it.add(line(5), sample(6))
    it.tick()
    await until(() => log().includes(5))
    it.add(line(7))
    await until(() => log().includes(7))
    expect(log()).toEqual([2, 4, 5, 7])
    expect(it.rings.of('r', 'ssam').map((one) => one.at)).toEqual([3, 6])
    expect(it.asked).toEqual([0, 4])
    stop()
    it.link.close()
  })

  it('is not asked for again after it has finished', async () => {
    const it = setup()
    it.add({ type: 'runFinished', seq: 2, at: 2, state: 'succeeded' })
    it.feed.follow('r')()
    const stop = it.feed.follow('r')
    await until(() => it.store.getState().runs.get('r')?.record?.state === 'succeeded')
    stop()
    const before = it.asked.length
    it.feed.follow('r')()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(it.asked.length).toBe(before)
    it.link.close()
  })

  it('that the engine refuses says why, and does not try for ever', async () => {
    const it = setup()
    it.feed.follow('unknown')
    await until(() => it.store.getState().runs.get('unknown')?.refused !== undefined)
    expect(it.store.getState().runs.get('unknown')?.refused?.code).toBe('RUN_NOT_FOUND')
    it.link.close()
  })
})

describe('the link', () => {
  it('waits longer from try to try, says when the next one is, and opens again', async () => {
    const it = setup()
    await until(() => it.link.state().phase === 'open')
    it.setDown(true)
    it.cut()
    await until(() => it.link.state().phase === 'cut')
    const waits: (number | undefined)[] = []
    for (let i = 0; i < 3; i += 1) {
      const state = it.link.state()
      waits.push(state.phase === 'cut' ? state.nextTryAt : undefined)
      it.tick()
      await until(() => {
        const now = it.link.state()
        return now.phase === 'cut' && now.nextTryAt !== undefined && now.attempt === i + 1
      })
    }
    expect(waits).toEqual([1500, 2000, 3000])
    it.setDown(false)
    it.link.retryNow()
    await until(() => it.link.state().phase === 'open')
    expect(it.link.state()).toEqual({ phase: 'open', connection: 2 })
    it.link.close()
  })

  it('a question while it is cut is a fault, not an endless wait', async () => {
    const it = setup()
    await until(() => it.link.state().phase === 'open')
    it.setDown(true)
    it.cut()
    await until(() => it.link.state().phase === 'cut')
    await expect(it.link.ask((call) => call.runs.list())).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' })
    it.link.close()
  })
})
