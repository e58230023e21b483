// The numbers of an array: kinds, byte order, and bytes turned into the typed arrays of JavaScript.
import { floatFromHalf } from '../../base/half-float.ts'

/** Kinds of numbers that are read. 'object' is an array of Python objects: a pickle follows instead of numbers. */
export type NumberKind =
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64'
export type Dtype = { readonly kind: NumberKind; readonly itemBytes: number; readonly order: 'little' | 'big' | 'none' }

/** bool stays bytes (nonzero = true); float16 is widened, because not every host has 16-bit floats. */
export type NumberValues =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array

/** Values in C order (last axis fastest), whatever the file had. Where no turning was needed they are a view over the file's bytes. */
export type NumberArray = { readonly kind: NumberKind; readonly shape: readonly number[]; readonly values: NumberValues }

const kinds = new Map<string, NumberKind>([
  ['b1', 'bool'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
])

/** The kind of a NumPy code like `u1` or `f4` without its byte order; undefined for one that is not read. */
export function kindOfCode(code: string): NumberKind | undefined {
  return kinds.get(code)
}

/** A dtype of a code and a byte order sign; undefined for one that is not read, and for several bytes without an order. */
export function dtypeOf(code: string, sign: string): Dtype | undefined {
  const kind = kinds.get(code)
  if (kind === undefined) return undefined
  const itemBytes = Number(code.slice(1))
  if (itemBytes === 1) return { kind, itemBytes, order: 'none' }
  return sign === '<' ? { kind, itemBytes, order: 'little' } : sign === '>' ? { kind, itemBytes, order: 'big' } : undefined
}

/** Product of the sides; 1 for no sides. May exceed what can be addressed: compare before use. */
export const countOfShape = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** `bytes` holds exactly as many as shape and dtype ask for. */
export function valuesFromBytes(bytes: Uint8Array, dtype: Dtype, shape: readonly number[], fortranOrder: boolean): NumberArray {
  const stored = typedFrom(inHostOrder(bytes, dtype), dtype.kind)
  return { kind: dtype.kind, shape, values: fortranOrder && shape.length > 1 ? inCOrder(stored, shape) : stored }
}

const hostOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big'

/** Bytes that a typed array may lie over: in the host's order, beginning at a multiple of the item size. */
function inHostOrder(bytes: Uint8Array, { itemBytes, order }: Dtype): Uint8Array {
  if (order === 'none') return bytes
  if (order === hostOrder) return bytes.byteOffset % itemBytes === 0 ? bytes : Uint8Array.from(bytes)
  const turned = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at += itemBytes) for (let i = 0; i < itemBytes; i++) turned[at + i] = bytes[at + itemBytes - 1 - i]!
  return turned
}

/** Always a plain typed array: Node's Buffer is one too, but its `slice` shares bytes where that of the others copies. */
function typedFrom(bytes: Uint8Array, kind: NumberKind): NumberValues {
  const { buffer, byteOffset: at, length } = bytes
  switch (kind) {
    case 'bool':
    case 'uint8':
      return bytes.constructor === Uint8Array ? bytes : new Uint8Array(buffer, at, length)
    case 'uint16':
      return new Uint16Array(buffer, at, length / 2)
    case 'uint32':
      return new Uint32Array(buffer, at, length / 4)
    case 'uint64':
      return new BigUint64Array(buffer, at, length / 8)
    case 'int8':
      return new Int8Array(buffer, at, length)
    case 'int16':
      return new Int16Array(buffer, at, length / 2)
    case 'int32':
      return new Int32Array(buffer, at, length / 4)
    case 'int64':
      return new BigInt64Array(buffer, at, length / 8)
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, at, length / 2), floatFromHalf)
    case 'float32':
      return new Float32Array(buffer, at, length / 4)
    case 'float64':
      return new Float64Array(buffer, at, length / 8)
  }
}

/** From first axis fastest to last axis fastest. */
function inCOrder(stored: NumberValues, shape: readonly number[]): NumberValues {
  const turned = stored.slice()
  turn(stored, turned, shape)
  return turned
}

type Items = { [at: number]: number | bigint }

function turn(from: Items, to: Items, shape: readonly number[]): void {
  const steps = shape.map((_, axis) => countOfShape(shape.slice(0, axis)))
  const place = shape.map(() => 0)
  const count = countOfShape(shape)
  for (let at = 0, source = 0; at < count; at++) {
    to[at] = from[source]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += steps[axis]!
      place[axis]! += 1
      if (place[axis]! < shape[axis]!) break
      source -= steps[axis]! * shape[axis]!
      place[axis] = 0
    }
  }
}
