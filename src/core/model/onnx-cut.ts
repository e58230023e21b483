// Cuts a network down to some of its outputs: the runtime computes every node, whether its result is asked for or not.
import { joinedBytes } from '../base/joined-bytes.ts'
import { atMost, eachField, onnxLimits, textOf } from './onnx-fields.ts'
import { blockHead } from './onnx-writer.ts'
import { bytesSource, openWireFile, type WireField, type WireFile } from './wire-reader.ts'

type Span = { readonly start: number; readonly end: number }
type Node = Span & { readonly needs: readonly string[]; readonly makes: readonly string[] }
type Parts = {
  readonly nodes: readonly Node[]
  readonly outputs: readonly (Span & { readonly name: string })[]
  readonly rest: readonly Span[]
}

/** Names of what comes out of a network in the bytes of an ONNX file. Throws the ONNX_* faults. */
export async function outputNames(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  const file = await openWireFile(bytesSource(name, bytes))
  const graph = await graphOf(file)
  return graph === undefined ? [] : (await partsOf(file, graph.content)).outputs.map((output) => output.name)
}

/**
 * The same network with the outputs `wanted` alone, and without the nodes that only the others need; inputs and weights stay, and so does all
 * that is not understood here. Nodes of an inner graph (If, Loop, Scan) count as needed where their node is. Throws the ONNX_* faults.
 */
export async function cutNetwork(name: string, bytes: Uint8Array, wanted: ReadonlySet<string>): Promise<Uint8Array> {
  const file = await openWireFile(bytesSource(name, bytes))
  const graph = await graphOf(file)
  if (graph === undefined) return bytes
  const { nodes, outputs, rest } = await partsOf(file, graph.content)
  const needed = neededNodes(nodes, wanted)
  const kept: readonly Span[] = [
    ...nodes.filter((node) => needed.has(node)),
    ...outputs.filter((output) => wanted.has(output.name)),
    ...rest,
  ]
  const body = kept.toSorted((a, b) => a.start - b.start).map(({ start, end }) => bytes.subarray(start, end))
  const length = body.reduce((sum, part) => sum + part.length, 0)
  return joinedBytes([bytes.subarray(0, graph.start), blockHead(7, length), ...body, bytes.subarray(graph.content.end)])
}

/** ModelProto: graph 7. `start` is where its tag begins. */
async function graphOf(file: WireFile): Promise<{ readonly start: number; readonly content: WireField } | undefined> {
  let found: { readonly start: number; readonly content: WireField } | undefined
  await eachSpan(file, { start: 0, end: file.size }, 'the model', (content, start) => {
    if (content.field === 7 && content.wire === 2) found = { start, content }
  })
  return found
}

/** As `eachField`, with where each begins: its tag belongs to what is copied. */
async function eachSpan(file: WireFile, message: Span, what: string, take: (field: WireField, start: number) => Promise<void> | void) {
  let start = message.start
  await eachField(file, message.start, message.end, what, async (field) => {
    await take(field, start)
    start = field.end
  })
}

// GraphProto: node 1, output 12.
async function partsOf(file: WireFile, graph: Span): Promise<Parts> {
  const nodes: Node[] = []
  const outputs: (Span & { readonly name: string })[] = []
  const rest: Span[] = []
  await eachSpan(file, graph, 'the graph', async (field, start) => {
    const span = { start, end: field.end }
    if (field.field === 1 && field.wire === 2) {
      nodes.push({ ...span, ...(await namesOfNode(file, field)) })
      atMost(file, nodes.length, onnxLimits.nodes, 'nodes')
    } else if (field.field === 12 && field.wire === 2) outputs.push({ ...span, name: await firstText(file, field) })
    else rest.push(span)
  })
  return { nodes, outputs, rest }
}

// NodeProto: input 1, output 2, attribute 5 > g 6, graphs 11.
async function namesOfNode(file: WireFile, node: Span): Promise<{ readonly needs: readonly string[]; readonly makes: readonly string[] }> {
  const needs: string[] = []
  const makes: string[] = []
  await eachField(file, node.start, node.end, 'a node', async (field) => {
    if (field.wire !== 2) return
    if (field.field === 1) needs.push(await textOf(file, field, onnxLimits, 'the name of an input'))
    else if (field.field === 2) makes.push(await textOf(file, field, onnxLimits, 'the name of an output'))
    else if (field.field === 5)
      await eachField(file, field.start, field.end, 'an attribute', async (inner) => {
        if (inner.wire !== 2 || (inner.field !== 6 && inner.field !== 11)) return
        const { nodes, outputs } = await partsOf(file, inner)
        // A name made inside may be the same as one outside: then a node too many stays, and nothing is missing.
        needs.push(...nodes.flatMap((one) => one.needs), ...outputs.map((one) => one.name))
      })
  })
  return { needs, makes }
}

/** ValueInfoProto: name 1. */
async function firstText(file: WireFile, message: Span): Promise<string> {
  let name = ''
  await eachField(file, message.start, message.end, 'an output', async (field) => {
    if (field.field === 1 && field.wire === 2) name = await textOf(file, field, onnxLimits, 'the name of an output')
  })
  return name
}

function neededNodes(nodes: readonly Node[], wanted: ReadonlySet<string>): ReadonlySet<Node> {
  const makerOf = new Map(nodes.flatMap((node) => node.makes.map((name) => [name, node] as const)))
  const needed = new Set<Node>()
  const open = [...wanted]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = makerOf.get(name)
    if (node === undefined || needed.has(node)) continue
    needed.add(node)
    open.push(...node.needs)
  }
  return needed
}
