// The engine over a real contract, with fake workers that do, delay, fail and die as a test asks.
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient, faultFromCall } from '#api/client'
import { type Assignment, ToWorker } from '#api/worker-api'
import { listingFromArchive } from '#core/archive/archive-reader'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import { openFileSource } from './archive/file-source.ts'
import { createEngine, type Engine, openRunFolder, type WorkerProcess } from './engine.ts'

type Act = (assignment: Assignment, say: (message: Record<string, unknown>) => void, die: (reason: string) => void) => void

let folder: string
let engine: Engine | undefined
let spawned: { killed: boolean }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-engine-'))
  spawned = []
})
afterEach(async () => {
  await engine?.close()
  engine = undefined
  await rm(folder, { recursive: true, force: true })
})

/** A worker in this process; `kill` and `die` both count as its exit. */
function fakeWorker(act: Act): WorkerProcess {
  const [near, far] = channelPair()
  const { promise: exited, resolve } = Promise.withResolvers<{ reason: string }>()
  const state = { killed: false }
  spawned.push(state)
  far.onMessage((raw) => {
    const message = ToWorker.parse(raw)
    if (message.type !== 'assign') return
    const { id } = message.assignment
    act(
      message.assignment,
      (said) => far.post({ id, ...said }),
      (reason) => resolve({ reason }),
    )
  })
  return {
    channel: near,
    pid: undefined,
    exited,
    kill: async () => {
      state.killed = true
      resolve({ reason: 'SIGKILL' })
    },
  }
}

const artifact = (stage: string, frameIndex: number, ticket: number) => ({
  type: 'artifact',
  ticket,
  name: `${stage}/masks/level_2/${String(frameIndex).padStart(6, '0')}.json`,
  kind: 'masks',
  level: 2,
  frameIndex,
  mediaType: 'application/json',
  place: 'archive',
  counts: { masks: 0 },
  bytes: new TextEncoder().encode(JSON.stringify({ frameIndex, frameName: 'x', level: 2, size: [6, 8], masks: [] })),
})

/** Does each stage at once: one artifact a frame, then done. */
const willing: Act = (assignment, say) => {
  say({ type: 'began', total: assignment.frames.length })
  if (assignment.stage !== 'report')
    for (const [i, frame] of assignment.frames.entries()) say(artifact(assignment.stage, frame.frameIndex, i + 1))
  setTimeout(() => say({ type: 'done', counts: { things: 3 } }), 30)
}

async function start(act: Act): Promise<EngineClient> {
  const options = {
    stateFolder: join(folder, 'state'),
    defaultOutput: join(folder, 'out'),
    home: folder,
    roots: undefined,
    buildId: 'b',
    version: '1',
  }
  engine = await createEngine({ ...options, spawnWorker: async () => fakeWorker(act) })
  const [near, far] = channelPair()
  engine.attach(far)
  return connectEngine(near)
}

async function frames(count: number, name = 'frames', size = { width: 8, height: 6 }): Promise<string> {
  const path = join(folder, name)
  const { mkdir } = await import('node:fs/promises')
  await mkdir(path, { recursive: true })
  for (let i = 0; i < count; i += 1)
    await sharp({ create: { ...size, channels: 3, background: { r: i, g: 0, b: 0 } } })
      .png()
      .toFile(join(path, `${i}.png`))
  return path
}

async function follow(client: EngineClient, runId: string): Promise<{ record: RunRecord; events: RunEvent[] }> {
  let record: RunRecord | undefined
  const events: RunEvent[] = []
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) {
    for (const event of batch) {
      events.push(event)
      record = foldRun(record, event)
    }
  }
  return { record: record!, events }
}

const config = (scene: string) => ({ scene, output: join(folder, 'out'), levels: [2] })

