// Runs whose model means harm, one after the other in one engine: each ends with its own fault, and the next run is not harmed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import { openEngine, writeFrames } from './inference-drill.ts'

let folder = ''
let engine: Awaited<ReturnType<typeof openEngine>>
beforeAll(async () => {
  vi.stubEnv('SCENEWRIGHT_MODEL_MEMORY_GIB', '0.7')
  folder = await mkdtemp(join(tmpdir(), 'hostile-run-'))
  await writeFrames(join(folder, 'frames'), 3)
  engine = await openEngine(join(folder, 'state'))
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

/** The tiny network with its first output replaced by what `nodes` make of it; they end in `spoiled`. */
function spoiled(nodes: Graph['nodes'], constants: Graph['constants'] = []): Graph {
  const tiny = tinyYoloSeg()
  const renamed = tiny.nodes.map((node) => ({ ...node, outputs: node.outputs.map((name) => (name === 'output0' ? 'honest' : name)) }))
  const last = { op: 'Add', inputs: ['honest', 'spoiled'], outputs: ['output0'] }
  return { ...tiny, nodes: [...renamed, ...nodes, last], constants: [...(tiny.constants ?? []), ...constants] }
}
const zero = { name: 'zero', dims: [], values: Float32Array.of(0) }
const hostile: readonly (readonly [string, Graph, string])[] = [
  ['infinite', spoiled([{ op: 'Div', inputs: ['honest', 'zero'], outputs: ['spoiled'] }], [zero]), 'MODEL_OUTPUT_NOT_FINITE'],
  [
    'greedy',
    spoiled(
      [
        { op: 'ReduceMax', inputs: ['honest'], outputs: ['scalar'], attributes: { keepdims: 0 } },
        { op: 'Expand', inputs: ['scalar', 'huge'], outputs: ['big'] },
        { op: 'Mul', inputs: ['big', 'scalar'], outputs: ['more'] },
        { op: 'ReduceMax', inputs: ['more'], outputs: ['spoiled'], attributes: { keepdims: 0 } },
      ],
      [{ name: 'huge', dims: [2], values: BigInt64Array.of(2_621_440n, 1024n) }],
    ),
    'MODEL_MEMORY',
  ],
]

async function run(name: string, graph: Graph) {
  const model = join(folder, `${name}.onnx`)
  await writeFile(model, encodeGraph(graph))
  const stages = { ssam: { every: 1, backend: 'onnx' as const, model } }
  const { runId } = await engine.client.call.runs.start({ scene: join(folder, 'frames'), output: join(folder, 'out'), levels: [2], stages })
  for await (const _batch of await engine.client.call.runs.events({ runId, after: 0 }));
  return (await engine.client.call.runs.list()).find(({ id }) => id === runId)
}

test.each(hostile)(
  '%s: the run fails with its own fault',
  async (name, graph, code) => {
    expect(await run(name, graph)).toMatchObject({ state: 'failed', fault: { code } })
  },
  60_000,
)

test('after that an honest model does its work in the same engine', async () => {
  expect(await run('honest', tinyYoloSeg())).toMatchObject({ state: 'succeeded' })
}, 60_000)
