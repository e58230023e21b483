// Every row of the table of degraded paths, brought about for real: its warning stands in the journal on disk, with what it has to say.
import { spawnSync } from 'node:child_process'
import { appendFile, chmod, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { channelPair } from '#api/channel'
import { ToWorker } from '#api/worker-api'
import { type DegradedCode, degradedTable } from '#core/base/degraded-table'
import { formatBytes } from '#core/base/format'
import { encodeGraph } from '#core/model/onnx-writer'
import { tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import type { RunEvent } from '#core/run/run-event'
import { workerStarter } from '#main/worker-fallback'
import { runWorker } from '#worker/worker'
import type { MaskEntry } from '#core/segment/frame-masks'
import { type Bench, gateAt, journalText, openBench, warningsOnDisk } from './degraded-fixture.ts'
import { type Disk, realDisk } from './disk/disk.ts'
import { openRunFolder, type WorkerProcess } from './engine.ts'
import { type FakeWork, fakeWorker } from './fake-worker.ts'
import { openFixture } from './monitor/memory-fixture.ts'

/** Where the run lies whose journal tells the warning, of which stage it is, and what has to stand in its words. */
type Brought = { readonly folder: string; readonly stage?: string; readonly says: readonly string[] }

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await bench.close()
})

const raised = (code: DegradedCode) => (event: RunEvent) => event.type === 'warningRaised' && event.code === code
const killCounts = (kills: number) => `low 0\nhigh 0\nmax 9\noom ${kills}\noom_kill ${kills}\noom_group_kill 0\n`
const eventsFile = '/sys/fs/cgroup/memory.events'
/** Workers one after the other, the last one for all later ones. */
const inTurn = (...makers: readonly (() => WorkerProcess)[]) => {
  let made = 0
  return async () => {
    made += 1
    return makers[Math.min(made, makers.length) - 1]!()
  }
}
/** A worker that ends with `reason` before unit 2 of the tracker. */
function dyingWorker(reason: string, atOnce: () => void = () => {}): WorkerProcess {
  const worker: WorkerProcess = fakeWorker({
    before: async ({ stage }, unit) => {
      if (stage !== 'tracker' || unit !== 2) return
      atOnce()
      await worker.kill()
    },
  })
  return { ...worker, exited: worker.exited.then(() => ({ reason })) }
}
/** `real` stages are done by the worker of the program, the others by the fake one; `idle` ones end at once and find nothing. */
function partlyReal(real: readonly string[], idle: readonly string[] = [], work: FakeWork = {}): WorkerProcess {
  const [near, far] = channelPair()
  const fake = fakeWorker(work)
  const [ours, theirs] = channelPair()
  runWorker(theirs)
  let isReal = false
  for (const channel of [fake.channel, ours]) channel.onMessage((message) => far.post(message))
  far.onMessage((raw) => {
    const message = ToWorker.parse(raw)
    if (message.type === 'assign') isReal = real.includes(message.assignment.stage)
    if (message.type === 'assign' && idle.includes(message.assignment.stage))
      far.post({ type: 'done', id: message.assignment.id, counts: {} })
    else (isReal ? ours : fake.channel).post(raw)
  })
  return { ...fake, channel: near }
}
/** A driver that names a GPU, so that a run may be given it; the runtime finds none. */
async function pretendDriver(): Promise<void> {
  const driver = join(bench.folder, 'driver')
  await mkdir(driver)
  await writeFile(join(driver, 'nvidia-smi'), '#!/bin/sh\necho "0, Test GPU, 16384, 9.0"\n')
  await chmod(join(driver, 'nvidia-smi'), 0o755)
  vi.stubEnv('PATH', `${driver}${delimiter}${process.env.PATH}`)
}
const failingLinks = (code: string): Disk => ({
  ...realDisk,
  link: async () => {
    throw Object.assign(new Error(`${code}: no second name here`), { code })
  },
})
async function pausedInTracker(): Promise<{ runId: string; folder: string; goOn(): Promise<string> }> {
  const gate = gateAt('tracker', 5)
  const { client } = await bench.start({ spawnWorker: async () => fakeWorker(gate.work) })
  const run = await bench.run(client, bench.config(), ({ type }) => type === 'stageStarted')
  await gate.reached
  const pausing = client.call.runs.pause({ runId: run.runId, mode: 'afterFrame' })
  await bench.follow(client, run.runId, ({ type }) => type === 'pauseRequested')
  gate.open()
  await pausing
  const stateNow = async () => (await client.call.runs.list()).find(({ id }) => id === run.runId)!.state
  const goOn = async () => {
    await client.call.runs.continue({ runId: run.runId })
    await expect.poll(stateNow).toMatch(/succeeded|failed|cancelled/)
    return stateNow()
  }
  return { ...run, goOn }
}
const result = { write: 'a.txt', text: 'x' }
/** A run whose last stage is the fake program, carried out by the real worker. Gives its folder. */
async function runOfCommand(scenario: object, progress: readonly { readonly pattern: string }[] = []): Promise<string> {
  const program = fileURLToPath(new URL('../../resources/fake-program.mjs', import.meta.url))
  const text = JSON.stringify(scenario).replaceAll('{', '{{').replaceAll('}', '}}')
  const command = {
    id: 'mine',
    version: 1,
    program: { name: process.execPath },
    argv: [program, '--scenario', text, '--out', '{out}'],
    outputs: [{ name: 'a', path: 'a.txt' }],
    timeoutMs: 60_000,
    backoffMs: 1,
    progress: [...progress],
  }
  const { client } = await bench.start({ spawnWorker: async () => partlyReal(['mine']) })
  return (await bench.run(client, bench.config({ commands: [command] }))).folder
}
/** The upper left pixel of a frame of 8 x 6. */
const onePixel: MaskEntry = { id: 200001, counts: '01_1', area: 1, box: [0, 0, 1, 1], score: 1 }
/** A run whose report of three pictures is the real one. Gives its folder; what the journal warns of stands in the report, too. */
async function runOfReport(work: FakeWork, idle: readonly string[] = []): Promise<string> {
  const { client } = await bench.start({ spawnWorker: async () => partlyReal(['report'], idle, work) })
  const stages = { ssam: { every: 1 }, report: { pictures: 3 } }
  const { folder } = await bench.run(client, bench.config({ stages }))
  const run = await openRunFolder(folder)
  await run.close()
  const text = await readFile(join(folder, 'report.html'), 'utf8')
  for (const { title } of run.record.warnings) expect(text).toContain(title)
  return folder
}
/** Takes the last whole line of a file away, and leaves half of it. */
async function cutLastLine(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  const last = text.lastIndexOf('\n', text.length - 2) + 1
  await truncate(path, last + Math.floor((text.length - last) / 2))
}

