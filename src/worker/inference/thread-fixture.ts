// A network that is as slow as a test wants, without weights of any size.
import type { Graph } from '#core/model/onnx-writer'
import type { TensorValue } from './session.ts'

const channels = 8
const side = 512

/** `count` convolutions of 3 x 3 one after the other; some 20 ms each on one core. The result is the same in every run. */
export function convolutions(count: number): { readonly graph: Graph; readonly feeds: Readonly<Record<string, TensorValue>> } {
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
