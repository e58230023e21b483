// Reads what an ONNX file says of itself without the runtime: inputs, outputs, versions, metadata, and where its weights are.
import type { ByteSource } from '../archive/archive-reader.ts'
import { Fault } from '../base/fault.ts'
import { atMost, eachField, type OnnxLimits, onnxLimits, readPair, textOf, tooLarge } from './onnx-fields.ts'
import { type OnnxTensor, readTensor } from './onnx-tensor.ts'
import { bytesOfElements, elementTypeOf, type OnnxPort } from './onnx-types.ts'
import { openWireFile, type WireField, type WireFile } from './wire-reader.ts'

export type OnnxHeader = {
  readonly irVersion: number
  readonly producer: string
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  /** What has to be fed: initialisers that old exporters list as inputs too are left out. */
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly metadata: Readonly<Record<string, string>>
  readonly nodeCount: number
  readonly initializers: readonly OnnxTensor[]
  /** Sum of what the initialisers declare. */
  readonly weightBytes: number
  /** Names of the files beside the model that hold weights, each once. */
  readonly weightsFiles: readonly string[]
}

/**
 * Reads the file in windows of 64 KiB and passes over nodes and weights, whatever their size. Throws ONNX_CUT, ONNX_DAMAGED,
 * ONNX_NOT_A_MODEL, ONNX_TENSOR_TOO_LARGE, ONNX_TOO_MANY or ONNX_WEIGHTS_OUTSIDE.
 */
export async function readOnnxHeader(source: ByteSource, limits: OnnxLimits = onnxLimits): Promise<OnnxHeader> {
  const file = await openWireFile(source)
  if (file.size === 0) throw notAModel(file.path, 'the file is empty')
  let irVersion = 0
  let producer = ''
  let graph: Graph | undefined
  const opsets: { domain: string; version: number }[] = []
  const metadata = new Map<string, string>()
  // ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8, metadata_props 14.
  await eachField(file, 0, file.size, 'the model', async (field) => {
    if (field.field === 1 && field.wire === 0) irVersion = field.value
    else if (field.wire !== 2) return
    else if (field.field === 2) producer = await textOf(file, field, limits, 'the name of the exporter')
    else if (field.field === 7) {
      if (graph) throw notAModel(file.path, 'it has two graphs')
      graph = await readGraph(file, field, limits)
    } else if (field.field === 8) {
      opsets.push(await readOpset(file, field, limits))
      atMost(file, opsets.length, limits.metadata, 'sets of operators')
    } else if (field.field === 14) {
      const [key, value] = await readPair(file, field, limits)
      metadata.set(key, value)
      atMost(file, metadata.size, limits.metadata, 'entries of metadata')
    }
  })
  if (!graph) throw notAModel(file.path, 'it has no graph')
  if (irVersion < 1 || irVersion > 1000) throw notAModel(file.path, `it has the format version ${irVersion}`)
  if (opsets.length === 0) throw notAModel(file.path, 'it does not say which version of the operators it uses')
  return { irVersion, producer, opsets, metadata: Object.fromEntries(metadata), ...whole(graph) }
}

type Graph = {
  readonly nodeCount: number
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly initializers: readonly OnnxTensor[]
}

function whole({ nodeCount, inputs, outputs, initializers }: Graph): Omit<OnnxHeader, 'irVersion' | 'producer' | 'opsets' | 'metadata'> {
  const given = new Set(initializers.map(({ name }) => name))
  return {
    nodeCount,
    inputs: inputs.filter(({ name }) => !given.has(name)),
    outputs,
    initializers,
    weightBytes: initializers.reduce((sum, { byteLength }) => sum + byteLength, 0),
    weightsFiles: [...new Set(initializers.flatMap(({ outside }) => (outside ? [outside.location] : [])))],
  }
}

