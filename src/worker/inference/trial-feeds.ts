// Inputs for trying a network: sizes for what it leaves open, and zeros of each element type.
import type { TensorPort, TensorValue } from './session.ts'

/** What open sizes of these inputs have to be; all others are 1. */
const openSizes: Readonly<Record<string, number>> = {
  // Memory attention turns its keys by their place in the 64 x 64 grid, so it takes whole frames of memory.
  memory_1: 4096,
  memory_pos_1: 4096,
  attention_mask_1: 4096,
  // An object pointer of 256 values is four tokens of 64.
  memory_2: 4,
  memory_pos_2: 4,
  attention_mask_2: 4,
}

/** A fixed size for every dimension: a picture's channels, height and width by their places, the first dimension of others by name. */
export function openDims(
  name: string,
  shape: readonly (number | string)[],
  size: { readonly width: number; readonly height: number },
): readonly number[] {
  const isPicture = shape.length === 4 && (shape[1] === 3 || typeof shape[1] === 'string') && typeof shape[3] === 'string'
  const isLast = shape.length === 3 && shape[2] === 3
  return shape.map((dim, axis) => {
    if (typeof dim === 'number') return dim
    if (isPicture) return [1, 3, size.height, size.width][axis]!
    if (isLast) return [size.height, size.width, 3][axis]!
    return axis === 0 ? (openSizes[name] ?? 1) : 1
  })
}

export function fitsDims(shape: readonly (number | string)[], dims: readonly number[]): boolean {
  return shape.length === dims.length && shape.every((dim, axis) => typeof dim === 'string' || dim === dims[axis])
}

export function zeros({ type, name }: TensorPort, dims: readonly number[]): TensorValue {
  const count = dims.reduce((product, dim) => product * dim, 1)
  switch (type) {
    case 'float32':
      return { type, dims, values: new Float32Array(count) }
    case 'float64':
      return { type, dims, values: new Float64Array(count) }
    case 'float16':
      return { type, dims, values: new Uint16Array(count) }
    case 'int64':
      return { type, dims, values: new BigInt64Array(count) }
    case 'int32':
      return { type, dims, values: new Int32Array(count) }
    case 'int8':
      return { type, dims, values: new Int8Array(count) }
    case 'uint8':
    case 'bool':
      return { type, dims, values: new Uint8Array(count) }
    default:
      throw new Error(`The input ${name} is of the type ${type}, for which there are no zeros here.`)
  }
}
