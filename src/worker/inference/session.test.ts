// Opening networks: which provider was used and why, and one clear sentence for each broken file.
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { type ProviderName, reasonFromRuntime } from './runtime.ts'
import { openFirst, openSession, type SessionOptions, type TensorValue } from './session.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'))
})
afterAll(() => rm(folder, { recursive: true }))

const doubling: Graph = {
  inputs: [{ name: 'x', type: 'float32', shape: [1, 'n'] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1, 'n'] }],
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
}
const feed = (...values: number[]): Record<string, TensorValue> => ({
  x: { type: 'float32', dims: [1, values.length], values: Float32Array.from(values) },
})
const onCpu: SessionOptions = { providers: ['cpu'], threads: 1 }
/** A provider that this platform's build never has. */
const foreign: ProviderName = process.platform === 'win32' ? 'coreml' : 'dml'

async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

test('hash, ports and result are those of the file, symbolic sizes by their name', async () => {
  const path = await write('doubling.onnx', encodeGraph(doubling))
  const session = await openSession(path, onCpu)
  expect(session.sha256).toBe(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  )
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: [1, 'n'] }])
  expect(session.outputs).toEqual([{ name: 'y', type: 'float32', shape: [1, 'n'] }])
  expect((await session.run(feed(1, 2, 3))).y).toEqual({ type: 'float32', dims: [1, 3], values: Float32Array.of(2, 4, 6) })
  await session.close()
})

describe('providers', () => {
  test('a provider that is not there gives way to the next, and the reason is kept', async () => {
    const session = await openSession(await write('chain.onnx', encodeGraph(doubling)), { providers: [foreign, 'cpu'], threads: 1 })
    expect(session.provider).toBe('cpu')
    expect(session.failed).toEqual([{ provider: foreign, reason: expect.stringContaining('backend not found') }])
    await session.close()
  })

  test('the CPU is not used unless it was allowed', async () => {
    const path = await write('no-cpu.onnx', encodeGraph(doubling))
    await expect(openSession(path, { providers: [foreign], threads: 1 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        `^providers: ${foreign} does not work here \\(.*\\), and the CPU was not allowed; .scenewright doctor. tells what each provider lacks\\.$`,
      ),
    })
  })

  test('an option out of range is not blamed on the file', async () => {
    const path = await write('options.onnx', encodeGraph(doubling))
    await expect(openSession(path, { providers: [], threads: 1 })).rejects.toThrow('providers: none is named.')
    await expect(openSession(path, { providers: ['cpu'], threads: 0 })).rejects.toThrow('threads: 0 is not a whole number from 1.')
    await expect(openSession(path, { ...onCpu, deviceId: -1 })).rejects.toThrow('deviceId: -1 is not a whole number from 0.')
  })

  test('a broken file is blamed even where the provider is missing too', async () => {
    const path = await write('broken.onnx', Buffer.concat([Uint8Array.of(0xff), randomBytes(500)]))
    await expect(openSession(path, { providers: [foreign], threads: 1 })).rejects.toMatchObject({ code: 'ONNX_DAMAGED' })
    const unknown = await write(
      'broken-node.onnx',
      encodeGraph({ ...doubling, nodes: [{ op: 'Frobnicate', inputs: ['x'], outputs: ['y'] }] }),
    )
    await expect(openSession(unknown, { providers: [foreign], threads: 1 })).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' })
  })

  test('a provider that takes only a part of the network is reported as such', async () => {
    const opened = await openFirst(['cuda', 'cpu'], async (provider, wholeGraph) => {
      if (provider === 'cuda' && wholeGraph)
        throw new Error('nodes are assigned to the default CPU EP, but fallback to CPU EP has been disabled.')
      return `${provider} session`
    })
    expect(opened).toEqual({ provider: 'cuda', wholeGraph: false, session: 'cuda session', failed: [] })
  })

  test('a provider without its libraries is tried once, not twice', async () => {
    const tried: string[] = []
    const opened = await openFirst(['cuda', 'webgpu'], async (provider, wholeGraph) => {
      tried.push(`${provider} ${wholeGraph}`)
      throw new Error('Failed to load shared library\nmore')
    })
    expect(tried).toEqual(['cuda true', 'webgpu true'])
    expect(opened.failed.map(({ reason }) => reason)).toEqual(['Failed to load shared library', 'Failed to load shared library'])
  })

  test('a reason is the sentence of the runtime, without colours and places in its source', () => {
    const text =
      '/src/webgpu_context.cc:136 onnxruntime::Init(const C&)::<lambda()> status == S::Success was false. Failed to get an adapter.\n'
    expect(reasonFromRuntime(new Error(text))).toBe('Failed to get an adapter')
    expect(reasonFromRuntime(new Error('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'))).toBe(
      'its libraries are not installed, or cannot be loaded',
    )
    expect(reasonFromRuntime(new Error('\u001b[1;31mbad\u001b[m'))).toBe('bad')
  })
})