describe('a run', () => {
  it('goes through all stages with one worker, and its archive lists every artifact that was announced', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(3)))
    const { record, events } = await follow(client, runId)
    expect(record.state).toBe('succeeded')
    expect(record.stages.map((stage) => stage.state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
    expect(spawned.length).toBe(1)
    expect(spawned[0]!.killed).toBe(true)
    const [summary] = await client.call.runs.list()
    const run = await openRunFolder(summary!.folder)
    const announced = events.flatMap((event) => (event.type === 'artifactWritten' ? [event.name] : []))
    expect([...run.listing.entries.keys()]).toEqual(announced)
    for (const entry of run.listing.entries.values())
      expect(JSON.parse(new TextDecoder().decode(await run.readArtifact(entry))).level).toBe(2)
    await run.close()
  })

  it('journals what it told: the record read from disk equals the one that was followed', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(2)))
    const { record } = await follow(client, runId)
    const [summary] = await client.call.runs.list()
    const stored = await openRunFolder(summary!.folder)
    expect(stored.record).toEqual(record)
    await stored.close()
  })

  it('whose worker dies is tried again, then fails in that stage, and keeps what was committed', async () => {
    const client = await start((assignment, say, die) => {
      if (assignment.stage !== 'tracker') return willing(assignment, say, die)
      if (assignment.resume === undefined) {
        say(artifact('tracker', 0, 1))
        say({ type: 'commit', ticket: 2, position: 1, counts: {} })
      }
      say(artifact('tracker', 1, 3))
      setTimeout(() => die('signal SIGSEGV'), 50)
    })
    const { runId } = await client.call.runs.start(config(await frames(2)))
    const { record } = await follow(client, runId)
    expect(record.state).toBe('failed')
    expect(record.fault).toEqual({ code: 'WORKER_LOST', params: { stage: 'tracker', reason: 'signal SIGSEGV' } })
    const coverage = await client.call.runs.coverage({ runId })
    expect(coverage.find((group) => group.stage === 'tracker')?.frameIndices).toEqual([0])
    expect(record.warnings.map((warning) => warning.code)).toEqual(['STAGE_TRIED_AGAIN'])
    expect(record.stages[2]).toMatchObject({ state: 'failed', attempt: 2 })
  })

  it('gets a new worker of the next generation after a loss, and the device rests after three losses', async () => {
    const client = await start((_assignment, _say, die) => die('code 139'))
    const scene = await frames(1)
    for (const expected of ['WORKER_LOST', 'WORKER_LOST', 'WORKER_LOST', 'DEVICE_RESTS']) {
      const { runId } = await client.call.runs.start({ ...config(scene), limits: { attempts: 1 } })
      const { record, events } = await follow(client, runId)
      expect(record.fault?.code).toBe(expected)
      const started = events.find((event) => event.type === 'stageStarted')
      if (started?.type === 'stageStarted') expect(started.generation).toBe(spawned.length)
    }
    expect(spawned.length).toBe(3)
  })

  it('that is cancelled says so at once, ends a worker that does not listen, and is cancelled only then', async () => {
    const client = await start((_assignment, say) => say({ type: 'began', total: 1 }))
    const { runId } = await client.call.runs.start(config(await frames(1)))
    await expect.poll(() => spawned.length).toBe(1)
    const answer = client.call.runs.cancel({ runId })
    const { record, events } = await follow(client, runId)
    expect((await answer).state).toBe('cancelled')
    expect(record.state).toBe('cancelled')
    expect(spawned[0]!.killed).toBe(true)
    const types = events.map((event) => event.type)
    expect(types.indexOf('cancelRequested')).toBeLessThan(types.indexOf('runFinished'))
    const again = await client.call.runs.cancel({ runId }).catch((error: unknown) => error)
    expect(faultFromCall(again).code).toBe('RUN_NOT_RUNNING')
  })

  it('that waits in the queue can be cancelled before it ever starts', async () => {
    let hold: (() => void) | undefined
    const client = await start((assignment, say, die) => {
      if (assignment.stage === 'ssam' && !hold) hold = () => willing(assignment, say, die)
      else willing(assignment, say, die)
    })
    const scene = await frames(1)
    const first = await client.call.runs.start(config(scene))
    const second = await client.call.runs.start(config(scene))
    const cancelled = client.call.runs.cancel({ runId: second.runId })
    await expect.poll(() => hold).toBeDefined()
    // The first one has not gone on yet: the second ends without waiting for it, and does not take its worker away.
    expect((await cancelled).state).toBe('cancelled')
    expect(spawned.length).toBe(1)
    hold?.()
    expect((await follow(client, first.runId)).record.state).toBe('succeeded')
  })
})

