// Networks opened for some of their outputs: the others are neither given nor computed, and the kept networks are told apart.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { openModelThread } from './model-thread.ts'
import { openSession, type TensorValue } from './session.ts'

let folder = ''
let path = ''
// Gather with the index 9 of 4 values fails when it is run: only what needs it may fail.
const graph: Graph = {
  inputs: [{ name: 'x', type: 'float32', shape: [4] }],
  outputs: [
    { name: 'good', type: 'float32', shape: [4] },
    { name: 'failing', type: 'float32', shape: [1] },
  ],
  nodes: [
    { op: 'Neg', inputs: ['x'], outputs: ['good'] },
    { op: 'Cast', inputs: ['x'], outputs: ['places'], attributes: { to: 7 } },
    { op: 'Gather', inputs: ['x', 'places'], outputs: ['failing'] },
  ],
}
const x: TensorValue = { type: 'float32', dims: [4], values: Float32Array.of(9, 9, 9, 9) }
const onCpu = { providers: ['cpu'], threads: 1 } as const
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wanted-'))
  path = join(folder, 'two.onnx')
  await writeFile(path, encodeGraph(graph))
})
afterAll(() => rm(folder, { recursive: true }))

test('what only an unwanted output needs is not computed', async () => {
  const whole = await openModelThread(path, onCpu)
  await expect(whole.run({ x })).rejects.toMatchObject({ code: 'MODEL_RUN_FAILED' })
  await whole.close()
  const cut = await openModelThread(path, { ...onCpu, outputs: [['absent', 'good']] })
  expect(cut.outputs.map(({ name }) => name)).toEqual(['good'])
  expect(await cut.run({ x })).toEqual({ good: { type: 'float32', dims: [4], values: Float32Array.of(-9, -9, -9, -9) } })
  expect(cut.sha256).toBe(whole.sha256)
  await cut.close()
})

test('where a wanted output is not there, all stay, so that its owner can say what is missing', async () => {
  const session = await openSession(path, { ...onCpu, outputs: [['good'], ['absent']] })
  expect(session.outputs.map(({ name }) => name)).toEqual(['good', 'failing'])
  await session.close()
})

test('a kept network that was cut is not taken for the whole one', async () => {
  const cacheFolder = join(folder, 'kept')
  const opened = async (outputs?: readonly (readonly string[])[]) => {
    const session = await openSession(path, { ...onCpu, cacheFolder, ...(outputs && { outputs }) })
    await session.close()
    return [session.start.optimised, session.outputs.length]
  }
  expect(await opened([['good']])).toEqual(['now', 1])
  expect(await opened()).toEqual(['now', 2])
  expect(await opened([['good']])).toEqual(['before', 1])
  expect(await opened()).toEqual(['before', 2])
})
