// Writes small ONNX networks from scratch, for probes and tests: a protobuf wire writer and the messages a graph needs.
import { joinedBytes } from '../base/joined-bytes.ts'
import { type ElementType, elementType, type PortShape } from './onnx-types.ts'

export type GraphPort = { readonly name: string; readonly type: ElementType; readonly shape: PortShape }

/** A bare number is an integer; `{ float }` is a number with a fraction. */
export type GraphAttribute = number | readonly number[] | string | { readonly float: number }

export type GraphNode = {
  readonly op: string
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, GraphAttribute>>
}

/** Weights in a file beside the model; without offset and length it is the whole file. */
export type OutsideValues = { readonly location: string; readonly offset?: number; readonly length?: number }

/** Values row-major, as many as the product of `dims`; a text or OutsideValues names float32 values in a file beside the model. */
export type GraphConstant = {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: Float32Array | BigInt64Array | Int32Array | Uint8Array | string | OutsideValues
}

export type Graph = {
  readonly inputs: readonly GraphPort[]
  readonly outputs: readonly GraphPort[]
  readonly nodes: readonly GraphNode[]
  readonly constants?: readonly GraphConstant[]
  /** Of the exporter, such as the names of classes. */
  readonly metadata?: Readonly<Record<string, string>>
}

const encoder = new TextEncoder()

function varint(value: number): readonly number[] {
  // Negative numbers are sent as their 64 bits, ten bytes long.
  if (value < 0) return bigVarint(BigInt.asUintN(64, BigInt(value)))
  const bytes: number[] = []
  let rest = value
  // Division, not shifts: a length may pass 2^31.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

function bigVarint(value: bigint): readonly number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128n) {
    bytes.push(Number(rest % 128n) + 128)
    rest /= 128n
  }
  bytes.push(Number(rest))
  return bytes
}

/** Wire type 0: a whole number. */
export const integerField = (field: number, value: number): Uint8Array => Uint8Array.from([...varint(field * 8), ...varint(value)])
/** Wire type 2: a text, raw bytes or a message. */
export function blockField(field: number, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  return joinedBytes([blockHead(field, bytes.length), bytes])
}
/** What stands before the content of a text, bytes or a message. */
export function blockHead(field: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(length)])
}
/** Wire type 5: a float32. */
function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return joinedBytes([Uint8Array.from(varint(field * 8 + 5)), bytes])
}

// AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20 (FLOAT 1, INT 2, STRING 3, INTS 7).
function attribute(name: string, value: GraphAttribute): Uint8Array {
  if (typeof value === 'number') return joinedBytes([blockField(1, name), integerField(3, value), integerField(20, 2)])
  if (typeof value === 'string') return joinedBytes([blockField(1, name), blockField(4, value), integerField(20, 3)])
  if ('float' in value) return joinedBytes([blockField(1, name), floatField(2, value.float), integerField(20, 1)])
  return joinedBytes([blockField(1, name), ...value.map((item) => integerField(8, item)), integerField(20, 7)])
}

// NodeProto: input 1, output 2, op_type 4, attribute 5.
function node({ op, inputs, outputs, attributes }: GraphNode): Uint8Array {
  const given = Object.entries(attributes ?? {}).map(([name, value]) => blockField(5, attribute(name, value)))
  const names = [...inputs.map((name) => blockField(1, name)), ...outputs.map((name) => blockField(2, name))]
  return joinedBytes([...names, blockField(4, op), ...given])
}

function typeOfValues(values: GraphConstant['values']): ElementType {
  if (values instanceof BigInt64Array) return 'int64'
  if (values instanceof Int32Array) return 'int32'
  return values instanceof Uint8Array ? 'uint8' : 'float32'
}

function outsideEntries({ location, offset, length }: OutsideValues): readonly Uint8Array[] {
  const entry = (key: string, value: string) => blockField(13, joinedBytes([blockField(1, key), blockField(2, value)]))
  return [
    entry('location', location),
    ...(offset === undefined ? [] : [entry('offset', String(offset))]),
    ...(length === undefined ? [] : [entry('length', String(length))]),
    integerField(14, 1),
  ]
}

// TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little endian, which every machine we run on is), external_data 13
// (key 1, value 2), data_location 14 (EXTERNAL 1).
function constant({ name, dims, values }: GraphConstant): Uint8Array {
  const head = [...dims.map((dim) => integerField(1, dim)), integerField(2, elementType[typeOfValues(values)]), blockField(8, name)]
  if (typeof values === 'string') return joinedBytes([...head, ...outsideEntries({ location: values })])
  if (!ArrayBuffer.isView(values)) return joinedBytes([...head, ...outsideEntries(values)])
  return joinedBytes([...head, blockField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))])
}

// ValueInfoProto: name 1, type 2 > tensor_type 1 > elem_type 1, shape 2 > dim 1 > dim_value 1 or dim_param 2.
function port({ name, type, shape }: GraphPort): Uint8Array {
  const dims = shape.map((dim) => blockField(1, typeof dim === 'number' ? integerField(1, dim) : blockField(2, dim)))
  const tensor = joinedBytes([integerField(1, elementType[type]), blockField(2, joinedBytes(dims))])
  return joinedBytes([blockField(1, name), blockField(2, blockField(1, tensor))])
}

/** The bytes of an ONNX file (IR version 8, opset 17), which every onnxruntime since 1.12 reads. Nodes in the order they run. */
export function encodeGraph(graph: Graph): Uint8Array<ArrayBuffer> {
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const body = joinedBytes([
    ...graph.nodes.map((item) => blockField(1, node(item))),
    blockField(2, 'graph'),
    ...(graph.constants ?? []).map((item) => blockField(5, constant(item))),
    ...graph.inputs.map((item) => blockField(11, port(item))),
    ...graph.outputs.map((item) => blockField(12, port(item))),
  ])
  // ModelProto: ir_version 1, graph 7, opset_import 8 > version 2, metadata_props 14 > key 1, value 2.
  const metadata = Object.entries(graph.metadata ?? {}).map(([key, value]) =>
    blockField(14, joinedBytes([blockField(1, key), blockField(2, value)])),
  )
  return joinedBytes([integerField(1, 8), blockField(7, body), blockField(8, integerField(2, 17)), ...metadata])
}
