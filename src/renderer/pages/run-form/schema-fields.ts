// The fields of the form, read from the schema of a run's config: what can be set, within which limits, in which words.
import { z } from 'zod'
import { RunConfig } from '#core/run/run-config'

export type Field = {
  /** Where it is in the config, dots between. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly unit: string | undefined
  readonly kind: 'number' | 'text' | 'switch' | 'choice' | 'path'
  readonly isWhole: boolean
  readonly least: number | undefined
  readonly most: number | undefined
  readonly choices: readonly string[]
  readonly standard: unknown
}
export type FieldGroup = { readonly id: string; readonly title: string; readonly fields: readonly Field[] }

type Node = Readonly<Record<string, unknown>>

/** Groups of settings, one per stage, in the order of the schema. */
export function stageGroups(): readonly FieldGroup[] {
  const root: unknown = z.toJSONSchema(RunConfig, { io: 'input' })
  const stages = child(child(root, 'properties'), 'stages')
  return Object.entries(child(stages, 'properties')).map(([id, node]) => ({
    id,
    title: textOf(node, 'title') ?? id,
    fields: Object.entries(child(node, 'properties')).map(([key, field]) => fieldFrom(`stages.${id}.${key}`, key, nodeOf(field))),
  }))
}

function fieldFrom(path: string, key: string, node: Node): Field {
  const choices = Array.isArray(node.enum) ? node.enum.map(String) : []
  const type = node.type
  return {
    path,
    title: textOf(node, 'title') ?? key,
    description: textOf(node, 'description') ?? '',
    unit: textOf(node, 'unit'),
    kind:
      choices.length > 0
        ? 'choice'
        : type === 'boolean'
          ? 'switch'
          : type === 'number' || type === 'integer'
            ? 'number'
            : node.widget === 'path'
              ? 'path'
              : 'text',
    isWhole: type === 'integer',
    least: limitOf(node.minimum),
    most: limitOf(node.maximum),
    choices,
    standard: node.default,
  }
}

/** Bounds that only say "a safe whole number" are no limits to a person. */
function limitOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined
}

function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {}
}
const child = (value: unknown, key: string): Node => nodeOf(nodeOf(value)[key])
function textOf(value: unknown, key: string): string | undefined {
  const text = nodeOf(value)[key]
  return typeof text === 'string' ? text : undefined
}
