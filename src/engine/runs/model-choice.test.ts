// Which model a run gets: told before the start, recorded in the run, handed to the worker, and never another one in silence.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import type { Assignment } from '#api/worker-api'
import type { RunEvent } from '#core/run/run-event'
import { createEngine, type Engine } from '../engine.ts'
import { fakeWorker } from '../fake-worker.ts'
import { samDecoderBytes, samEncoderBytes, yoloSegBytes } from '../models/model-fixture.ts'

let folder: string
let engine: Engine
let client: EngineClient
const assignments: Assignment[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-choice-'))
  await mkdir(join(folder, 'frames'))
  for (let i = 0; i < 3; i += 1)
    await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: 90 * i, g: 0, b: 0 } } })
      .png()
      .toFile(join(folder, 'frames', `${i}.png`))
  const store = join(folder, 'store')
  await mkdir(join(store, 'sam'), { recursive: true })
  await writeFile(join(store, 'sam', 'encoder.onnx'), samEncoderBytes())
  await writeFile(join(store, 'sam', 'decoder.onnx'), samDecoderBytes())
  await writeFile(join(store, 'seg.onnx'), yoloSegBytes())
  await writeFile(join(folder, 'half.onnx'), samDecoderBytes())
  await writeFile(join(folder, 'broken.onnx'), 'no network at all')
  engine = await createEngine({
    stateFolder: join(folder, 'state'),
    defaultOutput: join(folder, 'out'),
    modelsFolder: store,
    home: folder,
    roots: undefined,
    buildId: 'b',
    version: '1',
    spawnWorker: async () => fakeWorker({ began: (assignment) => assignments.push(assignment) }),
  })
  const [near, far] = channelPair()
  engine.attach(far)
  client = connectEngine(near)
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const configOf = (model: string, fallbacks: string[] = [], name = 'run') => ({
  scene: join(folder, 'frames'),
  output: join(folder, 'out'),
  name,
  levels: [2, 4],
  stages: { ssam: { backend: 'onnx' as const, model, fallbacks } },
})
const planOf = (model: string, fallbacks?: string[]) => client.call.runs.plan(configOf(model, fallbacks))

async function eventsOf(config: ReturnType<typeof configOf>): Promise<RunEvent[]> {
  const { runId } = await client.call.runs.start(config)
  const events: RunEvent[] = []
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) events.push(...batch)
  return events
}

describe('before the start', () => {
  it.each([
    ['a path where nothing is', () => join(folder, 'gone.onnx'), 'MODEL_MISSING'],
    ['a file that is no network', () => join(folder, 'broken.onnx'), 'ONNX_NOT_A_MODEL|ONNX_DAMAGED|ONNX_CUT|MODEL_KIND_REFUSED'],
    ['a decoder without its encoder', () => join(folder, 'half.onnx'), 'MODEL_UNEXPECTED'],
    ['a name that the store does not have', () => 'nobody', 'MODEL_NOT_IN_STORE'],
    ['no model at all', () => '', 'CONFIG_INVALID'],
  ])('%s is a conflict that stops the run, not a surprise of its first stage', async (_, model, code) => {
    const { conflicts, stages } = await planOf(model())
    expect(stages).toEqual([])
    expect(conflicts).toHaveLength(1)
    expect(conflicts[0]).toMatchObject({ severity: 'error', code: expect.stringMatching(`^(${code})$`) })
    await expect(client.call.runs.start(configOf(model()))).rejects.toMatchObject({ data: { code: expect.stringMatching(`^(${code})$`) } })
  })

  it('a fallback is a warning with the reason, and the plan tells what runs instead', async () => {
    const { conflicts, stages } = await planOf('nobody', ['seg'])
    expect(conflicts).toMatchObject([{ severity: 'warning', code: 'MODEL_FALLBACK', message: expect.stringContaining('nobody') }])
    expect(stages[0]!.model).toMatchObject({ source: 'fallback', name: 'seg', degraded: true, skipped: [{ name: 'nobody' }] })
  })

  it('a name in the store and the path of the same bytes are one model to the cache', async () => {
    const byName = await planOf('seg')
    const byPath = await planOf(join(folder, 'store', 'seg.onnx'))
    expect(byName.conflicts).toEqual([])
    expect(byName.stages[0]!.model).toMatchObject({ source: 'chosen', name: 'seg', role: 'instanceSegmenter' })
    expect(byPath.stages[0]!.fingerprint).toBe(byName.stages[0]!.fingerprint)
    expect((await planOf('sam')).stages[0]!.fingerprint).not.toBe(byName.stages[0]!.fingerprint)
  })
})

describe('a run', () => {
  it('gives the worker all parts of the model, and keeps name, path and hash in its record', async () => {
    const events = await eventsOf(configOf('sam'))
    const { model } = assignments.find(({ stage }) => stage === 'ssam')!
    expect(model).toMatchObject({ source: 'chosen', name: 'sam', role: 'promptableSegmenter', degraded: false })
    expect(model?.model?.files.map(({ part }) => part).sort()).toEqual(['decoder', 'encoder'])
    expect(model?.model?.preprocessing?.resize.rule).toBe('longestSide')
    const planned = events.find((event) => event.type === 'runPlanned')!
    expect(planned.stages[0]!.model).toEqual(model)
    const queued = events.find((event) => event.type === 'runQueued')!
    expect(queued.provenance?.models.map(({ stage, name, source }) => [stage, name, source])).toEqual([
      ['ssam', 'sam', 'chosen'],
      ['ssam', 'sam', 'chosen'],
    ])
    const lines = events.flatMap((event) => (event.type === 'logWritten' ? [event.text] : []))
    expect(lines.filter((line) => line.startsWith('ssam runs sam (chosen;'))).toHaveLength(1)
  })

  it('on the built-in backend instead of a broken model says so once, in a warning', async () => {
    assignments.length = 0
    const events = await eventsOf(configOf(join(folder, 'broken.onnx'), ['builtin'], 'instead'))
    expect(assignments.find(({ stage }) => stage === 'ssam')?.model).toMatchObject({ source: 'builtin', degraded: true })
    expect(events.filter((event) => event.type === 'warningRaised')).toMatchObject([{ stage: 'ssam', code: 'MODEL_FALLBACK' }])
    expect(events.at(-1)).toMatchObject({ type: 'runFinished', state: 'succeeded' })
  })

  it('expects of one model nothing that another one took', async () => {
    expect((await planOf('sam')).stages[0]!.action).toBe('reuse')
    const other = await client.call.runs.plan({ ...configOf('seg'), rerunFrom: 'ssam' })
    expect(other.stages[0]!.prediction).toBeUndefined()
    const same = await client.call.runs.plan({ ...configOf('sam'), rerunFrom: 'ssam' })
    expect(same.stages[0]!.prediction?.basis).toContain('1 run with these settings')
  })
})