describe('before a run', () => {
  const faultOf = async (client: EngineClient, value: Parameters<EngineClient['call']['runs']['start']>[0]) =>
    faultFromCall(await client.call.runs.start(value).catch((error: unknown) => error))

  it('wrong input is named with its place, and nothing is written', async () => {
    const client = await start(willing)
    expect((await faultOf(client, config(join(folder, 'nowhere')))).code).toBe('SCENE_NOT_FOUND')
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(folder, 'empty'))
    expect((await faultOf(client, config(join(folder, 'empty')))).code).toBe('SCENE_WITHOUT_FRAMES')
    const scene = await frames(5)
    expect((await faultOf(client, { ...config(scene), frames: { start: 9 } })).code).toBe('FRAME_SLICE_EMPTY')
    await writeFile(join(scene, '3.png'), 'not a picture')
    const unreadable = await faultOf(client, config(scene))
    expect([unreadable.code, unreadable.params.frameIndex]).toEqual(['FRAME_UNREADABLE', 3])
    expect((await faultOf(client, { ...config(scene), frames: { end: 3 }, output: '/dev/null/x' })).code).toBe('FOLDER_NOT_WRITABLE')
    await sharp({ create: { width: 9, height: 6, channels: 3, background: 'red' } })
      .png()
      .toFile(join(scene, '3.png'))
    const differs = await faultOf(client, config(scene))
    expect([differs.code, differs.params.frameIndex, differs.params.width]).toEqual(['FRAME_SIZE_DIFFERS', 3, 9])
    await expect(readdir(join(folder, 'out'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await client.call.runs.list()).toEqual([])
  })

  it('frames are found where MultiScan and ScanNet keep them, and sorted by number', async () => {
    const client = await start(willing)
    const scene = await frames(12, 'scene_1/outputs/color')
    const probe = await client.call.scenes.probe({ path: join(folder, 'scene_1') })
    expect([probe.kind, probe.framesPath, probe.frameCount, probe.lastFrame, probe.name]).toEqual([
      'multiscan',
      scene,
      12,
      '11.png',
      'scene_1',
    ])
    await frames(2, 'scene_2/color')
    expect((await client.call.scenes.probe({ path: join(folder, 'scene_2') })).kind).toBe('scannet')
  })
})

describe('after a run', () => {
  it('a journal and an archive cut anywhere still read up to the cut', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(4)))
    await follow(client, runId)
    const runFolder = (await client.call.runs.list())[0]!.folder
    const journal = await readFile(join(runFolder, 'journal.ndjson'))
    const tar = await readFile(join(runFolder, 'tracker.tar'))
    // A journal that ends before its run began tells a queued run, and that is true as well.
    const begun = journal.indexOf('\n', journal.indexOf('"runStarted"')) + 10
    for (const share of [0.95, 0.6, 0.3]) {
      await writeFile(join(runFolder, 'journal.ndjson'), journal.subarray(0, Math.max(begun, Math.floor(journal.length * share))))
      await truncate(join(runFolder, 'tracker.tar'), Math.floor(tar.length * share))
      const run = await openRunFolder(runFolder)
      expect(run.record.state).toBe('interrupted')
      expect(run.problems.length).toBeGreaterThan(0)
      for (const entry of run.listing.entries.values()) expect((await run.readArtifact(entry)).length).toBe(entry.length)
      expect(run.listing.entries.size).toBeGreaterThan(0)
      await run.close()
    }
  })

  it('each tar alone is enough: its last member is its part of the manifest', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(2)))
    await follow(client, runId)
    const runFolder = (await client.call.runs.list())[0]!.folder
    const besides = await openRunFolder(runFolder)
    const source = await openFileSource(join(runFolder, 'tracker.tar'))
    const listing = await listingFromArchive(source)
    expect([...listing!.entries]).toEqual([...besides.listing.entries].filter(([, entry]) => entry.stage === 'tracker'))
    await Promise.all([besides.close(), source.close()])
  })

  it('files outside of the run folder cannot be read through it', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(1)))
    await follow(client, runId)
    await writeFile(join(folder, 'secret.txt'), 'x')
    await expect(client.bytes({ what: 'file', runId, path: '../../secret.txt' })).rejects.toMatchObject({ code: 'PATH_FORBIDDEN' })
    expect((await client.bytes({ what: 'file', runId, path: 'run.json' })).mediaType).toBe('application/json')
  })

  it('a frame comes with its picture and the masks of the same frame, or with the masks that are there', async () => {
    const client = await start(willing)
    const { runId } = await client.call.runs.start(config(await frames(3)))
    await follow(client, runId)
    const { header, bytes } = await client.bytes({ what: 'frame', runId, frameIndex: 2, stage: 'filter', levels: [2, 4], withImage: true })
    const { image, parts } = header as {
      image: { offset: number; length: number }
      parts: { level: number; offset: number; length: number }[]
    }
    expect(parts.map((part) => part.level)).toEqual([2])
    const masks = JSON.parse(new TextDecoder().decode(bytes.subarray(parts[0]!.offset, parts[0]!.offset + parts[0]!.length)))
    expect(masks.frameIndex).toBe(2)
    const picture = await sharp(bytes.subarray(image.offset, image.length)).raw().toBuffer()
    expect(picture[0]).toBe(2)
  })
})
