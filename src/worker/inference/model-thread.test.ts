// Networks in threads of their own: nothing copied that need not be, runs that can be left, and a fault for each thing that goes wrong.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { openModelThread } from './model-thread.ts'
import { openSession, type TensorValue } from './session.ts'
import { sharedFloats, sharedTensor } from './shared-tensor.ts'
import { convolutions } from '#core/model/slow-graphs'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thread-'))
})
afterAll(() => rm(folder, { recursive: true }))

const onCpu = { providers: ['cpu'], threads: 1 } as const
async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}
const unary = (op: string, shape: readonly (number | string)[] = [1, 4]): Graph => ({
  inputs: [{ name: 'x', type: 'float32', shape }],
  outputs: [{ name: 'y', type: 'float32', shape }],
  nodes: [{ op, inputs: ['x'], outputs: ['y'] }],
})
const four = (...values: readonly number[]): Record<string, TensorValue> => ({
  x: { type: 'float32', dims: [1, 4], values: Float32Array.from(values) },
})

describe('tensors', () => {
  test('the answer is that of the network opened here, and says the same of itself', async () => {
    const path = await write('neg.onnx', unary('Neg'))
    const thread = await openModelThread(path, onCpu)
    const here = await openSession(path, onCpu)
    const own = { run: undefined, close: undefined, abort: undefined, start: undefined }
    expect({ ...thread, ...own }).toEqual({ ...here, ...own })
    expect(await thread.run(four(1, -2, 3, 0))).toEqual(await here.run(four(1, -2, 3, 0)))
    await thread.close()
    await here.close()
  })

  test('a fed array stays with its owner and can be fed again', async () => {
    const thread = await openModelThread(await write('again.onnx', unary('Neg')), onCpu)
    const feeds = four(1, 2, 3, 4)
    await thread.run(feeds)
    expect(feeds.x?.values).toEqual(Float32Array.of(1, 2, 3, 4))
    expect((await thread.run(feeds)).y?.values).toEqual(Float32Array.of(-1, -2, -3, -4))
    await thread.close()
  })

  test('a shared array is read where it lies', async () => {
    const thread = await openModelThread(await write('shared.onnx', unary('Neg')), onCpu)
    const values = sharedFloats(4)
    values.set([4, 3, 2, 1])
    const x: TensorValue = { type: 'float32', dims: [1, 4], values }
    expect((await thread.run({ x })).y?.values).toEqual(Float32Array.of(-4, -3, -2, -1))
    expect(sharedTensor(x).values).toBe(values)
    await thread.close()
  })

  test('runs that were asked for together are answered each with its own', async () => {
    const thread = await openModelThread(await write('queue.onnx', unary('Neg')), onCpu)
    const answers = await Promise.all([1, 2, 3].map((value) => thread.run(four(value, 0, 0, 0))))
    expect(answers.map(({ y }) => y?.values[0])).toEqual([-1, -2, -3])
    await thread.close()
    await expect(thread.run(four(1, 1, 1, 1))).rejects.toThrow('closed already')
  })
})

describe('leaving a run', () => {
  test('this thread answers while the network runs, and a run that is left rejects before it is done', async () => {
    const { graph, feeds } = convolutions(40)
    const cancel = new AbortController()
    const thread = await openModelThread(await write('slow.onnx', graph), { ...onCpu, signal: cancel.signal })
    let ticks = 0
    const ticking = setInterval(() => {
      ticks += 1
    }, 1)
    const running = thread.run(feeds)
    let done = false
    void running
      .catch(() => {})
      .finally(() => {
        done = true
      })
    while (ticks < 5) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(done).toBe(false)
    cancel.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    clearInterval(ticking)
    await expect(thread.run(feeds)).rejects.toMatchObject({ code: 'CANCELLED' })
    await thread.close()
  })

  test('a signal that was given before opens nothing', async () => {
    const path = join(folder, 'not-there.onnx')
    await expect(openModelThread(path, { ...onCpu, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('what goes wrong', () => {
  test.each([
    ['Log', -1],
    ['Reciprocal', 0],
  ])('%s gives values that are no numbers: said, with their count and their output', async (op, value) => {
    const thread = await openModelThread(await write(`${op}.onnx`, unary(op)), onCpu)
    await expect(thread.run(four(value, 1, value, 1))).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_NOT_FINITE',
      params: { output: 'y', count: 2 },
    })
    // The network itself is not harmed.
    expect((await thread.run(four(1, 1, 1, 1))).y?.dims).toEqual([1, 4])
    await thread.close()
  })

  test('an output of another shape than declared is refused', async () => {
    const lying: Graph = {
      inputs: [
        { name: 'x', type: 'float32', shape: [1, 'n'] },
        { name: 'to', type: 'int64', shape: [2] },
      ],
      outputs: [{ name: 'y', type: 'float32', shape: [1, 4] }],
      nodes: [{ op: 'Reshape', inputs: ['x', 'to'], outputs: ['y'] }],
    }
    const thread = await openModelThread(await write('lying.onnx', lying), onCpu)
    const to: TensorValue = { type: 'int64', dims: [2], values: BigInt64Array.of(2n, 2n) }
    await expect(thread.run({ ...four(1, 2, 3, 4), to })).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_SHAPE',
      params: { found: '[2,2]', expected: '[1,4]' },
    })
    await thread.close()
  })

  test('inputs that do not fit are the fault of the run, and the next one works', async () => {
    const thread = await openModelThread(await write('fit.onnx', unary('Neg')), onCpu)
    await expect(thread.run({})).rejects.toMatchObject({ code: 'MODEL_RUN_FAILED' })
    const x: TensorValue = { type: 'float32', dims: [1, 7], values: new Float32Array(7) }
    await expect(thread.run({ x })).rejects.toMatchObject({ code: 'MODEL_RUN_FAILED' })
    expect((await thread.run(four(1, 1, 1, 1))).y?.values[0]).toBe(-1)
    await thread.close()
  })

  test('a file that is not there is refused as by openSession, and leaves no thread', async () => {
    await expect(openModelThread(join(folder, 'none.onnx'), onCpu)).rejects.toMatchObject({ code: 'MODEL_MISSING' })
  })

  test('a process that passes its memory limit is told and, if nobody ends it, ends itself', async () => {
    // Each of its tensors has 75 MB, more than the room left to it, and it runs for seconds.
    const { graph, feeds } = convolutions(60, 1536)
    const ended = Promise.withResolvers<void>()
    const path = await write('memory.onnx', graph)
    const limitBytes = process.memoryUsage.rss() + 60 * 2 ** 20
    const thread = await openModelThread(path, { ...onCpu, memoryLimitBytes: limitBytes, endProcess: ended.resolve })
    await expect(thread.run(feeds)).rejects.toMatchObject({ code: 'MODEL_MEMORY', params: { limitBytes } })
    await expect(thread.run(feeds)).rejects.toMatchObject({ code: 'MODEL_MEMORY' })
    // The native call that goes on after that is what only the end of the process ends.
    await ended.promise
    await thread.close()
  })
})
