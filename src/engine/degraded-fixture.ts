// For tests: a scene, engines on it with fake workers, an engine that is killed in the middle of a run, and what a run's journal on disk tells.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunConfigInput } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import { createEngine, type Engine, type EngineOptions } from './engine.ts'
import { type FakeWork, fakeWorker } from './fake-worker.ts'
import { readRunFolder } from './runs/run-folder.ts'

export type WarningEvent = Extract<RunEvent, { type: 'warningRaised' }>

export type Bench = {
  readonly folder: string
  readonly stateFolder: string
  config(more?: Partial<RunConfigInput>): RunConfigInput
  start(options?: Partial<EngineOptions>): Promise<{ readonly engine: Engine; readonly client: EngineClient }>
  /** Starts a run and follows it until `until` says so, else to its end. */
  run(client: EngineClient, config: RunConfigInput, until?: (event: RunEvent) => boolean): Promise<{ runId: string; folder: string }>
  follow(client: EngineClient, runId: string, until?: (event: RunEvent) => boolean): Promise<void>
  /** An engine in a process of its own that is killed in the middle of the tracker. Resolves when it is gone. */
  killEngine(config: RunConfigInput): Promise<void>
  close(): Promise<void>
}

/** Ten frames of 8 x 6 pixels, unless told otherwise. */
export async function openBench(size = { width: 8, height: 6 }, frames = 10): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'scenewright-degraded-'))
  const scene = join(folder, 'frames')
  const stateFolder = join(folder, 'state')
  const engines: Engine[] = []
  await mkdir(scene)
  await mkdir(stateFolder)
  for (let i = 0; i < frames; i += 1)
    await sharp({ create: { ...size, channels: 3, background: { r: 20 * i, g: 0, b: 0 } } })
      .png()
      .toFile(join(scene, `${i}.png`))
  const options = { stateFolder, defaultOutput: join(folder, 'out'), home: folder, roots: undefined, buildId: 'b', version: '1' }
  const follow: Bench['follow'] = async (client, runId, until = ({ type }) => type === 'runFinished') => {
    for await (const batch of await client.call.runs.events({ runId, after: 0 })) if (batch.some(until)) return
  }
  return {
    folder,
    stateFolder,
    follow,
    config: (more = {}) => ({ scene, output: join(folder, 'out'), levels: [2], stages: { ssam: { every: 1 } }, ...more }),
    start: async (more = {}) => {
      const engine = await createEngine({ ...options, spawnWorker: async () => fakeWorker(), ...more })
      engines.push(engine)
      const [near, far] = channelPair()
      engine.attach(far)
      return { engine, client: connectEngine(near) }
    },
    run: async (client, config, until) => {
      const { runId } = await client.call.runs.start(config)
      await follow(client, runId, until)
      return { runId, folder: (await client.call.runs.list()).find(({ id }) => id === runId)!.folder }
    },
    killEngine: (config) => runChild(killedEngine, { options, config }),
    close: async () => {
      for (const engine of engines.splice(0)) await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Warnings of a code as the journal on disk tells them, and the record a page makes of that journal. */
export async function warningsOnDisk(folder: string, code: string): Promise<{ events: WarningEvent[]; shown: RunRecord['warnings'] }> {
  const { events } = await readRunFolder(folder)
  let record: RunRecord | undefined
  for (const event of events) record = foldRun(record, event)
  return {
    events: events.filter((event) => event.type === 'warningRaised').filter((event) => event.code === code),
    shown: record!.warnings.filter((warning) => warning.code === code),
  }
}

export async function journalText(folder: string): Promise<string> {
  return readFile(join(folder, 'journal.ndjson'), 'utf8')
}

/** Work that stands still before unit `unit` of `stage` until `open` is called. */
export function gateAt(stage: string, unit: number): { readonly work: FakeWork; readonly reached: Promise<void>; open(): void } {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const before: FakeWork['before'] = async (assignment, at) => {
    if (assignment.stage !== stage || at !== unit) return
    reached.resolve()
    await opened.promise
  }
  return { work: { before }, reached: reached.promise, open: opened.resolve }
}

/** Stands still after four frames of the tracker, and is killed when it has told so. */
const killedEngine = `
const [{ channelPair }, { connectEngine }, { createEngine }, { fakeWorker }] = await Promise.all(urls.map((url) => import(url)))
const before = async ({ stage }, unit) => {
  if (stage === 'tracker' && unit === 4) await new Promise(() => {})
}
const engine = await createEngine({ ...options, service: true, spawnWorker: async () => fakeWorker({ before }) })
const [near, far] = channelPair()
engine.attach(far)
const { call } = connectEngine(near)
const { runId } = await call.runs.start(config)
for await (const batch of await call.runs.events({ runId, after: 0 }))
  if (batch.some((event) => event.type === 'stageProgressed' && event.stage === 'tracker' && event.done >= 4)) process.kill(process.pid, 'SIGKILL')
`

async function runChild(program: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const urls = ['../api/channel.ts', '../api/client.ts', './engine.ts', './fake-worker.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  )
  const text = `const { urls, options, config } = JSON.parse(process.argv[1])\n${program}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, JSON.stringify({ ...given, urls })], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_code, by) => resolve(by)))
  if (signal !== 'SIGKILL') throw new Error(`the engine was to be killed, but ended by itself: ${said}`)
}
