// Networks cut down to some of their outputs: what stays, what goes, and that what is not understood is left alone.
import { describe, expect, it } from 'vitest'
import { float, node, port } from './graph-parts.ts'
import { cutNetwork, outputNames } from './onnx-cut.ts'
import { encodeGraph, type Graph } from './onnx-writer.ts'
import { readOnnxHeader } from './onnx-header.ts'
import { tinySamDecoder } from './tiny-sam.ts'
import { bytesSource } from './wire-reader.ts'

const graph: Graph = {
  inputs: [port('x', [1]), port('z', [1])],
  outputs: [port('near', [1]), port('far', [1])],
  nodes: [
    node('Add', ['x', 'two'], 'shared'),
    node('Mul', ['shared', 'two'], 'near'),
    node('Exp', ['shared'], 'raised'),
    node('Mul', ['raised', 'z'], 'far'),
  ],
  constants: [float('two', [1], 2)],
  metadata: { names: 'kept' },
}

describe('cutNetwork', () => {
  it('is the network that would have been written without the others', async () => {
    const cut = await cutNetwork('m', encodeGraph(graph), new Set(['near']))
    const without = { ...graph, outputs: [graph.outputs[0]!], nodes: graph.nodes.slice(0, 2) }
    expect(await readOnnxHeader(bytesSource('m', cut))).toEqual(await readOnnxHeader(bytesSource('m', encodeGraph(without))))
    expect(await outputNames('m', cut)).toEqual(['near'])
  })

  it('leaves every byte as it was when all outputs are wanted', async () => {
    const bytes = encodeGraph(graph)
    expect(await cutNetwork('m', bytes, new Set(['near', 'far']))).toEqual(bytes)
  })

  it('takes the enlarging to the picture out of a decoder of SAM, and nothing else', async () => {
    const bytes = encodeGraph(tinySamDecoder())
    const cut = await readOnnxHeader(bytesSource('m', await cutNetwork('m', bytes, new Set(['low_res_masks', 'iou_predictions']))))
    const whole = await readOnnxHeader(bytesSource('m', bytes))
    expect(whole.nodeCount - cut.nodeCount).toBe(11)
    expect(cut.inputs).toEqual(whole.inputs)
    expect(cut.outputs.map(({ name }) => name)).toEqual(['iou_predictions', 'low_res_masks'])
  })
})
