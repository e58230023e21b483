// What the header reader says of written, real and hostile files.
import { joinedBytes } from '../base/joined-bytes.ts'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { mutated } from '../foreign/mutate.ts'
import { randomFrom } from '../scene/synthetic-random.ts'
import { readOnnxHeader } from './onnx-header.ts'
import { blockField, encodeGraph, type Graph, integerField } from './onnx-writer.ts'
import { bytesSource } from './wire-reader.ts'

const made: Graph = {
  inputs: [
    { name: 'x', type: 'float32', shape: [1, 'n', 3] },
    { name: 'w', type: 'float32', shape: [3, 2] },
  ],
  outputs: [{ name: 'y', type: 'int64', shape: ['n', 2] }],
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['p'] },
    { op: 'Cast', inputs: ['p'], outputs: ['y'], attributes: { to: 7 } },
  ],
  constants: [
    { name: 'w', dims: [3, 2], values: new Float32Array(6) },
    { name: 'outside', dims: [1000, 1000], values: { location: 'big.bin', offset: 64, length: 4_000_000 } },
    { name: 'order', dims: [2], values: BigInt64Array.of(1n, -1n) },
  ],
  metadata: { names: "{0: 'cup'}", stride: '32' },
}
const header = (bytes: Uint8Array) => readOnnxHeader(bytesSource('made.onnx', bytes))
const graphOf = (...fields: readonly Uint8Array[]) =>
  joinedBytes([integerField(1, 8), blockField(7, joinedBytes(fields)), blockField(8, integerField(2, 17))])
const code = (bytes: Uint8Array) =>
  header(bytes).then(
    () => 'read',
    (error) => (error instanceof Fault ? error.code : String(error)),
  )

