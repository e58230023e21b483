// Graphs of the writer, run by the real runtime.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { openSession, type TensorValue } from './session.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-writer-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function runGraph(graph: Graph, feeds: Record<string, TensorValue>) {
  const path = join(folder, 'graph.onnx')
  await writeFile(path, encodeGraph(graph))
  const session = await openSession(path, { providers: ['cpu'], threads: 1 })
  const results = await session.run(feeds)
  await session.close()
  return Object.fromEntries(Object.entries(results).map(([name, { dims, values }]) => [name, { dims, values: [...values] }]))
}

const tensor = (dims: readonly number[], ...values: number[]): TensorValue => ({ type: 'float32', dims, values: Float32Array.from(values) })

test('a chain of MatMul, Add, Relu and Sigmoid computes what it says', async () => {
  const graph: Graph = {
    inputs: [{ name: 'x', type: 'float32', shape: [1, 2] }],
    outputs: [
      { name: 'relu', type: 'float32', shape: [1, 2] },
      { name: 'sigmoid', type: 'float32', shape: [1, 2] },
    ],
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['product'] },
      { op: 'Add', inputs: ['product', 'b'], outputs: ['sum'] },
      { op: 'Relu', inputs: ['sum'], outputs: ['relu'] },
      { op: 'Sigmoid', inputs: ['sum'], outputs: ['sigmoid'] },
    ],
    constants: [
      { name: 'w', dims: [2, 2], values: Float32Array.of(1, 2, 3, -4) },
      { name: 'b', dims: [2], values: Float32Array.of(0, 6) },
    ],
  }
  const results = await runGraph(graph, { x: tensor([1, 2], 1, 2) })
  // [1, 2] x [[1, 2], [3, -4]] = [7, -6], and with b [7, 0].
  expect(results.relu?.values).toEqual([7, 0])
  expect(results.sigmoid?.values[1]).toBeCloseTo(0.5, 6)
})

test('lists of integers arrive: a Conv with padding sums its 3 x 3 neighbourhood', async () => {
  const graph: Graph = {
    inputs: [{ name: 'x', type: 'float32', shape: [1, 1, 'h', 'w'] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1, 'h', 'w'] }],
    nodes: [{ op: 'Conv', inputs: ['x', 'k'], outputs: ['y'], attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } }],
    constants: [{ name: 'k', dims: [1, 1, 3, 3], values: new Float32Array(9).fill(1) }],
  }
  const results = await runGraph(graph, { x: tensor([1, 1, 2, 3], 1, 2, 3, 4, 5, 6) })
  expect(results.y).toEqual({ dims: [1, 1, 2, 3], values: [12, 21, 16, 12, 21, 16] })
})

test('a long name does not break the lengths around it', async () => {
  const name = 'n'.repeat(300)
  const graph: Graph = {
    inputs: [{ name, type: 'float32', shape: [1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1] }],
    nodes: [{ op: 'Identity', inputs: [name], outputs: ['y'] }],
  }
  expect((await runGraph(graph, { [name]: tensor([1], 5) })).y?.values).toEqual([5])
})

test('a float16 input is accepted as bits, which this runtime refuses while Float16Array exists', async () => {
  const graph: Graph = {
    inputs: [{ name: 'x', type: 'float16', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
    nodes: [{ op: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: 1 } }],
  }
  // 1.5 and -2 in half precision.
  const results = await runGraph(graph, { x: { type: 'float16', dims: [2], values: Uint16Array.of(0x3e00, 0xc000) } })
  expect(results.y?.values).toEqual([1.5, -2])
})
