// Short words for the parts of small networks made by hand: constants, nodes with one output, float32 ports.
import type { GraphConstant, GraphNode, GraphPort } from './onnx-writer.ts'

export const float = (name: string, dims: readonly number[], ...values: readonly number[]): GraphConstant => ({
  name,
  dims,
  values: Float32Array.from(values),
})
export const whole = (name: string, ...values: readonly number[]): GraphConstant => ({
  name,
  dims: [values.length],
  values: BigInt64Array.from(values.map(BigInt)),
})
export const node = (op: string, inputs: readonly string[], output: string, attributes?: GraphNode['attributes']): GraphNode => ({
  op,
  inputs,
  outputs: [output],
  ...(attributes && { attributes }),
})
export const port = (name: string, shape: readonly (number | string)[]): GraphPort => ({ name, type: 'float32', shape })
