// The life of a run: paused, continued, retried, out of time, adopted by the next engine; always ending in what an undisturbed run finds.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient, faultFromCall } from '#api/client'
import type { RunConfigInput } from '#core/run/run-config'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import { createEngine, type Engine, type EngineOptions, resultHash } from './engine.ts'
import { fakeWorker, type FakeWork } from './fake-worker.ts'

let folder: string
let scene: string
const engines: Engine[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-life-'))
  scene = join(folder, 'frames')
  await mkdir(scene)
  for (let i = 0; i < 12; i += 1)
    await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: i, g: 0, b: 0 } } })
      .png()
      .toFile(join(scene, `${i}.png`))
})
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const slow: FakeWork = { before: () => pause(15) }

async function start(work: FakeWork = slow, more: Partial<EngineOptions> = {}): Promise<{ engine: Engine; client: EngineClient }> {
  const engine = await createEngine({
    stateFolder: join(folder, 'state'),
    defaultOutput: join(folder, 'out'),
    home: folder,
    roots: undefined,
    buildId: 'b',
    version: '1',
    service: true,
    spawnWorker: async () => fakeWorker(work),
    ...more,
  })
  engines.push(engine)
  const [near, far] = channelPair()
  engine.attach(far)
  return { engine, client: connectEngine(near) }
}

/** Reuse would hide what is tested here: each run has a setting of its own that changes no artifact of these workers. */
let serial = 0
const config = (more: Partial<RunConfigInput> = {}): RunConfigInput => {
  serial += 1
  return { scene, output: join(folder, 'out'), levels: [2], stages: { ssam: { every: 1, minArea: 1000 + serial } }, ...more }
}

async function follow(client: EngineClient, runId: string, until: (event: RunEvent) => boolean = (event) => event.type === 'runFinished') {
  let record: RunRecord | undefined
  const events: RunEvent[] = []
  for await (const batch of await client.call.runs.events({ runId, after: 0 }))
    for (const event of batch) {
      events.push(event)
      record = foldRun(record, event)
      if (until(event)) return { events, record }
    }
  return { events, record: record! }
}
const folderOf = async (client: EngineClient, runId: string) => (await client.call.runs.list()).find(({ id }) => id === runId)!.folder

async function undisturbed(client: EngineClient): Promise<string> {
  const { runId } = await client.call.runs.start(config())
  const { record } = await follow(client, runId)
  expect(record.state).toBe('succeeded')
  return resultHash(await folderOf(client, runId))
}
const inTracker = (event: RunEvent) => event.type === 'stageProgressed' && event.stage === 'tracker' && event.done >= 4