describe('broken files', () => {
  const refusals: readonly (readonly [string, Uint8Array | string, string, string])[] = [
    ['empty', '', 'ONNX_NOT_A_MODEL', 'the file is empty'],
    // A first byte of 0xff is no protobuf field, so that the random bytes can never be a network by chance.
    ['random', Buffer.concat([Uint8Array.of(0xff), randomBytes(5000)]), 'ONNX_DAMAGED', 'is no valid ONNX file'],
    ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n', 'MODEL_KIND_REFUSED', 'a pointer of Git LFS'],
    ['page', '\n<!DOCTYPE html><html></html>', 'MODEL_KIND_REFUSED', 'a web page'],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'MODEL_KIND_REFUSED', 'a zip archive'],
  ]
  test.each(refusals)('%s: says what it is', async (name, bytes, code, words) => {
    const path = await write(`${name}.onnx`, bytes)
    await expect(openSession(path, onCpu)).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
  })

  test('a file that is not there, and a folder, are told apart from a broken one', async () => {
    const path = join(folder, 'none', 'model.onnx')
    await expect(openSession(path, onCpu)).rejects.toMatchObject({ code: 'MODEL_MISSING', message: `No model file was found at ${path}.` })
    const inside = join(folder, 'folder.onnx')
    await mkdir(inside)
    await expect(openSession(inside, onCpu)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE', params: { reason: 'it is a folder' } })
  })

  test('cut at any byte, a file is refused with a reason and never opened', async () => {
    const bytes = encodeGraph(doubling)
    for (let length = 1; length < bytes.length; length++) {
      const path = await write('cut.onnx', bytes.subarray(0, length))
      const outcome = await openSession(path, onCpu).then(
        () => 'opened',
        (error: Error & { code?: string }) => `${error.code} ${error.message}`,
      )
      expect(outcome, `cut at ${length} of ${bytes.length}`).toMatch(/^ONNX_(CUT|DAMAGED|NOT_A_MODEL) .{20,}/)
    }
  })

  test('a network whose operation is unknown is refused by its name', async () => {
    const graph: Graph = { ...doubling, nodes: [{ op: 'Frobnicate', inputs: ['x'], outputs: ['y'] }] }
    await expect(openSession(await write('unknown.onnx', encodeGraph(graph)), onCpu)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('Frobnicate'),
    })
  })
})

describe('weights beside the model', () => {
  const graph: Graph = {
    ...doubling,
    inputs: [{ name: 'x', type: 'float32', shape: [1, 2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 2] }],
    nodes: [{ op: 'Add', inputs: ['x', 'b'], outputs: ['y'] }],
    constants: [{ name: 'b', dims: [2], values: 'weights.bin' }],
  }

  test('are loaded, and hashed as well', async () => {
    const weights = new Uint8Array(Float32Array.of(10, 20).buffer)
    await write('weights.bin', weights)
    const session = await openSession(await write('outside.onnx', encodeGraph(graph)), onCpu)
    expect(session.weights).toEqual([
      { path: join(folder, 'weights.bin'), byteLength: 8, sha256: createHash('sha256').update(weights).digest('hex') },
    ])
    expect((await session.run(feed(1, 2))).y?.values).toEqual(Float32Array.of(11, 22))
    await session.close()
  })

  test('are named when they are missing', async () => {
    const lonely = { ...graph, constants: [{ name: 'b', dims: [2], values: 'gone.bin' }] }
    await expect(openSession(await write('lonely.onnx', encodeGraph(lonely)), onCpu)).rejects.toMatchObject({
      code: 'MODEL_WEIGHTS_MISSING',
      params: { name: 'gone.bin' },
    })
  })
})

describe('closing', () => {
  test('waits for the run in progress; a later run is refused, a second close does nothing', async () => {
    const session = await openSession(await write('close.onnx', encodeGraph(doubling)), onCpu)
    const running = session.run(feed(4))
    const closing = session.close()
    expect((await running).y?.values).toEqual(Float32Array.of(8))
    await closing
    await session.close()
    await expect(session.run(feed(1))).rejects.toThrow('closed already')
  })

  test('a run that fails does not keep the session from closing', async () => {
    const session = await openSession(await write('fails.onnx', encodeGraph(doubling)), onCpu)
    await expect(session.run({})).rejects.toThrow()
    await expect(session.run({ x: { type: 'float32', dims: [7], values: new Float32Array(7) } })).rejects.toThrow()
    await session.close()
  })
})
