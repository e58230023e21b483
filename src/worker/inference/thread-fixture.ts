// Networks that are as slow to run, or to optimise, as a test or a bench wants.
import type { Graph } from '#core/model/onnx-writer'
import type { TensorValue } from './session.ts'

export type FedGraph = { readonly graph: Graph; readonly feeds: Readonly<Record<string, TensorValue>> }

const channels = 8

/** `count` convolutions of 3 x 3 one after the other; some 20 ms each on one core when `side` is 512. */
export function convolutions(count: number, side = 512): FedGraph {
  const shape = [1, channels, side, side]
  const weights = Float32Array.from({ length: channels * channels * 9 }, (_, at) => (((at * 7919) % 101) - 50) / 2000)
  const name = (at: number) => (at === 0 ? 'x' : at === count ? 'y' : `t${at}`)
  return {
    graph: {
      inputs: [{ name: 'x', type: 'float32', shape }],
      outputs: [{ name: 'y', type: 'float32', shape }],
      nodes: Array.from({ length: count }, (_, at) => ({
        op: 'Conv',
        inputs: [name(at), 'w'],
        outputs: [name(at + 1)],
        attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      })),
      constants: [{ name: 'w', dims: [channels, channels, 3, 3], values: weights }],
    },
    feeds: {
      x: { type: 'float32', dims: shape, values: Float32Array.from({ length: channels * side * side }, (_, at) => (at % 255) / 255) },
    },
  }
}

/** x times a matrix of `size` x `size` raised to the power of `count`, which the optimiser works out before the first run. */
export function foldedProducts(count: number, size: number): FedGraph {
  const values = Float32Array.from({ length: size * size }, (_, at) => (((at * 7919) % 101) - 50) / (30 * size))
  const name = (at: number) => (at === 0 ? 'm' : `m${at}`)
  return {
    graph: {
      inputs: [{ name: 'x', type: 'float32', shape: [1, size] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1, size] }],
      nodes: [
        ...Array.from({ length: count - 1 }, (_, at) => ({ op: 'MatMul', inputs: [name(at), 'm'], outputs: [name(at + 1)] })),
        { op: 'MatMul', inputs: ['x', name(count - 1)], outputs: ['y'] },
      ],
      constants: [{ name: 'm', dims: [size, size], values }],
    },
    feeds: { x: { type: 'float32', dims: [1, size], values: new Float32Array(size).fill(1) } },
  }
}