const cases = {
  MEMORY_UNWATCHED: async () => {
    const { client } = await bench.start({ memoryReader: openFixture('unreadable').read })
    const { folder } = await bench.run(client, bench.config())
    return { folder, says: ['/sys/fs/cgroup/lab/memory.events', 'permission denied', 'one run goes at a time'] }
  },
  CONCURRENCY_LOWERED: async () => {
    const fixture = openFixture('v2-container')
    const gate = gateAt('ssam', 1)
    const { client } = await bench.start({ memoryReader: fixture.read, spawnWorker: async () => fakeWorker(gate.work) })
    await client.call.queue.setParallel({ parallel: 4 })
    void gate.reached.then(() => fixture.set(eventsFile, killCounts(1)))
    const { folder } = await bench.run(client, bench.config(), raised('CONCURRENCY_LOWERED'))
    gate.open()
    return { folder, says: ['At most 1 of 4 runs', 'memory'] }
  },
  STAGE_OUT_OF_MEMORY: async () => {
    const fixture = openFixture('v2-container')
    const dying = () => dyingWorker('SIGKILL', () => fixture.set(eventsFile, killCounts(1)))
    const { client } = await bench.start({ memoryReader: fixture.read, spawnWorker: inTurn(dying, fakeWorker) })
    const { folder } = await bench.run(client, bench.config(), raised('STAGE_OUT_OF_MEMORY'))
    return { folder, stage: 'tracker', says: ['worker of tracker', `${eventsFile} rose from 0 to 1`] }
  },
  STAGE_TRIED_AGAIN: async () => {
    const { client } = await bench.start({ spawnWorker: inTurn(() => dyingWorker('signal SIGSEGV'), fakeWorker) })
    const { folder } = await bench.run(client, bench.config())
    return { folder, stage: 'tracker', says: ['worker of tracker', 'signal SIGSEGV', 'attempt 2', 'after 2 frames'] }
  },
  ENGINE_RESTARTED: async () => {
    await bench.killEngine(bench.config())
    const { client } = await bench.start({ service: true })
    const { id, folder } = (await client.call.runs.list())[0]!
    await bench.follow(client, id)
    return { folder, stage: 'tracker', says: ['engine that carried this run', 'after 4 frames of tracker'] }
  },
  COMMITS_CUT: async () => {
    const { folder, goOn } = await pausedInTracker()
    const commits = join(folder, '.work', 'tracker', 'commits.ndjson')
    const committed = (await readFile(commits, 'utf8')).split('\n').length - 1
    await cutLastLine(commits)
    expect(await goOn()).toBe('succeeded')
    return { folder, stage: 'tracker', says: ['tracker wrote last', '(1 artifacts)', `after ${committed - 1} frames`] }
  },
  JOURNAL_CUT: async () => {
    const { folder, goOn } = await pausedInTracker()
    await appendFile(join(folder, 'journal.ndjson'), '{"type":"stageProgr')
    const line = (await journalText(folder)).split('\n').length
    expect(await goOn()).toBe('succeeded')
    return { folder, says: [`journal.ndjson line ${line} has no end`] }
  },
  REUSE_REFUSED: async () => {
    const { client } = await bench.start()
    const earlier = await bench.run(client, bench.config())
    await appendFile(join(earlier.folder, 'filter.tar'), 'x')
    const { folder } = await bench.run(client, bench.config())
    return { folder, stage: 'filter', says: [`filter of ${earlier.folder}`, 'filter.tar is not what was written', 'inspect verify'] }
  },
  REUSE_COPIED: async () => {
    const { client } = await bench.start({ disk: failingLinks('EXDEV') })
    const earlier = await bench.run(client, bench.config())
    const { folder } = await bench.run(client, bench.config())
    const { size } = await stat(join(earlier.folder, 'ssam.tar'))
    return { folder, stage: 'ssam', says: [`disk of ${folder}`, 'EXDEV: no second name here', `${formatBytes(size)} were copied`] }
  },
  RESOURCES_UNREADABLE: async () => {
    // A worker in another space of process numbers: there is none of this number here.
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const gate = gateAt('ssam', 1)
    const { client } = await bench.start({ spawnWorker: async () => ({ ...fakeWorker(gate.work), pid }) })
    const { folder, runId } = await bench.run(client, bench.config(), raised('RESOURCES_UNREADABLE'))
    gate.open()
    await bench.follow(client, runId)
    return { folder, stage: 'ssam', says: ['CPU and memory of ssam', String(pid)] }
  },
  MODEL_FALLBACK: async () => {
    const { client } = await bench.start()
    const stages = { ssam: { every: 1, backend: 'onnx' as const, model: 'gone', fallbacks: ['builtin'] } }
    const { folder } = await bench.run(client, bench.config({ stages }))
    return { folder, stage: 'ssam', says: ['ssam runs the built-in backend instead of gone', 'it is empty', 'The result is another one'] }
  },
  DEVICE_UNUSED: async () => {
    await pretendDriver()
    const { client } = await bench.start({ spawnWorker: async () => partlyReal(['ssam', 'filter', 'tracker']) })
    const { folder } = await bench.run(client, bench.config({ device: 'cuda:0' }))
    expect((await warningsOnDisk(folder, 'DEVICE_UNUSED')).events.map(({ stage }) => stage)).toEqual(['ssam', 'tracker'])
    const { conflicts } = await client.call.runs.plan({ ...bench.config({ device: 'cuda:0' }), name: 'planned' })
    expect(conflicts).toMatchObject(
      ['ssam', 'tracker'].map((stage) => ({ code: 'DEVICE_UNUSED', message: expect.stringContaining(stage) })),
    )
    expect((await client.call.runs.plan(bench.config())).conflicts).toEqual([])
    return { folder, stage: 'ssam', says: ['ssam was given cuda:0', 'built-in computes on the CPU'] }
  },
  PROVIDER_FALLBACK: async () => {
    await pretendDriver()
    const model = join(bench.folder, 'tiny.onnx')
    await writeFile(model, encodeGraph(tinyYoloSeg()))
    const { client } = await bench.start({ spawnWorker: async () => partlyReal(['ssam'], ['filter', 'tracker']) })
    const stages = { ssam: { every: 1, backend: 'onnx' as const, model } }
    const { folder } = await bench.run(client, bench.config({ device: 'cuda:0', stages }))
    return { folder, stage: 'ssam', says: ['ssam was given cuda:0', 'tiny.onnx runs on cpu', 'cuda: '] }
  },
  PROGRAM_TRIED_AGAIN: async () => {
    const attempts = [[{ print: 'Cannot allocate memory' }, { exit: 3 }], [result]]
    const folder = await runOfCommand({ counter: join(bench.folder, 'counter'), attempts })
    return { folder, stage: 'mine', says: ['Attempt 1 of 3 at mine', 'Cannot allocate memory', 'after 0.001 s'] }
  },
  PROGRESS_UNREADABLE: async () => {
    const steps = [{ print: `${'a'.repeat(60)}!` }, result]
    const folder = await runOfCommand({ steps }, [{ pattern: '^(?<fraction>(a+)+)$' }])
    return { folder, stage: 'mine', says: ['In mine', 'progress[0].pattern takes too long', 'aaaa'] }
  },
  WORKER_IN_PLAIN_NODE: async () => {
    const started = (worker: WorkerProcess, code: number) => ({
      ...worker,
      exited: worker.exited.then(() => ({ code, reason: `code ${code}` })),
    })
    const spawnWorker = workerStarter({
      utility: async () => started(dyingWorker('code 134'), 134),
      node: async () => started(fakeWorker(), 0),
      onFallback: () => {},
    })
    const { client } = await bench.start({ spawnWorker })
    const { folder } = await bench.run(client, bench.config())
    return { folder, stage: 'tracker', says: ['utility process stopped (code 134)'] }
  },
  PREVIEW_NO_TARGETS: async () => {
    const folder = await runOfReport({})
    return { folder, stage: 'report', says: ['No candidate of level 2', '3 chosen frames', 'Lower the areas'] }
  },
  PREVIEW_MISSING_SOURCES: async () => {
    // The last frame of the tracker is done when the frames go away.
    const before = async ({ stage }: { readonly stage: string }, unit: number) => {
      if (stage === 'tracker' && unit === 9) await rm(join(bench.folder, 'frames'), { recursive: true })
    }
    const folder = await runOfReport({ before, masks: { filter: [onePixel], tracker: [onePixel] } })
    return { folder, stage: 'report', says: ['level 2', '3 of 3 are gone', '0.png', 'Put the frames back'] }
  },
  PREVIEW_MISSING_MASKS: async () => {
    const folder = await runOfReport({ masks: { filter: [onePixel] } }, ['tracker'])
    return { folder, stage: 'report', says: ['wrote nothing of level 2 for 3 of the 3 frames', '--from tracker'] }
  },
  PREVIEW_RENDER_EMPTY: async () => {
    const folder = await runOfReport({ masks: { filter: [onePixel], tracker: [{ ...onePixel, counts: '`1', area: 0 }] } })
    return { folder, stage: 'report', says: ['No object of level 2 is visible on any of the 3 frames', 'maxPropagate'] }
  },
  REGISTRY_REBUILT: async () => {
    await writeFile(join(bench.stateFolder, 'state.sqlite'), 'no database at all, but long enough to look like one'.repeat(100))
    const { client } = await bench.start()
    const { folder } = await bench.run(client, bench.config())
    // The page of the machine says it too: there may be no run yet to look at.
    const lines = await client.call.app.doctor()
    expect(lines.find(({ id }) => id === 'state')).toMatchObject({ state: 'broken', title: degradedTable.REGISTRY_REBUILT.title })
    return { folder, says: ['file is not a database', join(bench.stateFolder, 'state.sqlite.broken-')] }
  },
} satisfies Record<DegradedCode, () => Promise<Brought>>

const codes = Object.keys(degradedTable) as DegradedCode[]

describe('a degraded path', () => {
  it('has a case here, each of the table and none besides', () => {
    expect(Object.keys(cases).sort()).toEqual([...codes].sort())
  })

  it.skipIf(process.platform !== 'linux').each(codes)('%s is told in the journal and the record, with all its facts', async (code) => {
    const { folder, stage, says }: Brought = await cases[code]()
    const { events, shown } = await warningsOnDisk(folder, code)
    expect(shown).toHaveLength(events.length)
    const [event] = events
    expect(event, `${code} stands in ${folder}`).toMatchObject({ code, title: degradedTable[code].title })
    expect(event!.stage).toBe(stage)
    const words = `${event!.message} ${event!.remedy}`
    for (const said of says) expect(words).toContain(said)
    expect(words).not.toMatch(/undefined|NaN|\[object/)
    expect(shown[0]).toEqual({ stage, code, title: event!.title, message: event!.message, remedy: event!.remedy })
  })
})
