// Measures what the thread around a network costs, what the cache of optimised networks saves, and how prompts share a decoder run.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { encodeGraph, type Graph } from '../src/core/model/onnx-writer.ts'
import { convolutions, foldedProducts } from '../src/core/model/slow-graphs.ts'
import { tinySam2Decoder, tinySamDecoder } from '../src/core/model/tiny-sam.ts'
import { openModelThread } from '../src/worker/inference/model-thread.ts'
import { openSession, type TensorValue } from '../src/worker/inference/session.ts'
import { sharedTensor } from '../src/worker/inference/shared-tensor.ts'
import { openDims, zeros } from '../src/worker/inference/trial-feeds.ts'
import { decoderOutputs } from '../src/worker/segmenters/sam/sam-wires.ts'

const folder = await mkdtemp(join(tmpdir(), 'bench-inference-'))
const onCpu = { providers: ['cpu'], threads: 1 } as const
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
/** Median of what each turn says by itself: other work on the machine meets both sides of a turn alike. The first turn makes room in the allocator. */
const medianRatio = (over: readonly number[], under: readonly number[]) => median(over.map((value, at) => value / under[at]!).slice(1))

async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}

type Feeds = Readonly<Record<string, TensorValue>>

/** Runs taken in turns, each side first every second time. */
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
  const sides = () => ({ bare: [] as number[], thread: [] as number[] })
  const [times, busy] = [sides(), sides()]
  const timed = async (side: 'bare' | 'thread', work: () => Promise<unknown>) => {
    const [begun, before] = [performance.now(), process.cpuUsage()]
    await work()
    const { user, system } = process.cpuUsage(before)
    times[side].push(performance.now() - begun)
    busy[side].push(user + system)
  }
  for (let at = 0; at < repeats; at += 1) {
    const tensors = Object.entries(given).map(([name, { type, values, dims }]) => [name, new ort.Tensor(type, values, dims)] as const)
    const turns = [() => timed('bare', () => bare.run(Object.fromEntries(tensors))), () => timed('thread', () => thread.run(shared))]
    for (const turn of at % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  await thread.close()
  await bare.release()
  const [bareMs, threadMs] = [median(times.bare.slice(1)), median(times.thread.slice(1))]
  // What other programs take away makes a run longer, not busier; a core that waits for its turn between two threads counts in the first only.
  const [percent, busyPercent] = [medianRatio(times.thread, times.bare), medianRatio(busy.thread, busy.bare)].map(
    (ratio) => 100 * (ratio - 1),
  )
  return { bareMs, threadMs, percent, busyPercent }
}

/** The time to open, without a kept network and with it. */
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
  return { firstMs: median(first), secondMs: median(second), percent: 100 * medianRatio(second, first) }
}

const floats = (dims: readonly number[]) =>
  sharedTensor({ type: 'float32', dims, values: new Float32Array(dims.reduce((a, b) => a * b, 1)) })

/** Clicks of one point each through the tiny decoder of SAM 2, so many at a time, against one click alone. */
async function prompts(count: number, batches: readonly number[], repeats: number) {
  const session = await openModelThread(await write('decoder.onnx', tinySam2Decoder()), { ...onCpu, outputs: decoderOutputs })
  const embedding = floats([1, 256, 64, 64])
  const high = [floats([1, 32, 256, 256]), floats([1, 64, 128, 128])] as const
  const feedsOf = (size: number): Feeds => ({
    image_embed: embedding,
    high_res_feats_0: high[0],
    high_res_feats_1: high[1],
    point_coords: { type: 'float32', dims: [size, 1, 2], values: Float32Array.from({ length: 2 * size }, (_, at) => (at * 37) % 1024) },
    point_labels: { type: 'float32', dims: [size, 1], values: new Float32Array(size).fill(1) },
    mask_input: floats([size, 1, 256, 256]),
    has_mask_input: floats([size]),
  })
  const sides = () => ({ wall: [] as number[], busy: [] as number[] })
  const timed = async (into: ReturnType<typeof sides>, clicks: number, size: number) => {
    const feeds = feedsOf(size)
    const [begun, before] = [performance.now(), process.cpuUsage()]
    for (let done = 0; done < clicks; done += size) await session.run(feeds)
    const { user, system } = process.cpuUsage(before)
    into.wall.push(performance.now() - begun)
    into.busy.push(user + system)
  }
  const one = sides()
  const many = new Map(batches.map((size) => [size, sides()]))
  for (let at = 0; at < repeats; at += 1) {
    await timed(one, 1, 1)
    for (const [size, into] of many) await timed(into, count, size)
  }
  await session.close()
  const told = [...many].map(
    ([size, { wall, busy }]) =>
      [size, { ms: median(wall.slice(1)), ratio: medianRatio(wall, one.wall), busyRatio: medianRatio(busy, one.busy) }] as const,
  )
  return { count, oneMs: median(one.wall.slice(1)), batches: Object.fromEntries(told) }
}

/** One click through the tiny decoder of SAM as it is, and as a stage opens it: without the enlarging to the picture, which nobody reads. */
async function decoderOfSam(repeats: number) {
  const path = await write('sam-decoder.onnx', tinySamDecoder())
  const feeds: Feeds = {
    image_embeddings: floats([1, 256, 64, 64]),
    point_coords: { type: 'float32', dims: [1, 2, 2], values: Float32Array.of(500, 300, 0, 0) },
    point_labels: { type: 'float32', dims: [1, 2], values: Float32Array.of(1, -1) },
    mask_input: floats([1, 1, 256, 256]),
    has_mask_input: floats([1]),
    orig_im_size: { type: 'float32', dims: [2], values: Float32Array.of(48, 64) },
  }
  const sessions = { whole: await openModelThread(path, onCpu), cut: await openModelThread(path, { ...onCpu, outputs: decoderOutputs }) }
  const times = { whole: [] as number[], cut: [] as number[] }
  for (let at = 0; at < repeats; at += 1)
    for (const name of ['whole', 'cut'] as const) {
      const begun = performance.now()
      await sessions[name].run(feeds)
      times[name].push(performance.now() - begun)
    }
  for (const session of Object.values(sessions)) await session.close()
  return {
    wholeMs: median(times.whole.slice(1)),
    cutMs: median(times.cut.slice(1)),
    percent: 100 * medianRatio(times.cut, times.whole),
  }
}

const data = process.env.SCENEWRIGHT_DATA
const real =
  data === undefined ? [] : ['yolov8n-seg_int8_320', 'yolox_nano_416'].map((name) => [name, join(data, 'models', `${name}.onnx`)] as const)
const made = convolutions(10)
const result = {
  overhead: {
    'ten convolutions, 8 MB in and out': await overhead(await write('conv.onnx', made.graph), made.feeds, 40),
  } as Record<string, Awaited<ReturnType<typeof overhead>>>,
  secondStart: { 'folding dominates': await secondStart(await write('folded.onnx', foldedProducts(40, 768).graph), 5) } as Record<
    string,
    Awaited<ReturnType<typeof secondStart>>
  >,
  prompts: await prompts(64, [4, 16, 64], 10),
  decoderOfSam: await decoderOfSam(20),
}
for (const [name, path] of real) {
  result.overhead[name] = await overhead(path, undefined, 40)
  result.secondStart[name] = await secondStart(path, 7)
}
await rm(folder, { recursive: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
