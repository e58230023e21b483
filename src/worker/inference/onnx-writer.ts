// Writes small ONNX networks from scratch, for probes and tests: a protobuf wire writer and the six messages a graph needs.

/** ONNX element types by their number in TensorProto.DataType. */
export const elementType = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const
export type ElementType = keyof typeof elementType

/** A number is a fixed size; a text is the name of a size that is known only when the network runs. */
export type PortShape = readonly (number | string)[]
export type GraphPort = { readonly name: string; readonly type: ElementType; readonly shape: PortShape }

/** Integers and lists of integers only: what Conv (`kernel_shape`, `pads`) and Cast (`to`) ask for. */
export type GraphNode = {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

/** float32 values, row-major, as many as the product of `dims`; or the name of a file beside the model that holds them. */
export type GraphConstant = { readonly name: string; readonly dims: readonly number[]; readonly values: Float32Array | string }

export type Graph = {
  readonly inputs: readonly GraphPort[]
  readonly outputs: readonly GraphPort[]
  readonly nodes: readonly GraphNode[]
  readonly constants?: readonly GraphConstant[]
}

const encoder = new TextEncoder()

function varint(value: number): readonly number[] {
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

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Wire type 0. Whole numbers from 0 only. */
const integer = (field: number, value: number) => Uint8Array.from([...varint(field * 8), ...varint(value)])
/** Wire type 2: a text, raw bytes or a message. */
function block(field: number, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  return concat([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes])
}

// AttributeProto: name 1, i 3, ints 8, type 20 (INT 2, INTS 7).
function attribute(name: string, value: number | readonly number[]): Uint8Array {
  if (typeof value === 'number') return concat([block(1, name), integer(3, value), integer(20, 2)])
  return concat([block(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)])
}

// NodeProto: input 1, output 2, op_type 4, attribute 5.
function node({ op, inputs, outputs, attributes }: GraphNode): Uint8Array {
  const given = Object.entries(attributes ?? {}).map(([name, value]) => block(5, attribute(name, value)))
  return concat([...inputs.map((name) => block(1, name)), ...outputs.map((name) => block(2, name)), block(4, op), ...given])
}

// TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little endian, which every machine we run on is), external_data 13
// (key 1, value 2), data_location 14 (EXTERNAL 1).
function constant({ name, dims, values }: GraphConstant): Uint8Array {
  const content =
    typeof values === 'string'
      ? [block(13, concat([block(1, 'location'), block(2, values)])), integer(14, 1)]
      : [block(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))]
  return concat([...dims.map((dim) => integer(1, dim)), integer(2, elementType.float32), block(8, name), ...content])
}

// ValueInfoProto: name 1, type 2 > tensor_type 1 > elem_type 1, shape 2 > dim 1 > dim_value 1 or dim_param 2.
function port({ name, type, shape }: GraphPort): Uint8Array {
  const dims = shape.map((dim) => block(1, typeof dim === 'number' ? integer(1, dim) : block(2, dim)))
  return concat([block(1, name), block(2, block(1, concat([integer(1, elementType[type]), block(2, concat(dims))])))])
}

/** The bytes of an ONNX file (IR version 8, opset 17), which every onnxruntime since 1.12 reads. Nodes in the order they run. */
export function encodeGraph(graph: Graph): Uint8Array {
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const body = concat([
    ...graph.nodes.map((item) => block(1, node(item))),
    block(2, 'graph'),
    ...(graph.constants ?? []).map((item) => block(5, constant(item))),
    ...graph.inputs.map((item) => block(11, port(item))),
    ...graph.outputs.map((item) => block(12, port(item))),
  ])
  // ModelProto: ir_version 1, graph 7, opset_import 8 > version 2.
  return concat([integer(1, 8), block(7, body), block(8, integer(2, 17))])
}
