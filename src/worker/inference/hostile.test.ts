// Networks that mean harm, each in a process of its own: a fault each, the process limited, and nobody else harmed.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { convolutions } from '#core/model/slow-graphs'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Ending = { readonly said: readonly Readonly<Record<string, unknown>>[]; readonly signal: string | null }

async function host(name: string, content: Graph | Uint8Array, request: Readonly<Record<string, number>> = {}): Promise<Ending> {
  const path = join(folder, name)
  await writeFile(path, content instanceof Uint8Array ? content : encodeGraph(content))
  const file = fileURLToPath(new URL('./inference-host.ts', import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify({ path, ...request })], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const signal = await new Promise<string | null>((resolve) => child.once('close', (_, by) => resolve(by)))
  return { said: output.split('\n').flatMap((line): Ending['said'] => (line === '' ? [] : [JSON.parse(line)])), signal }
}

const one: readonly number[] = [1]
const graphOf = (nodes: Graph['nodes'], constants: Graph['constants'] = [], shape = one): Graph => ({
  inputs: [{ name: 'x', type: 'float32', shape }],
  outputs: [{ name: 'y', type: 'float32', shape }],
  nodes,
  constants,
})
const neg = [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }]
const tenGigabytes = [2_621_440, 1024]

test('an input that is declared with 10 GB is refused before the runtime sees it', async () => {
  const { said, signal } = await host('declared.onnx', graphOf(neg, [], tenGigabytes))
  expect(said).toMatchObject([{ fault: { code: 'ONNX_TENSOR_TOO_LARGE', params: { name: 'x' } } }])
  expect(signal).toBeNull()
})

test('weights that are declared with 10 GB in a short file are refused', async () => {
  const graph = graphOf([{ op: 'Neg', inputs: ['w'], outputs: ['y'] }], [{ name: 'w', dims: tenGigabytes, values: new Float32Array(4) }])
  expect((await host('weights.onnx', graph)).said).toMatchObject([{ fault: { code: expect.stringMatching(/^ONNX_/) } }])
})

test('10 GB that only show when it runs: stopped at the limit, and the process is gone', async () => {
  const grows = graphOf(
    [
      { op: 'ConstantOfShape', inputs: ['s'], outputs: ['big'] },
      { op: 'Add', inputs: ['big', 'x'], outputs: ['more'] },
      { op: 'ReduceSum', inputs: ['more'], outputs: ['z'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['z', 'x'], outputs: ['y'] },
    ],
    [{ name: 's', dims: [2], values: BigInt64Array.from(tenGigabytes, BigInt) }],
  )
  const limit = 500 * 2 ** 20
  const { said, signal } = await host('grows.onnx', grows, { memoryLimitBytes: limit })
  expect(said.at(-1)).toMatchObject({ fault: { code: 'MODEL_MEMORY', params: { limitBytes: limit } } })
  expect(signal).toBe('SIGKILL')
}, 30_000)

test('cut in half: refused', async () => {
  const bytes = encodeGraph(convolutions(3, 64).graph)
  expect((await host('cut.onnx', bytes.subarray(0, bytes.length >> 1))).said).toMatchObject([{ fault: { code: 'ONNX_CUT' } }])
})

test('outputs that are no numbers: refused, and the process ends in order', async () => {
  const { said, signal } = await host('nan.onnx', graphOf([{ op: 'Reciprocal', inputs: ['x'], outputs: ['y'] }]))
  expect(said.at(-1)).toMatchObject({ fault: { code: 'MODEL_OUTPUT_NOT_FINITE', params: { output: 'y', count: 1 } } })
  expect(signal).toBeNull()
})

test('a process that leaves a native call ends at once: it neither waits for the call nor crashes in it', async () => {
  const { graph } = convolutions(300)
  const begun = performance.now()
  const { said, signal } = await host('slow.onnx', graph, { cancelAfterMs: 50 })
  expect(said).toMatchObject([{ opened: true }, { fault: { code: 'CANCELLED' } }])
  expect(signal).toBe('SIGKILL')
  const whole = performance.now() - begun
  const begunFull = performance.now()
  await host('shorter.onnx', convolutions(100).graph)
  // A third of that network alone takes longer than leaving all of it.
  expect(whole).toBeLessThan(performance.now() - begunFull)
}, 60_000)
