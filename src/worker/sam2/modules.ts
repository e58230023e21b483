// The networks of SAM 2 for video as the tracker runs them, and what they say of sizes: nothing here is a constant of one checkpoint.
import { Fault } from '#core/base/fault'
import { describePorts } from '#core/model/onnx-types'
import type { ModelSession, TensorPort, TensorValue } from '../inference/session.ts'
import { sharedFloats } from '../inference/shared-tensor.ts'

export type Network = Pick<ModelSession, 'inputs' | 'outputs' | 'run'>

export type VideoModules = {
  readonly encoder: Network
  readonly promptEncoder: Network
  readonly maskDecoder: Network
  readonly memoryAttention: Network
  readonly memoryEncoder: Network
  readonly pointerProjection: Network
  /** SAM 2.1 has it: pointers then know how long ago they were. */
  readonly pointerTimeProjection?: Network | undefined
}

export type Floats = { readonly dims: readonly number[]; readonly values: Float32Array }
export type FloatResults = (name: string) => Floats

/** Runs a network. The results are float32 and have the names asked for, or MODEL_UNEXPECTED says what came instead. */
export async function runFloats(network: Network, part: string, feeds: Readonly<Record<string, TensorValue>>): Promise<FloatResults> {
  const results = await network.run(feeds)
  return (name) => {
    const found = results[name]
    if (found?.values instanceof Float32Array) return { dims: found.dims, values: found.values }
    throw unexpected(network, part, `an output ${name} of float32 numbers`)
  }
}

export const unexpected = (network: Network, part: string, expected: string) =>
  new Fault('MODEL_UNEXPECTED', { path: `${part} of the video tracker`, found: describePorts(network), expected })

export function portNamed(network: Network, name: string): TensorPort | undefined {
  return network.inputs.find((port) => port.name === name)
}

/** A size that the graph fixes; undefined when it is open. */
export function fixedSize(port: TensorPort | undefined, axis: number): number | undefined {
  const size = port?.shape[axis]
  return typeof size === 'number' ? size : undefined
}

/** What is fed again and again lies where the thread of a network sees it without a copy. */
export function shared({ dims, values }: Floats): Floats {
  const copy = sharedFloats(values.length)
  copy.set(values)
  return { dims, values: copy }
}

export const floats = (dims: readonly number[], values: Float32Array): TensorValue => ({ type: 'float32', dims, values })

/** Numbers in the type that the port wants: exports differ in labels and switches. */
export function numbersFor(port: TensorPort | undefined, dims: readonly number[], values: readonly number[]): TensorValue {
  if (port?.type === 'int32') return { type: 'int32', dims, values: Int32Array.from(values) }
  if (port?.type === 'int64') return { type: 'int64', dims, values: BigInt64Array.from(values.map(BigInt)) }
  return floats(dims, Float32Array.from(values))
}

/** Learnt numbers of the checkpoint that belong to none of its modules. */
export type Constants = {
  /** [memories][width of a memory]: what is added to the position of a memory by its age; the last row is that of a prompted frame. */
  readonly memoryTimes: readonly Float32Array[]
  /** Added to a frame that has no memory yet, for each channel. */
  readonly noMemory: Float32Array
  /** Pointer of an object that is not seen. */
  readonly noObjectPointer: Float32Array
  /** Added to the memory of a frame on which the object is not seen; SAM 2.1 only. */
  readonly noObjectSpatial: Float32Array | undefined
  /** A convolution of 4 x 4 with stride 4 and one channel, which brings a mask prompt to the size of the prompt encoder. */
  readonly maskDownsample: { readonly weight: Float32Array; readonly bias: number }
}

export async function readConstants(network: Network): Promise<Constants> {
  const of = await runFloats(network, 'constants', {})
  const times = of('maskmem_tpos_enc')
  const count = times.dims[0]!
  const width = times.values.length / count
  const hasSpatial = network.outputs.some(({ name }) => name === 'no_obj_embed_spatial')
  return {
    memoryTimes: Array.from({ length: count }, (_, row) => times.values.slice(row * width, (row + 1) * width)),
    noMemory: of('no_mem_embed').values,
    noObjectPointer: of('no_obj_ptr').values,
    noObjectSpatial: hasSpatial ? of('no_obj_embed_spatial').values : undefined,
    maskDownsample: { weight: of('mask_downsample.weight').values, bias: of('mask_downsample.bias').values[0]! },
  }
}
