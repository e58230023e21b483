// Tells from the inputs and outputs of a graph which part of which family it is, or what was found and what was expected.
import { Fault } from '../base/fault.ts'
import { kindOfGraph } from './graph-kind.ts'
import type { ModelFamily, ModelPart, ModelRole } from './model-entry.ts'
import { type PortRule, type Signature, signatures } from './model-families.ts'
import { describePorts, type OnnxPort, type Ports } from './onnx-types.ts'

export type RecognisedModel = { readonly family: ModelFamily; readonly part: ModelPart; readonly role: ModelRole }

/** Undefined when no family has a part like this. */
export function recogniseModel(ports: Ports): RecognisedModel | undefined {
  const found = signatures.find((signature) => fits(signature, ports))
  return found && { family: found.family, part: found.part, role: found.role }
}

/** Throws MODEL_UNEXPECTED with what the graph has and what would be nearest to it. */
export function requireModel(path: string, ports: Ports, wanted?: ModelRole): RecognisedModel {
  const found = recogniseModel(ports)
  if (found && (wanted === undefined || found.role === wanted)) return found
  const guess = kindOfGraph(ports)
  const known = found && `${found.part === 'whole' ? 'a network' : `the ${found.part}`} of the family ${found.family}`
  const kind = (known ?? guess) === undefined ? '' : `; this is ${known ?? guess}`
  const near = nearest(ports, wanted)
  throw new Fault('MODEL_UNEXPECTED', {
    path,
    found: `${describePorts(ports)}${kind}`,
    expected: near ?? 'the inputs and outputs of one of the known families (docs/models.md)',
  })
}

function fits({ inputs, outputs, holds }: Signature, ports: Ports): boolean {
  const takenInputs = matched(inputs, ports.inputs)
  const takenOutputs = matched(outputs, ports.outputs)
  return takenInputs !== undefined && takenOutputs !== undefined && (holds === undefined || holds(takenInputs, takenOutputs))
}

/** Each rule with a port of its own, in the order of the rules, and no port left over; undefined when that cannot be. */
function matched(rules: readonly PortRule[], ports: readonly OnnxPort[]): readonly OnnxPort[] | undefined {
  const left = [...ports]
  const taken: OnnxPort[] = []
  for (const rule of rules) {
    const at = left.findIndex((port) => admits(rule, port))
    if (at >= 0) taken.push(...left.splice(at, 1))
    else if (rule.optional !== true) return undefined
  }
  return left.length === 0 ? taken : undefined
}

function admits({ names, sizes, types = ['float32', 'float16'] }: PortRule, { name, type, shape }: OnnxPort): boolean {
  if (names && !names.includes(name)) return false
  if (!types.includes(type)) return false
  // A graph without any shape information tells nothing against it, but only names can then speak for it.
  if (shape.length === 0) return names !== undefined
  return shape.length === sizes.length && sizes.every((size, i) => size === undefined || typeof shape[i] === 'string' || shape[i] === size)
}

/** The signature whose names the graph shares most, when it shares at least two; else that of the wanted role. */
function nearest(ports: Ports, wanted: ModelRole | undefined): string | undefined {
  const names = new Set([...ports.inputs, ...ports.outputs].map(({ name }) => name))
  let best: { readonly shared: number; readonly expected: string } | undefined
  for (const { role, inputs, outputs, expected } of signatures) {
    if (wanted !== undefined && role !== wanted) continue
    const shared = [...inputs, ...outputs].filter((rule) => rule.names?.some((name) => names.has(name))).length
    if (shared >= 2 && shared > (best?.shared ?? 0)) best = { shared, expected }
  }
  return best?.expected ?? (wanted && signatures.find(({ role }) => role === wanted)?.expected)
}
