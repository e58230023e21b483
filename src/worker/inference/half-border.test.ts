// Half-precision networks: spoken to in float32, with the numbers that halves can hold, and the same objects found as in full precision.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withHalfEdges } from '#core/model/half-edges'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import { halfTensor } from './half-border.ts'
import { openModelThread } from './model-thread.ts'
import type { TensorValue } from './session.ts'
import { createInstanceSegmenter } from './yolo-seg.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'half-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}
const onCpu = { providers: ['cpu'], threads: 1 } as const
const doubling = withHalfEdges({
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
})
const floats = (...values: readonly number[]): TensorValue => ({
  type: 'float32',
  dims: [values.length],
  values: Float32Array.from(values),
})

test('takes and gives float32, rounded to what halves hold', async () => {
  const thread = await openModelThread(await write('doubling.onnx', doubling), onCpu)
  expect(thread.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['n'], stored: 'float16' }])
  expect(thread.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['n'], stored: 'float16' }])
  // 2049 lies between the halves 2048 and 2050; 0.1 is 0.0999755859375 in half precision.
  expect((await thread.run({ x: floats(1.5, -3, 2049, 0.1) })).y).toEqual(floats(3, -6, 4096, 0.199951171875))
  const halves = halfTensor(floats(1.5, -3))
  expect(halves).toEqual({ type: 'float16', dims: [2], values: Uint16Array.of(0x3e00, 0xc200) })
  expect((await thread.run({ x: halves })).y).toEqual(floats(3, -6))
  await thread.close()
})

test('a sum that no half can hold is no number, and is told as that', async () => {
  const thread = await openModelThread(await write('large.onnx', doubling), onCpu)
  await expect(thread.run({ x: floats(1, 60_000) })).rejects.toMatchObject({
    code: 'MODEL_OUTPUT_NOT_FINITE',
    params: { output: 'y', count: 1 },
  })
  await thread.close()
})

test('an instance segmenter in halves finds what the same in full precision finds', async () => {
  const width = 64
  const pixels = new Uint8Array(width * width * 3)
  for (let y = 16; y < 40; y++) for (let x = 8; x < 40; x++) pixels[(y * width + x) * 3 + 1] = 255
  const found = []
  for (const [name, graph] of [
    ['whole.onnx', tinyYoloSeg()],
    ['half.onnx', withHalfEdges(tinyYoloSeg())],
  ] as const) {
    const segmenter = await createInstanceSegmenter(await write(name, graph))
    found.push(await segmenter.propose({ width, height: width, pixels }))
    await segmenter.close()
  }
  const [whole, half] = found
  expect(whole!.length).toBeGreaterThan(0)
  expect(half!.map(({ classIndex, area }) => [classIndex, area])).toEqual(whole!.map(({ classIndex, area }) => [classIndex, area]))
  for (const [at, { box, score }] of half!.entries()) {
    expect(score).toBeCloseTo(whole![at]!.score, 2)
    for (const [side, value] of box.entries()) expect(Math.abs(value - whole![at]!.box[side]!)).toBeLessThan(0.5)
  }
})
