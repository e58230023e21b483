// Tiny networks as exports in half precision are: float16 at every input and output, computed as before in between.
import { elementType } from './onnx-types.ts'
import type { Graph, GraphPort } from './onnx-writer.ts'

/** Each float32 port becomes float16 with a cast behind or before it; the answers are those of the graph to about three digits. */
export function withHalfEdges(graph: Graph): Graph {
  const isFloat = ({ type }: GraphPort) => type === 'float32'
  const edges = new Set([...graph.inputs, ...graph.outputs].filter(isFloat).map(({ name }) => name))
  const inner = (name: string) => (edges.has(name) ? `${name}.wide` : name)
  const half = (port: GraphPort): GraphPort => (isFloat(port) ? { ...port, type: 'float16' } : port)
  const cast = (from: string, to: string, type: 'float16' | 'float32') => ({
    op: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: { to: elementType[type] },
  })
  return {
    ...graph,
    inputs: graph.inputs.map(half),
    outputs: graph.outputs.map(half),
    nodes: [
      ...graph.inputs.filter(isFloat).map(({ name }) => cast(name, inner(name), 'float32')),
      ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(inner), outputs: node.outputs.map(inner) })),
      ...graph.outputs.filter(isFloat).map(({ name }) => cast(inner(name), name, 'float16')),
    ],
  }
}
