// What is taken over from earlier runs and what is not: two hundred changes, each of which must be noticed by name, or rightly not at all.
import { appendFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import type { RunConfigInput } from '#core/run/run-config'
import type { RunPlan } from '#core/run/run-plan'
import { createEngine, type Engine } from './engine.ts'
import { yoloSegBytes } from './models/model-fixture.ts'
import { fakeWorker } from './fake-worker.ts'

let folder: string
let scene: string
let model: string
const engines: Engine[] = []
let client: EngineClient
let otherCode: EngineClient
let baseFolder: string

const base = (): RunConfigInput => ({
  scene,
  output: join(folder, 'out'),
  name: 'base',
  levels: [2, 4],
  stages: { ssam: { every: 2, backend: 'onnx', model } },
})

async function engineWith(workerCode: string): Promise<EngineClient> {
  const engine = await createEngine({
    stateFolder: join(folder, 'state'),
    defaultOutput: join(folder, 'out'),
    home: folder,
    roots: undefined,
    buildId: 'b',
    version: '1',
    workerCode,
    spawnWorker: async () => fakeWorker(),
  })
  engines.push(engine)
  const [near, far] = channelPair()
  engine.attach(far)
  return connectEngine(near)
}

async function runToEnd(config: RunConfigInput): Promise<string> {
  const { runId } = await client.call.runs.start(config)
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) void batch
  const summary = (await client.call.runs.list()).find(({ id }) => id === runId)
  if (summary?.state !== 'succeeded') throw new Error(`the run is ${summary?.state}: ${JSON.stringify(summary?.fault)}`)
  return summary.folder
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-cache-'))
  scene = join(folder, 'frames')
  model = join(folder, 'model.onnx')
  await mkdir(scene)
  await writeFile(model, yoloSegBytes())
  for (let i = 0; i < 6; i += 1)
    await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: 10 * i, g: 0, b: 0 } } })
      .png()
      .toFile(join(scene, `${i}.png`))
  client = await engineWith('code-a')
  otherCode = await engineWith('code-b')
  baseFolder = await runToEnd(base())
})
afterAll(async () => {
  for (const engine of engines) await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const actions = (plan: RunPlan) => plan.stages.map((stage) => stage.action)
const stageIds = ['ssam', 'filter', 'tracker', 'report']

/** A change, the first stage that has to run because of it (undefined: none), and the key that has to be named there. */
type Mutation = {
  readonly what: string
  readonly first: string | undefined
  readonly key: string | undefined
  readonly plan: () => Promise<RunPlan>
}

const withConfig = (
  what: string,
  first: string | undefined,
  key: string | undefined,
  change: (config: RunConfigInput) => RunConfigInput,
): Mutation => ({
  what,
  first,
  key,
  plan: () => client.call.runs.plan(change(base())),
})
const setting = (stage: 'ssam' | 'filter' | 'tracker' | 'report', name: string, value: unknown): Mutation =>
  withConfig(`stages.${stage}.${name} = ${JSON.stringify(value)}`, stage, `config stages.${stage}.${name}`, (config) => ({
    ...config,
    stages: { ...config.stages, [stage]: { ...(config.stages as Record<string, object> | undefined)?.[stage], [name]: value } },
  }))

/** Changes a file, asks, and puts back what was there. */
async function withFile<T>(path: string, change: () => Promise<void>, ask: () => Promise<T>): Promise<T> {
  const bytes = await readFile(path)
  await change()
  try {
    return await ask()
  } finally {
    await writeFile(path, bytes)
  }
}

function mutations(round: number): Mutation[] {
  const frame = join(scene, `${round % 6}.png`)
  const planBase = () => client.call.runs.plan(base())
  const [area, seen] = [301 + round, 1 + (round % 50)]
  return [
    setting('ssam', 'minArea', area),
    setting('ssam', 'scoreThreshold', 0.3 + round / 1000),
    setting('filter', 'minArea', area),
    setting('filter', 'stabilityThreshold', 0.1 + round / 1000),
    setting('tracker', 'maxPropagate', 31 + round),
    setting('tracker', 'quality', 'best'),
    setting('report', 'pictures', 7 + seen),
    withConfig('levels', 'ssam', 'config levels', (config) => ({ ...config, levels: [2, 4, 6] })),
    withConfig('name', 'report', 'config name', (config) => ({ ...config, name: `other ${round}` })),
    withConfig('a frame less', 'ssam', 'input frames', (config) => ({ ...config, frames: { end: 5 } })),
    // What changes no result must change no plan.
    withConfig('limits', undefined, undefined, (config) => ({ ...config, limits: { timeoutMinutes: round + 1, attempts: 3 } })),
    withConfig('output', undefined, undefined, (config) => ({ ...config, output: join(folder, `out-${round}`) })),
    {
      what: 'time stamp only',
      first: undefined,
      key: undefined,
      plan: async () => {
        await utimes(frame, round + 1, round + 1)
        return planBase()
      },
    },
    {
      what: 'content of one frame',
      first: 'ssam',
      key: 'input frames',
      plan: () => withFile(frame, () => appendFile(frame, `x${round}`), planBase),
    },
    {
      what: 'content of one frame under the same size and time stamp',
      first: 'ssam',
      key: 'input frames',
      plan: async () => {
        const when = new Date(2_000_000)
        await utimes(frame, when, when)
        await planBase()
        const bytes = await readFile(frame)
        // A comment byte at the end of a PNG is no part of the picture, but of the file.
        bytes[bytes.length - 1] = bytes.at(-1)! ^ (1 + (round % 200))
        return withFile(
          frame,
          async () => {
            await writeFile(frame, bytes)
            await utimes(frame, when, when)
          },
          planBase,
        )
      },
    },
    {
      what: 'the model file',
      first: 'ssam',
      key: 'model',
      plan: () => withFile(model, () => writeFile(model, yoloSegBytes({ round: String(round) })), planBase),
    },
    { what: 'the code of the workers', first: 'ssam', key: 'code version', plan: () => otherCode.call.runs.plan(base()) },
    { what: 'nothing', first: undefined, key: undefined, plan: planBase },
    {
      what: 'an environment variable',
      first: undefined,
      key: undefined,
      plan: async () => {
        process.env.SCENEWRIGHT_CACHE_TEST = String(round)
        return planBase()
      },
    },
    { what: 'asked for anew', first: 'tracker', key: undefined, plan: () => client.call.runs.plan({ ...base(), rerunFrom: 'tracker' }) },
  ]
}

describe('results of earlier runs', () => {
  it('are taken over after 200 changes exactly when they may be, and each miss names its key', async () => {
    const all = Array.from({ length: 10 }, (_, round) => mutations(round)).flat()
    expect(all).toHaveLength(200)
    for (const { what, first, key, plan } of all) {
      const found = await plan()
      const at = first === undefined ? stageIds.length : stageIds.indexOf(first)
      // The report needs what the others found, and its own settings only.
      const expected = stageIds.map((_, place) => (place < at ? 'reuse' : 'run'))
      expect(actions(found), what).toEqual(expected)
      if (key === undefined) continue
      const miss = found.stages[at]!
      expect(
        miss.changed.map((one) => one.key),
        what,
      ).toContain(key)
      expect(miss.reason, what).toContain(key)
    }
  }, 120_000)

  it('are not taken over when their bytes are no longer what was written', async () => {
    const tar = join(baseFolder, 'filter.tar')
    const plan = await withFile(
      tar,
      () => appendFile(tar, 'x'),
      () => client.call.runs.plan(base()),
    )
    expect(actions(plan)).toEqual(['reuse', 'run', 'run', 'run'])
    expect(plan.stages[1]!.reason).toContain('filter.tar is not what was written')
  })

  it('stay whole for the new run when the old one is deleted', async () => {
    const second = await runToEnd(base())
    const { runId } = await client.call.runs.open({ path: baseFolder })
    await client.call.registry.delete({ runId })
    expect(actions(await client.call.runs.plan(base()))).toEqual(['reuse', 'reuse', 'reuse', 'reuse'])
    expect((await readFile(join(second, 'tracker.tar'))).length).toBeGreaterThan(0)
  })
})
