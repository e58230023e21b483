// The element types of ONNX by number, name and size, and what an input or output of a network is.

/** Numbers of TensorProto.DataType. The names are those of the inference runtime. */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
} as const
export type ElementType = keyof typeof elementType

const bitsOf: Readonly<Record<ElementType, number>> = {
  float32: 32,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  int32: 32,
  int64: 64,
  // Texts have no fixed size; one byte each is the least they take.
  string: 8,
  bool: 8,
  float16: 16,
  float64: 64,
  uint32: 32,
  uint64: 64,
  complex64: 64,
  complex128: 128,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e4m3fnuz: 8,
  float8e5m2: 8,
  float8e5m2fnuz: 8,
  uint4: 4,
  int4: 4,
  float4e2m1: 4,
}

const nameOf = new Map(Object.entries(elementType).map(([name, number]) => [number as number, name as ElementType]))

export function elementTypeOf(number: number): ElementType | undefined {
  return nameOf.get(number)
}

/** Bytes of `count` elements, rounded up; exact up to 2^53. */
export function bytesOfElements(type: ElementType, count: number): number {
  return Math.ceil((count * bitsOf[type]) / 8)
}

/** A number is a fixed size; a text is the name of a size that is known only when the network runs (empty if unnamed). */
export type PortShape = readonly (number | string)[]

/** `type` is an ElementType, or 'not a tensor'. */
export type OnnxPort = { readonly name: string; readonly type: string; readonly shape: PortShape }

export type Ports = { readonly inputs: readonly OnnxPort[]; readonly outputs: readonly OnnxPort[] }

/** "images float32 [1,3,H,W]" */
export function describePort({ name, type, shape }: OnnxPort): string {
  return `${name} ${type} [${shape.map((size) => (size === '' ? '?' : size)).join(',')}]`
}

/** All of them in one line, at most `most` of each side. */
export function describePorts({ inputs, outputs }: Ports, most = 4): string {
  const list = (word: string, ports: readonly OnnxPort[]) =>
    `${ports.length} ${word}${ports.length === 1 ? '' : 's'} (${ports.slice(0, most).map(describePort).join(', ')}${ports.length > most ? ', ...' : ''})`
  return `${list('input', inputs)} and ${list('output', outputs)}`
}