describe('readOnnxHeader', () => {
  it('gives inputs without the initialisers that old exporters list too, sizes, metadata and files beside', async () => {
    const found = await header(encodeGraph(made))
    expect(found).toMatchObject({
      irVersion: 8,
      opsets: [{ domain: '', version: 17 }],
      inputs: [{ name: 'x', type: 'float32', shape: [1, 'n', 3] }],
      outputs: [{ name: 'y', type: 'int64', shape: ['n', 2] }],
      metadata: { names: "{0: 'cup'}", stride: '32' },
      nodeCount: 2,
      weightBytes: 24 + 4_000_000 + 16,
      weightsFiles: ['big.bin'],
    })
    expect(found.initializers[1]).toEqual({
      name: 'outside',
      type: 'float32',
      dims: [1000, 1000],
      byteLength: 4_000_000,
      outside: { location: 'big.bin', offset: 64, length: 4_000_000 },
    })
  })

  it('reads windows, not the file: a network of 40 MB costs a few hundred kB', async () => {
    const big = encodeGraph({ ...made, constants: [{ name: 'w', dims: [10_000_000], values: new Float32Array(10_000_000) }] })
    let read = 0
    const source = bytesSource('big.onnx', big)
    await readOnnxHeader({
      ...source,
      read: (offset, length) => {
        read += length
        return source.read(offset, length)
      },
    })
    expect(read).toBeLessThan(400_000)
  })

  it('calls a file cut at any byte cut, or no network; never whole', async () => {
    const bytes = encodeGraph(made)
    for (let length = 0; length < bytes.length; length++) {
      const found = await code(bytes.subarray(0, length))
      // Cut right behind the operators, all that is lost is metadata.
      if (found === 'read') expect((await header(bytes.subarray(0, length))).metadata).not.toHaveProperty('stride')
      else expect(['ONNX_CUT', 'ONNX_NOT_A_MODEL']).toContain(found)
    }
  })

  const tensor = (dims: readonly number[], ...rest: readonly Uint8Array[]) =>
    blockField(5, joinedBytes([...dims.map((dim) => integerField(1, dim)), integerField(2, 1), blockField(8, 't'), ...rest]))
  const beside = (location: string) =>
    joinedBytes([blockField(13, joinedBytes([blockField(1, 'location'), blockField(2, location)])), integerField(14, 1)])
  const port = (...dims: readonly number[]) =>
    blockField(
      11,
      joinedBytes([
        blockField(1, 'x'),
        blockField(
          2,
          blockField(
            1,
            joinedBytes([integerField(1, 1), blockField(2, joinedBytes(dims.map((dim) => blockField(1, integerField(1, dim)))))]),
          ),
        ),
      ]),
    )

  it.each<[string, string, Uint8Array]>([
    ['a tensor of 10 GB with four bytes', 'ONNX_TENSOR_TOO_LARGE', graphOf(tensor([2500, 1_000_000], blockField(9, new Uint8Array(4))))],
    ['a tensor of 10 GB beside the file', 'ONNX_TENSOR_TOO_LARGE', graphOf(tensor([2500, 1_000_000], beside('w.bin')))],
    ['sizes whose product passes every number', 'ONNX_TENSOR_TOO_LARGE', graphOf(tensor(Array<number>(16).fill(2 ** 62)))],
    ['an input of 10 GB', 'ONNX_TENSOR_TOO_LARGE', graphOf(port(50_000, 50_000))],
    ['a tensor of a negative size', 'ONNX_DAMAGED', graphOf(tensor([-1]))],
    ['a tensor that holds less than it declares', 'ONNX_DAMAGED', graphOf(tensor([4], blockField(9, new Uint8Array(8))))],
    ['a tensor of 17 dimensions', 'ONNX_TOO_MANY', graphOf(tensor(Array<number>(17).fill(1)))],
    [
      'more outputs than any network has',
      'ONNX_TOO_MANY',
      graphOf(...Array.from({ length: 300 }, () => blockField(12, blockField(1, 'y')))),
    ],
    ['a name of two megabytes', 'ONNX_TOO_MANY', graphOf(blockField(11, blockField(1, new Uint8Array(2 ** 21))))],
    ['weights in another folder', 'ONNX_WEIGHTS_OUTSIDE', graphOf(tensor([4], beside('../../etc/shadow')))],
    ['weights at an absolute path', 'ONNX_WEIGHTS_OUTSIDE', graphOf(tensor([4], beside('/dev/zero')))],
    ['weights on a drive', 'ONNX_WEIGHTS_OUTSIDE', graphOf(tensor([4], beside('C:w.bin')))],
    ['a graph inside of a graph twice', 'ONNX_NOT_A_MODEL', joinedBytes([graphOf(), graphOf()])],
    ['an inner length beyond its message', 'ONNX_DAMAGED', joinedBytes([graphOf(Uint8Array.of(0x0a, 0x7f)), new Uint8Array(200)])],
    ['a group, which ONNX does not have', 'ONNX_DAMAGED', graphOf(Uint8Array.of(0x0b))],
    ['a number without end', 'ONNX_DAMAGED', joinedBytes([Uint8Array.from({ length: 20 }, () => 0xff)])],
    ['nothing', 'ONNX_NOT_A_MODEL', new Uint8Array()],
  ])('refuses %s', async (_, expected, bytes) => {
    expect(await code(bytes)).toBe(expected)
  })

  it('never ends in anything but a header or a fault, whatever is damaged', async () => {
    const bytes = encodeGraph(made)
    const words = [blockField(9, new Uint8Array(3)), integerField(1, -1), integerField(1, 2 ** 40), beside('x'), Uint8Array.of(0xff, 0xff)]
    const outcomes = new Map<string, number>()
    for (let seed = 1; seed <= 3000; seed++) {
      const damaged = mutated(bytes, randomFrom(seed), words)
      const outcome = await header(damaged).then(
        () => 'read',
        (error) => {
          if (error instanceof Fault) return error.code
          throw new Error(`seed ${seed}`, { cause: error })
        },
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    // Were all refused by one check, the others would not have been tried.
    expect(outcomes.size).toBeGreaterThan(4)
  })
})

const dataFolder = process.env.SCENEWRIGHT_DATA
test.skipIf(!dataFolder)('reads the recorded inputs and outputs of real networks (skipped unless SCENEWRIGHT_DATA is set)', async () => {
  const folder = join(dataFolder ?? '', 'models')
  const file = await open(join(folder, 'yolov8n-seg_int8_320.onnx'))
  const { size } = await stat(join(folder, 'yolov8n-seg_int8_320.onnx'))
  const found = await readOnnxHeader({
    name: 'seg',
    size: async () => size,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length)
      const { bytesRead } = await file.read(bytes, 0, length, offset)
      return bytes.subarray(0, bytesRead)
    },
  })
  await file.close()
  expect(found.inputs).toEqual([{ name: 'images', type: 'float32', shape: [1, 3, 320, 320] }])
  expect(found.outputs.map(({ shape }) => shape)).toEqual([
    [1, 116, 2100],
    [1, 32, 80, 80],
  ])
  expect(found.opsets.find(({ domain }) => domain === '')?.version).toBe(20)
  expect(found.metadata.task).toBe('segment')
  expect(found.weightsFiles).toEqual([])
})