describe('a pause', () => {
  it.each(['afterFrame', 'afterStage', 'now'] as const)(
    '%s takes hold, gives the worker back, and the run ends as if there had been none',
    async (mode) => {
      const spawned: { killed: boolean }[] = []
      const { client } = await start(slow, {
        spawnWorker: async () => {
          const worker = fakeWorker(slow)
          const state = { killed: false }
          spawned.push(state)
          return {
            ...worker,
            kill: async () => {
              state.killed = true
              await worker.kill()
            },
          }
        },
      })
      const expected = await undisturbed(client)
      const { runId } = await client.call.runs.start(config())
      await follow(client, runId, inTracker)
      expect(await client.call.runs.pause({ runId, mode })).toEqual({ state: 'paused' })
      expect(spawned.every(({ killed }) => killed)).toBe(true)
      const resting = (await client.call.runs.list()).find(({ id }) => id === runId)!
      expect(resting.state).toBe('paused')
      // One stream over the rest: whoever looks on hears of the continuation.
      const ending = follow(client, runId)
      expect((await client.call.runs.continue({ runId })).state).not.toBe('paused')
      const { record, events } = await ending
      expect(record.state).toBe('succeeded')
      expect(record.stages.map((stage) => stage.state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
      expect(await resultHash(resting.folder)).toBe(expected)
      const again = events.filter((event) => event.type === 'stageStarted' && event.stage === 'tracker').at(-1)
      if (mode !== 'afterStage') expect(again).toMatchObject({ alreadyDone: expect.toSatisfy((done: number) => done >= 4) })
      expect(await readdir(resting.folder)).not.toContain('.stage')
    },
  )

  it('of a run that waits in the queue takes hold at once, and a paused run can be cancelled', async () => {
    const { client } = await start()
    const first = await client.call.runs.start(config())
    const second = await client.call.runs.start(config())
    expect(await client.call.runs.pause({ runId: second.runId, mode: 'afterFrame' })).toEqual({ state: 'paused' })
    expect(await client.call.runs.cancel({ runId: second.runId })).toEqual({ state: 'cancelled' })
    expect(await client.call.runs.cancel({ runId: first.runId })).toEqual({ state: 'cancelled' })
  })
})

describe('going on', () => {
  it('from a stage begins it and those after it anew, and keeps those before', async () => {
    const { client } = await start({})
    const { runId } = await client.call.runs.start(config())
    await follow(client, runId)
    const before = await resultHash(await folderOf(client, runId))
    expect(faultFromCall(await client.call.runs.retry({ runId, stage: 'no-such' }).catch((error: unknown) => error)).code).toBe(
      'STAGE_UNKNOWN',
    )
    expect(faultFromCall(await client.call.runs.continue({ runId }).catch((error: unknown) => error)).code).toBe('CONFIG_INVALID')
    await client.call.runs.retry({ runId, stage: 'tracker' })
    await expect.poll(async () => (await client.call.runs.list()).find(({ id }) => id === runId)!.state).toBe('succeeded')
    const { events } = await follow(client, runId, () => false)
    const started = events.filter((event) => event.type === 'stageStarted' && event.total === 0)
    expect(started.filter((event) => event.type === 'stageStarted' && event.stage === 'tracker').length).toBe(2)
    expect(started.filter((event) => event.type === 'stageStarted' && event.stage === 'ssam').length).toBe(1)
    expect(await resultHash(await folderOf(client, runId))).toBe(before)
  })

  it('after the time limit keeps what was committed, with the same limit again', async () => {
    const { client } = await start()
    const expected = await undisturbed(client)
    const { runId } = await client.call.runs.start(config({ limits: { timeoutMinutes: 0.006 } }))
    let { record } = await follow(client, runId)
    expect(record.fault?.code).toBe('RUN_OUT_OF_TIME')
    for (let stretch = 0; stretch < 12 && record.state !== 'succeeded'; stretch += 1) {
      await client.call.runs.continue({ runId })
      await expect
        .poll(async () => (await client.call.runs.list()).find(({ id }) => id === runId)!.state, { timeout: 5000 })
        .toMatch(/succeeded|failed/)
      record = (await follow(client, runId)).record
      record =
        (await client.call.runs.list()).find(({ id }) => id === runId)!.state === 'succeeded' ? { ...record, state: 'succeeded' } : record
    }
    expect(record.state).toBe('succeeded')
    expect(await resultHash(await folderOf(client, runId))).toBe(expected)
  })

  it('happens by itself when a service ends and the next one begins; a command cancels instead', async () => {
    const { engine, client } = await start()
    const expected = await undisturbed(client)
    const going = await client.call.runs.start(config())
    const waiting = await client.call.runs.start(config())
    await follow(client, going.runId, inTracker)
    await engine.close()
    engines.splice(engines.indexOf(engine), 1)
    const { client: next } = await start()
    for (const { runId } of [going, waiting]) {
      await expect
        .poll(async () => (await next.call.runs.list()).find(({ id }) => id === runId)?.state, { timeout: 10_000 })
        .toBe('succeeded')
      expect(await resultHash(await folderOf(next, runId))).toBe(expected)
    }
    const command = await start(slow, { service: false, stateFolder: join(folder, 'command-state') })
    const third = await command.client.call.runs.start(config())
    await follow(command.client, third.runId, (event) => event.type === 'stageStarted')
    const end = follow(command.client, third.runId)
    await command.engine.close()
    engines.splice(engines.indexOf(command.engine), 1)
    expect((await end).record.state).toBe('cancelled')
  })
})

describe('an engine that stopped between the last line of a journal and the list of runs', () => {
  it('has its run told as it ended by the next one, not as interrupted for ever', async () => {
    const { engine, client } = await start()
    const ended = await client.call.runs.start(config())
    await follow(client, ended.runId)
    const paused = await client.call.runs.start(config())
    await follow(client, paused.runId, inTracker)
    await client.call.runs.pause({ runId: paused.runId, mode: 'now' })
    const folders = await Promise.all([folderOf(client, ended.runId), folderOf(client, paused.runId)])
    await engine.close()
    engines.splice(engines.indexOf(engine), 1)
    // As it is left by a kill just then: both in the book still, and in the list as running under a process that is gone.
    const state = new DatabaseSync(join(folder, 'state', 'state.sqlite'))
    const book = state.prepare(
      "INSERT INTO queue (run_id, folder, place, service, owner_pid, owner_started) VALUES (?, ?, ?, 1, 4000000, 'gone')",
    )
    for (const [i, { runId }] of [ended, paused].entries()) book.run(runId, folders[i]!, i + 1)
    state.exec(
      "UPDATE registry_runs SET state = 'running', owner_pid = 4000000, owner_started = 'gone', summary = json_set(summary, '$.state', 'running')",
    )
    state.close()
    const { client: next } = await start()
    const stateOf = async (runId: string) => (await next.call.runs.list()).find(({ id }) => id === runId)?.state
    expect(await stateOf(ended.runId)).toBe('succeeded')
    expect(await stateOf(paused.runId)).toBe('paused')
  })
})

describe('one stream', () => {
  it('of a run that an earlier engine paused goes on with the run, although the list of runs changes at that very moment', async () => {
    const { engine, client } = await start()
    const { runId } = await client.call.runs.start(config())
    await follow(client, runId, inTracker)
    await client.call.runs.pause({ runId, mode: 'now' })
    await engine.close()
    engines.splice(engines.indexOf(engine), 1)
    const { client: next } = await start()
    const told = follow(next, runId)
    // Others ask for the run again and again: none of them may bring back what lay on disk while it was taken in hand.
    let isOver = false
    const asking = (async () => {
      for (; !isOver; await pause(1)) await next.call.runs.coverage({ runId })
    })()
    await next.call.runs.continue({ runId })
    expect((await told).record.state).toBe('succeeded')
    isOver = true
    await asking
    expect((await follow(next, runId)).record.state).toBe('succeeded')
  })
})

describe('a program that is told of outcomes', () => {
  it('hears of each end once, with state and folder, and one that fails changes nothing', async () => {
    const heard = join(folder, 'heard.txt')
    const program = join(folder, 'tell.sh')
    await writeFile(program, `#!/bin/sh\necho "$SCENEWRIGHT_RUN_STATE $SCENEWRIGHT_RUN_NAME $SCENEWRIGHT_RUN_FOLDER" >> ${heard}\nexit 3\n`)
    await chmod(program, 0o755)
    const { client } = await start(slow, { outcomeProgram: program })
    const first = await client.call.runs.start(config({ name: 'one' }))
    await follow(client, first.runId, inTracker)
    await client.call.runs.pause({ runId: first.runId, mode: 'now' })
    await client.call.runs.continue({ runId: first.runId })
    await follow(client, first.runId)
    const second = await client.call.runs.start(config({ name: 'two' }))
    await client.call.runs.cancel({ runId: second.runId })
    const lines = async () => (await readFile(heard, 'utf8').catch(() => '')).trim().split('\n').sort()
    await expect
      .poll(lines)
      .toEqual([`cancelled two ${await folderOf(client, second.runId)}`, `succeeded one ${await folderOf(client, first.runId)}`])
  })
})

describe('the queue', () => {
  it('starts in order, is reordered, paused and widened', async () => {
    const order: string[] = []
    const { client } = await start({
      before: () => pause(5),
      began: ({ id, stage }) => void (stage === 'ssam' && order.push(id.split('/')[0]!)),
    })
    await client.call.queue.setPaused({ paused: true })
    const runs: string[] = []
    for (let i = 0; i < 4; i += 1) runs.push((await client.call.runs.start(config())).runId)
    await pause(50)
    expect(order).toEqual([])
    await client.call.queue.move({ runId: runs[3]!, before: runs[0]! })
    await client.call.queue.move({ runId: runs[1]! })
    for await (const state of await client.call.queue.watch()) {
      expect(state.paused).toBe(true)
      expect(state.entries.map((entry) => entry.runId)).toEqual([runs[3], runs[0], runs[2], runs[1]])
      expect(state.entries.every((entry) => entry.waitsFor.includes('paused'))).toBe(true)
      break
    }
    await client.call.queue.setPaused({ paused: false })
    for (const runId of runs) await follow(client, runId)
    expect(order).toEqual([runs[3], runs[0], runs[2], runs[1]])
  })

  it('takes several scenes, and one that cannot start stops no other', async () => {
    const { client } = await start({})
    const answers = await client.call.runs.startAll({ runs: [config(), { ...config(), scene: join(folder, 'nowhere') }, config()] })
    expect(answers.map((answer) => answer.fault?.code ?? 'started')).toEqual(['started', 'SCENE_NOT_FOUND', 'started'])
    for (const { runId } of answers) if (runId) expect((await follow(client, runId)).record.state).toBe('succeeded')
  })
})
