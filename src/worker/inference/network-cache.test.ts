// Optimised networks between starts: the same numbers, bit by bit, and never a start that fails because of the cache.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { openSession, type TensorValue } from './session.ts'
import { convolutions, foldedProducts } from '#core/model/slow-graphs'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'networks-'))
})
afterEach(() => rm(folder, { recursive: true }))

const cacheFolder = () => join(folder, 'cache')
async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}
const open = (path: string, threads = 1) => openSession(path, { providers: ['cpu'], threads, cacheFolder: cacheFolder() })
async function answerOf(path: string, feeds: Readonly<Record<string, TensorValue>>, threads = 1) {
  const session = await open(path, threads)
  const { y } = await session.run(feeds)
  await session.close()
  return { start: session.start, bytes: Buffer.from((y!.values as Float32Array).buffer) }
}

describe('a second start', () => {
  test('takes what the first one optimised, and gives the same bits', async () => {
    const { graph, feeds } = convolutions(3, 64)
    const path = await write('conv.onnx', graph)
    const first = await answerOf(path, feeds)
    const second = await answerOf(path, feeds)
    expect([first.start.optimised, second.start.optimised]).toEqual(['now', 'before'])
    expect(second.bytes.equals(first.bytes)).toBe(true)
  })

  test('does not take what was made of another model under the same name', async () => {
    const small = foldedProducts(2, 8)
    const path = await write('replaced.onnx', small.graph)
    const before = await answerOf(path, small.feeds)
    await writeFile(path, encodeGraph(foldedProducts(3, 8).graph))
    const after = await answerOf(path, small.feeds)
    expect(after.start.optimised).toBe('now')
    expect(after.bytes.equals(before.bytes)).toBe(false)
  })
})

describe('a cache that is harmed', () => {
  test('one changed byte: it is made anew', async () => {
    const { graph, feeds } = foldedProducts(2, 8)
    const path = await write('harmed.onnx', graph)
    const first = await answerOf(path, feeds)
    const [name] = await readdir(cacheFolder())
    const kept = join(cacheFolder(), name!)
    const bytes = await readFile(kept)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(kept, bytes)
    const second = await answerOf(path, feeds)
    expect(second.start).toMatchObject({ optimised: 'now' })
    expect(second.start.notKept).toBeUndefined()
    expect(second.bytes.equals(first.bytes)).toBe(true)
    expect((await answerOf(path, feeds)).start.optimised).toBe('before')
  })

  test('a folder that cannot be written: the network opens, and says that it was not kept', async () => {
    const { graph, feeds } = foldedProducts(2, 8)
    const path = await write('closed.onnx', graph)
    await writeFile(cacheFolder(), 'a file where the folder should be')
    const { start } = await answerOf(path, feeds)
    expect(start).toMatchObject({ optimised: 'now', notKept: expect.stringMatching(/EEXIST|ENOTDIR/) })
  })

  test('a network that is broken is refused as without a cache, and leaves nothing there', async () => {
    const { graph } = foldedProducts(2, 8)
    const path = await write('broken.onnx', { ...graph, nodes: [{ op: 'Frobnicate', inputs: ['x'], outputs: ['y'] }] })
    await expect(open(path)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE', message: expect.stringContaining('Frobnicate') })
    expect(await readdir(cacheFolder())).toEqual([])
  })
})

const dataFolder = process.env.SCENEWRIGHT_DATA
describe.skipIf(!dataFolder)('real networks (skipped unless SCENEWRIGHT_DATA names the folder of real inputs)', () => {
  test.each([
    ['yolov8n-seg_int8_320.onnx', 320],
    ['yolox_nano_416.onnx', 416],
  ])('%s: the first start, the second and one without a cache give the same bits', async (file, side) => {
    const path = join(dataFolder ?? '', 'models', file)
    const values = Float32Array.from({ length: 3 * side * side }, (_, at) => ((at * 7919) % 256) / 255)
    const answers: Buffer[] = []
    for (const folderOfCache of [cacheFolder(), cacheFolder(), undefined]) {
      const session = await openSession(path, { providers: ['cpu'], threads: 1, cacheFolder: folderOfCache })
      const outputs = await session.run({ images: { type: 'float32', dims: [1, 3, side, side], values } })
      answers.push(Buffer.concat(session.outputs.map(({ name }) => Buffer.from((outputs[name]!.values as Float32Array).buffer))))
      await session.close()
    }
    expect(answers[1]!.equals(answers[0]!)).toBe(true)
    expect(answers[2]!.equals(answers[0]!)).toBe(true)
  })
})

test.each([1, 2])('with %i threads two runs on the CPU are equal bit by bit', async (threads) => {
  const { graph, feeds } = convolutions(3, 64)
  const path = await write('same.onnx', graph)
  const first = await answerOf(path, feeds, threads)
  const again = await answerOf(path, feeds, threads)
  expect(again.bytes.equals(first.bytes)).toBe(true)
})