// GraphProto: node 1, initializer 5, input 11, output 12.
async function readGraph(file: WireFile, message: WireField, limits: OnnxLimits): Promise<Graph> {
  let nodeCount = 0
  const inputs: OnnxPort[] = []
  const outputs: OnnxPort[] = []
  const initializers: OnnxTensor[] = []
  await eachField(file, message.start, message.end, 'the graph', async (field) => {
    if (field.wire !== 2) return
    if (field.field === 1) {
      nodeCount += 1
      atMost(file, nodeCount, limits.nodes, 'nodes')
    } else if (field.field === 5) {
      initializers.push(await readTensor(file, field, limits))
      atMost(file, initializers.length, limits.initializers, 'initialisers')
    } else if (field.field === 11) {
      inputs.push(await readPort(file, field, limits, 'an input'))
      // Old exporters list every initialiser as an input too.
      atMost(file, inputs.length, limits.initializers + limits.ports, 'inputs')
    } else if (field.field === 12) {
      outputs.push(await readPort(file, field, limits, 'an output'))
      atMost(file, outputs.length, limits.ports, 'outputs')
    }
  })
  return { nodeCount, inputs, outputs, initializers }
}

// ValueInfoProto: name 1, type 2 > tensor_type 1 > elem_type 1, shape 2 > dim 1 > dim_value 1 or dim_param 2.
async function readPort(file: WireFile, message: WireField, limits: OnnxLimits, what: string): Promise<OnnxPort> {
  let name = ''
  let type = 'not a tensor'
  const shape: (number | string)[] = []
  let elements = 0
  await eachField(file, message.start, message.end, what, async (field) => {
    if (field.wire !== 2) return
    if (field.field === 1) name = await textOf(file, field, limits, `the name of ${what}`)
    if (field.field !== 2) return
    await eachField(file, field.start, field.end, what, async (kind) => {
      if (kind.field !== 1 || kind.wire !== 2) return
      await eachField(file, kind.start, kind.end, what, async (part) => {
        if (part.field === 1 && part.wire === 0) {
          elements = part.value
          type = elementTypeOf(part.value) ?? `type ${part.value}`
        } else if (part.field === 2 && part.wire === 2) shape.push(...(await readShape(file, part, limits, what)))
      })
    })
  })
  const known = elementTypeOf(elements)
  const fixed = shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1)
  const declared = known === undefined ? 0 : bytesOfElements(known, fixed)
  if (declared > limits.tensorBytes) throw tooLarge(file.path, what, name, declared, limits.tensorBytes)
  return { name, type, shape }
}

async function readShape(file: WireFile, message: WireField, limits: OnnxLimits, what: string): Promise<readonly (number | string)[]> {
  const shape: (number | string)[] = []
  await eachField(file, message.start, message.end, what, async (dim) => {
    if (dim.field !== 1 || dim.wire !== 2) return
    let size: number | string = ''
    await eachField(file, dim.start, dim.end, what, async (part) => {
      if (part.field === 1 && part.wire === 0) size = part.value
      else if (part.field === 2 && part.wire === 2) size = await textOf(file, part, limits, `a size of ${what}`)
    })
    // Some exporters write -1 for a size that is open.
    shape.push(typeof size === 'number' && size < 0 ? '' : size)
    atMost(file, shape.length, limits.dims, `dimensions in ${what}`)
  })
  return shape
}

// OperatorSetIdProto: domain 1, version 2.
async function readOpset(file: WireFile, message: WireField, limits: OnnxLimits): Promise<{ domain: string; version: number }> {
  let domain = ''
  let version = 0
  await eachField(file, message.start, message.end, 'a set of operators', async (field) => {
    if (field.field === 1 && field.wire === 2) domain = await textOf(file, field, limits, 'the name of a set of operators')
    else if (field.field === 2 && field.wire === 0) version = field.value
  })
  return { domain, version }
}

function notAModel(path: string, reason: string): Fault {
  return new Fault('ONNX_NOT_A_MODEL', { path, reason })
}
