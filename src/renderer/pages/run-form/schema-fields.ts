// The fields of the form, read from the schema of a run's config: what can be set, within which limits, in which words.
import { z } from 'zod'
import { RunConfig } from '#core/run/run-config'

export type Field = {
  /** Where it is in the config, dots between. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly unit: string | undefined
  readonly kind: 'number' | 'text' | 'switch' | 'choice' | 'path' | 'device' | 'texts' | 'model' | 'models'
  readonly isWhole: boolean
  readonly least: number | undefined
  readonly most: number | undefined
  readonly choices: readonly string[]
  readonly standard: unknown
}
export type FieldGroup = { readonly id: string; readonly title: string; readonly fields: readonly Field[] }

type Node = Readonly<Record<string, unknown>>

/** The groups of the form: one per stage in the order of the schema, then what holds for the whole run. */
export function formGroups(): readonly FieldGroup[] {
  return [...stageGroups(), runGroup()]
}

/** Device and limits: none of it changes a result on one device. */
function runGroup(): FieldGroup {
  const properties = child(z.toJSONSchema(RunConfig, { io: 'input' }), 'properties')
  const limits = Object.entries(child(child(properties, 'limits'), 'properties'))
  return {
    id: 'run',
    title: 'Device and limits',
    fields: [
      fieldFrom('device', 'device', child(properties, 'device')),
      ...limits.map(([key, field]) => fieldFrom(`limits.${key}`, key, nodeOf(field))),
    ],
  }
}

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
            : stageOfModel(path) !== undefined
              ? path.endsWith('.model')
                ? 'model'
                : 'models'
              : node.widget === 'path'
                ? 'path'
                : node.widget === 'device'
                  ? 'device'
                  : type === 'array'
                    ? 'texts'
                    : 'text',
    isWhole: type === 'integer',
    least: limitOf(node.minimum),
    most: limitOf(node.maximum),
    choices,
    standard: node.default,
  }
}

/** The stage whose model, or whose fallbacks, a setting names. */
export function stageOfModel(path: string): string | undefined {
  return /^stages\.([^.]+)\.(model|fallbacks)$/.exec(path)?.[1]
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
