// Ends runs in the middle of a network's native call, again and again, and holds what is left against a run that nobody disturbed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { channelPair } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import { encodeGraph } from '#core/model/onnx-writer'
import { slowed } from '#core/model/slow-graphs'
import { tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import type { RunConfigInput } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import { makeSyntheticScene } from '#core/scene/synthetic'
import { createEngine, resultHash } from '#engine/engine'
import { forkProgram } from './child-process.ts'
import { entryFile } from './entries.ts'

export type InferenceDrill = {
  readonly aborts: number
  /** From the order, or from the kill, to the moment when the stage has its model open again and begins with the next frame. */
  readonly resumedMs: readonly number[]
  /** From the first order to start until the stage first had its model open: a new process, the runtime, and the model. */
  readonly coldMs: number
  /** Frames that were told as done and were done again, beyond the one whose commit was on its way. */
  readonly lostFrames: number
  /** Longest answer of the engine to a question asked every 50 ms meanwhile. */
  readonly slowestAnswerMs: number
  /** Whether the result is byte for byte that of the undisturbed run. */
  readonly sameResult: boolean
}

type Options = {
  readonly aborts: number
  /** Of the convolutions that make the network slow: with 60 a frame takes some 150 ms on one core. */
  readonly convolutions: number
  readonly tell?: (line: string) => void
}

/** Every second time the run is cancelled and resumed; in between its worker is killed, and the engine goes on by itself. */
export async function drillInference({ aborts, convolutions, tell = () => {} }: Options): Promise<InferenceDrill> {
  const folder = await mkdtemp(join(tmpdir(), 'scenewright-inference-'))
  try {
    const model = join(folder, 'slow.onnx')
    await writeFile(model, encodeGraph(slowed(tinyYoloSeg(), 'images', convolutions)))
    const scene = join(folder, 'frames')
    await writeFrames(scene, aborts * 2 + 2)
    const config = (name: string): RunConfigInput => {
      const stages = { ssam: { every: 1, backend: 'onnx' as const, model } }
      return { scene, output: join(folder, name), levels: [2], stages, limits: { attempts: 3 } }
    }
    const disturbed = await disturb(folder, config('disturbed'), aborts, tell)
    const quiet = await openEngine(join(folder, 'quiet-state'))
    const { runId } = await quiet.client.call.runs.start(config('quiet'))
    await follow(quiet.client, runId, 0, () => false)
    const sameResult = (await hashOf(quiet.client, runId)) === disturbed.hash
    await quiet.close()
    const { hash: _hash, ...figures } = disturbed
    return { aborts, ...figures, sameResult }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function disturb(folder: string, config: RunConfigInput, aborts: number, tell: (line: string) => void) {
  const engine = await openEngine(join(folder, 'state'))
  const { client } = engine
  const answers = askSteadily(client)
  const begun = performance.now()
  const { runId } = await client.call.runs.start(config)
  let { at, seq } = await follow(client, runId, 0, opened)
  const coldMs = at - begun
  const resumedMs: number[] = []
  let lostFrames = 0
  let reached = 0
  for (let i = 0; i < aborts; i += 1) {
    // At least one frame more than before, and then somewhere inside of the next one.
    const progress = await follow(client, runId, seq, (event) => event.type === 'stageProgressed' && event.done > reached)
    if (progress.event?.type !== 'stageProgressed')
      throw new Error(`the run ended before abort ${i + 1}: ${JSON.stringify(progress.event)}`)
    reached = progress.event.done
    await new Promise((resolve) => setTimeout(resolve, (i * 37) % 100))
    const from = performance.now()
    if (i % 2 === 0) {
      await client.call.runs.cancel({ runId })
      await client.call.runs.continue({ runId })
    } else engine.killWorker()
    const again = await follow(client, runId, progress.seq, (event) => opened(event) && startsAfter(event, reached))
    if (again.event?.type !== 'stageStarted') throw new Error(`the run did not go on after abort ${i + 1}: ${JSON.stringify(again.event)}`)
    resumedMs.push(again.at - from)
    // Progress is told before its frame is committed, so the last one told may be done again.
    lostFrames += Math.max(0, reached - 1 - (again.event.alreadyDone ?? 0))
    seq = again.seq
    tell(`abort ${i + 1}: went on at frame ${again.event.alreadyDone} after ${Math.round(again.at - from)} ms`)
  }
  await follow(client, runId, seq, () => false)
  const slowestAnswerMs = answers.stop()
  const hash = await hashOf(client, runId)
  await engine.close()
  return { coldMs, resumedMs, lostFrames, slowestAnswerMs, hash }
}

const opened = (event: RunEvent) => event.type === 'stageStarted' && event.stage === 'ssam' && event.total > 0
/** A start that was told before the abort is none after it. */
const startsAfter = (event: RunEvent, reached: number) => event.type === 'stageStarted' && (event.alreadyDone ?? 0) >= reached - 1

/** Up to the first event that is `wanted`, or to the end of the run. */
async function follow(client: EngineClient, runId: string, after: number, wanted: (event: RunEvent) => boolean) {
  let seq = after
  let last: RunEvent | undefined
  for await (const batch of await client.call.runs.events({ runId, after }))
    for (const event of batch) {
      seq = event.seq
      last = event
      if (wanted(event)) return { event, seq, at: performance.now() }
    }
  return { event: last, seq, at: performance.now() }
}

async function hashOf(client: EngineClient, runId: string): Promise<string> {
  const found = (await client.call.runs.list()).find(({ id }) => id === runId)
  if (found?.state !== 'succeeded') throw new Error(`the run ended ${found?.state}: ${JSON.stringify(found?.fault)}`)
  return resultHash(found.folder)
}

function askSteadily(client: EngineClient): { stop(): number } {
  let slowest = 0
  const timer = setInterval(() => {
    const asked = performance.now()
    void client.call.runs.list().then(() => {
      slowest = Math.max(slowest, performance.now() - asked)
    })
  }, 50)
  return {
    stop: () => {
      clearInterval(timer)
      return slowest
    },
  }
}

/** An engine in this process, with real workers in theirs. */
export async function openEngine(stateFolder: string) {
  let worker: number | undefined
  const engine = await createEngine({
    stateFolder,
    defaultOutput: stateFolder,
    modelsFolder: join(stateFolder, 'models'),
    home: stateFolder,
    roots: undefined,
    buildId: 'drill',
    version: '1',
    service: true,
    spawnWorker: async () => {
      const program = forkProgram(entryFile('worker-entry'), { heapMegabytes: 1024, ownGroup: false })
      worker = program.pid
      return program
    },
  })
  const [near, far] = channelPair()
  engine.attach(far)
  return {
    client: connectEngine(near),
    killWorker: () => {
      if (worker !== undefined) process.kill(worker, 'SIGKILL')
    },
    close: () => engine.close(),
  }
}

export async function writeFrames(folder: string, frames: number): Promise<void> {
  await mkdir(folder)
  const size = { width: 64, height: 48 }
  const scene = makeSyntheticScene({ ...size, frames })
  for (let i = 0; i < frames; i += 1)
    await sharp(scene.frame(i).rgb, { raw: { ...size, channels: 3 } })
      .png()
      .toFile(join(folder, `${String(i).padStart(4, '0')}.png`))
}
