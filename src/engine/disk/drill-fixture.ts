// A place for drills of the disk: a small scene, engines with workers that do no real work, and the questions that each drill ends with.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { RunSummary } from '#api/api'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import type { RunConfigInput } from '#core/run/run-config'
import { resultHash } from '../archive/result-hash.ts'
import { createEngine } from '../engine.ts'
import { type FakeWork, fakeWorker } from '../fake-worker.ts'
import { type Disk, realDisk } from './disk.ts'

/** The real one, whose syncs return at once. */
export const hastyDisk: Disk = {
  ...realDisk,
  open: async (path, mode) => ({ ...(await realDisk.open(path, mode)), sync: async () => {} }),
  syncFolder: async () => {},
}

export type DrillEngine = { readonly client: EngineClient; close(): Promise<void> }

export type DrillPlace = {
  readonly folder: string
  readonly config: (output: string) => RunConfigInput
  /** Each engine with its own `state` knows nothing of the others; without a disk it has the real one. */
  engine(state: string, disk?: Disk, work?: FakeWork): Promise<DrillEngine>
  close(): Promise<void>
}

/** `frames` frames, half of them candidates; `every` as in the settings of ssam. */
export async function openDrillPlace({ frames = 4, every = 2 } = {}): Promise<DrillPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'scenewright-disk-drill-'))
  const scene = join(folder, 'frames')
  await mkdir(scene)
  for (let i = 0; i < frames; i += 1)
    await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: i, g: 0, b: 0 } } })
      .png()
      .toFile(join(scene, `${i}.png`))
  return {
    folder,
    config: (output) => ({ scene, output, levels: [2], stages: { ssam: { every } } }),
    engine: async (state, disk, work = {}) => {
      const engine = await createEngine({
        stateFolder: state,
        defaultOutput: join(folder, 'out'),
        home: folder,
        roots: undefined,
        buildId: 'drill',
        version: '1',
        service: true,
        spawnWorker: async () => fakeWorker(work),
        ...(disk ? { disk } : {}),
      })
      const [near, far] = channelPair()
      engine.attach(far)
      let closing: Promise<void> | undefined
      return {
        client: connectEngine(near),
        close: () => {
          closing ??= engine.close()
          return closing
        },
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** As the list tells it. Throws RangeError when the run is not in it. */
export async function summaryOf(client: EngineClient, runId: string): Promise<RunSummary> {
  const found = (await client.call.runs.list()).find(({ id }) => id === runId)
  if (!found) throw new RangeError(`${runId} is in no list`)
  return found
}

/** Rejects when `work` takes longer: a drill must not hang with what it drills. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Goes on with a run, if it has not succeeded, and gives the hash of its result. Throws when it does not succeed. */
export async function finishRun(client: EngineClient, runId: string): Promise<string> {
  const { state, folder } = await summaryOf(client, runId)
  if (state !== 'succeeded') {
    await client.call.runs.continue({ runId })
    const after = await restOf(client, runId)
    if (after.state !== 'succeeded') throw new Error(`the continued run is ${after.state}: ${JSON.stringify(after.fault)}`)
  }
  return resultHash(folder)
}

/** How a run that was started or continued ended. Looks often: streams of events are batched, and a drill has hundreds of runs. */
export async function restOf(client: EngineClient, runId: string): Promise<RunSummary> {
  for (;;) {
    const summary = await summaryOf(client, runId)
    if (restStates.has(summary.state)) return summary
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}

const restStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'paused', 'interrupted', 'incomplete'])
