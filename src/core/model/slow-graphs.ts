// Networks that are as slow to run, or to optimise, as a test, a drill or a bench wants.
import type { Graph } from './onnx-writer.ts'

export type FedGraph = {
  readonly graph: Graph
  /** For each input, row-major. */
  readonly feeds: Readonly<Record<string, { readonly type: 'float32'; readonly dims: readonly number[]; readonly values: Float32Array }>>
}

const channels = 8
const convolution = (from: string, weights: string, to: string) => ({
  op: 'Conv',
  inputs: [from, weights],
  outputs: [to],
  attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
})
/** Small numbers of both signs, the same every time; `scale` is about the largest. */
const numbers = (count: number, scale: number) => Float32Array.from({ length: count }, (_, at) => ((((at * 7919) % 101) - 50) / 50) * scale)

/** `count` convolutions of 3 x 3 one after the other; some 5 ms each on one core when `side` is 512. */
export function convolutions(count: number, side = 512): FedGraph {
  const shape = [1, channels, side, side]
  const name = (at: number) => (at === 0 ? 'x' : at === count ? 'y' : `t${at}`)
  return {
    graph: {
      inputs: [{ name: 'x', type: 'float32', shape }],
      outputs: [{ name: 'y', type: 'float32', shape }],
      nodes: Array.from({ length: count }, (_, at) => convolution(name(at), 'w', name(at + 1))),
      constants: [{ name: 'w', dims: [channels, channels, 3, 3], values: numbers(channels * channels * 9, 0.025) }],
    },
    feeds: {
      x: { type: 'float32', dims: shape, values: Float32Array.from({ length: channels * side * side }, (_, at) => (at % 255) / 255) },
    },
  }
}

/** x times a matrix of `size` x `size` raised to the power of `count`, which the optimiser works out before the first run. */
export function foldedProducts(count: number, size: number): FedGraph {
  const name = (at: number) => (at === 0 ? 'm' : `m${at}`)
  return {
    graph: {
      inputs: [{ name: 'x', type: 'float32', shape: [1, size] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1, size] }],
      nodes: [
        ...Array.from({ length: count - 1 }, (_, at) => ({ op: 'MatMul', inputs: [name(at), 'm'], outputs: [name(at + 1)] })),
        { op: 'MatMul', inputs: ['x', name(count - 1)], outputs: ['y'] },
      ],
      constants: [{ name: 'm', dims: [size, size], values: numbers(size * size, 1.6 / size) }],
    },
    feeds: { x: { type: 'float32', dims: [1, size], values: new Float32Array(size).fill(1) } },
  }
}

/** The same network with the same answers, after `count` convolutions of its picture that it throws away: it takes as much longer. */
export function slowed(graph: Graph, picture: string, count: number): Graph {
  const through = (from: string, to: string) => convolution(from, 'slowMiddle', to)
  const last = `slow${count}`
  return {
    ...graph,
    nodes: [
      convolution(picture, 'slowFirst', 'slow0'),
      ...Array.from({ length: count }, (_, at) => through(`slow${at}`, `slow${at + 1}`)),
      convolution(last, 'slowLast', 'slowed'),
      { op: 'Mul', inputs: ['slowed', 'nothing'], outputs: ['thrownAway'] },
      { op: 'Add', inputs: [picture, 'thrownAway'], outputs: ['unchanged'] },
      ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === picture ? 'unchanged' : name)) })),
    ],
    constants: [
      ...(graph.constants ?? []),
      { name: 'slowFirst', dims: [channels, 3, 3, 3], values: numbers(channels * 27, 0.025) },
      { name: 'slowMiddle', dims: [channels, channels, 3, 3], values: numbers(channels * channels * 9, 0.025) },
      { name: 'slowLast', dims: [3, channels, 3, 3], values: numbers(channels * 27, 0.025) },
      { name: 'nothing', dims: [], values: Float32Array.of(0) },
    ],
  }
}
