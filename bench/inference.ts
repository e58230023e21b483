// Measures what the thread around a network costs, what the cache of optimised networks saves, and how prompts share a decoder run.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { encodeGraph, type Graph } from '../src/core/model/onnx-writer.ts'
import { convolutions, foldedProducts } from '../src/core/model/slow-graphs.ts'
import { tinySam2Decoder } from '../src/core/model/tiny-sam.ts'
import { openModelThread } from '../src/worker/inference/model-thread.ts'
import { openSession, type TensorValue } from '../src/worker/inference/session.ts'
import { sharedTensor } from '../src/worker/inference/shared-tensor.ts'
import { openDims, zeros } from '../src/worker/inference/trial-feeds.ts'

const folder = await mkdtemp(join(tmpdir(), 'bench-inference-'))
const onCpu = { providers: ['cpu'], threads: 1 } as const
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}

type Feeds = Readonly<Record<string, TensorValue>>

/** Medians of runs taken in turns, so that a slow minute of the machine meets both. */
async function overhead(path: string, feeds: Feeds | undefined, repeats: number) {
  const bare = await ort.InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const thread = await openModelThread(path, onCpu)
  const given =
    feeds ??
    Object.fromEntries(
      thread.inputs.map((port) => [port.name, zeros(port, openDims(port.name, port.shape, { width: 416, height: 416 }))] as const),
    )
  const shared = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, sharedTensor(value)]))
  const times = { bare: [] as number[], thread: [] as number[] }
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const begun = performance.now()
    await work()
    into.push(performance.now() - begun)
  }
  for (let at = 0; at < repeats; at += 1) {
    const tensors = Object.entries(given).map(([name, { type, values, dims }]) => [name, new ort.Tensor(type, values, dims)] as const)
    await timed(times.bare, () => bare.run(Object.fromEntries(tensors)))
    await timed(times.thread, () => thread.run(shared))
  }
  await thread.close()
  await bare.release()
  // The first run of each makes room in the allocator.
  const [bareMs, threadMs] = [median(times.bare.slice(1)), median(times.thread.slice(1))]
  return { bareMs, threadMs, percent: (100 * (threadMs - bareMs)) / bareMs }
}

/** Medians of the time to open, without a kept network and with it. */
async function secondStart(path: string, repeats: number) {
  const first: number[] = []
  const second: number[] = []
  for (let at = 0; at < repeats; at += 1) {
    const cacheFolder = await mkdtemp(join(folder, 'cache-'))
    for (const into of [first, second]) {
      const begun = performance.now()
      const session = await openSession(path, { ...onCpu, cacheFolder })
      into.push(performance.now() - begun)
      if ((session.start.optimised === 'before') !== (into === second))
        throw new Error(`the cache did not do its part: ${session.start.notKept}`)
      await session.close()
    }
  }
  return { firstMs: median(first), secondMs: median(second), percent: (100 * median(second)) / median(first) }
}

/** One run of a decoder with `count` prompts of one click each. */
async function prompts(repeats: number) {
  const session = await openModelThread(await write('decoder.onnx', tinySam2Decoder()), onCpu)
  const floats = (dims: readonly number[]) =>
    sharedTensor({ type: 'float32', dims, values: new Float32Array(dims.reduce((a, b) => a * b, 1)) })
  const embedding = floats([1, 256, 64, 64])
  const high = [floats([1, 32, 256, 256]), floats([1, 64, 128, 128])] as const
  const run = async (count: number) => {
    const feeds: Feeds = {
      image_embed: embedding,
      high_res_feats_0: high[0],
      high_res_feats_1: high[1],
      point_coords: { type: 'float32', dims: [count, 1, 2], values: Float32Array.from({ length: 2 * count }, (_, at) => (at * 37) % 1024) },
      point_labels: { type: 'float32', dims: [count, 1], values: new Float32Array(count).fill(1) },
      mask_input: floats([count, 1, 256, 256]),
      has_mask_input: floats([count]),
    }
    const begun = performance.now()
    await session.run(feeds)
    return performance.now() - begun
  }
  const one: number[] = []
  const many: number[] = []
  for (let at = 0; at < repeats; at += 1) {
    one.push(await run(1))
    many.push(await run(64))
  }
  await session.close()
  return { oneMs: median(one.slice(1)), manyMs: median(many.slice(1)), ratio: median(many.slice(1)) / median(one.slice(1)) }
}

const data = process.env.SCENEWRIGHT_DATA
const real =
  data === undefined ? [] : ['yolov8n-seg_int8_320', 'yolox_nano_416'].map((name) => [name, join(data, 'models', `${name}.onnx`)] as const)
const made = convolutions(10)
const result = {
  overhead: {
    'ten convolutions, 8 MB in and out': await overhead(await write('conv.onnx', made.graph), made.feeds, 30),
  } as Record<string, Awaited<ReturnType<typeof overhead>>>,
  secondStart: { 'folding dominates': await secondStart(await write('folded.onnx', foldedProducts(40, 768).graph), 5) } as Record<
    string,
    Awaited<ReturnType<typeof secondStart>>
  >,
  prompts: await prompts(10),
}
for (const [name, path] of real) {
  result.overhead[name] = await overhead(path, undefined, 30)
  result.secondStart[name] = await secondStart(path, 7)
}
await rm(folder, { recursive: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
