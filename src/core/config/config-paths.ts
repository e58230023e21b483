// Every setting as data, read from the schema: path, words, bounds, default and the variable that sets it.
import { z } from 'zod'
import { Configuration, LaunchSettings } from './launch-settings.ts'

export type SettingKind = 'whole' | 'number' | 'switch' | 'text' | 'list'
export type SettingPath = {
  /** Dots between the keys, as in `stages.filter.minArea`. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly unit: string | undefined
  readonly kind: SettingKind
  /** Of a list of nothing else; undefined where a single text will do as well. */
  readonly items: SettingKind | undefined
  /** Words that complete "it has to be …". */
  readonly allowed: string
  /** undefined = has to be set. */
  readonly standard: unknown
  /** `SCENEWRIGHT_` and the path in upper snake case. */
  readonly variable: string
  /** Part of the run's own config; the others only say what is to be started. */
  readonly ofRun: boolean
  /** A file or folder. */
  readonly isPlace: boolean
}

type Node = Readonly<Record<string, unknown>>
const nodeOf = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {})
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** SCENEWRIGHT_STAGES_FILTER_MIN_AREA for `stages.filter.minArea`. */
export function variableOf(path: string): string {
  return `SCENEWRIGHT_${path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`
}

/** In the order of the schema. */
export const settingPaths: readonly SettingPath[] = leavesOf(z.toJSONSchema(Configuration, { io: 'input' }), '')
const byPath: ReadonlyMap<string, SettingPath> = new Map(settingPaths.map((setting) => [setting.path, setting]))
/** Paths of the groups that hold settings, such as `stages.filter`; the root is not among them. */
export const settingGroups: ReadonlySet<string> = new Set(
  settingPaths.flatMap(({ path }) => {
    const keys = path.split('.')
    return keys.slice(1).map((_, i) => keys.slice(0, i + 1).join('.'))
  }),
)

export function settingAt(path: string): SettingPath | undefined {
  return byPath.get(path)
}

function leavesOf(schema: unknown, path: string): SettingPath[] {
  const node = nodeOf(schema)
  if (node.type === 'object' && node.properties !== undefined)
    return Object.entries(nodeOf(node.properties)).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`))
  const kind = kindOf(node)
  return [
    {
      path,
      title: textOf(node.title) || path,
      description: textOf(node.description),
      unit: textOf(node.unit) || undefined,
      kind,
      items: node.type === 'array' ? kindOf(nodeOf(node.items)) : undefined,
      allowed: allowedOf(node, kind),
      standard: node.default,
      variable: variableOf(path),
      ofRun: !Object.hasOwn(LaunchSettings.shape, path.split('.', 1)[0]!),
      isPlace: node.widget === 'path',
    },
  ]
}

function kindOf(node: Node): SettingKind {
  if (node.type === 'integer') return 'whole'
  if (node.type === 'number') return 'number'
  if (node.type === 'boolean') return 'switch'
  return node.type === 'array' || node.anyOf !== undefined ? 'list' : 'text'
}

function allowedOf(node: Node, kind: SettingKind): string {
  if (kind === 'whole') return `a whole number${boundsOf(node)}`
  if (kind === 'number') return `a number${boundsOf(node)}`
  if (kind === 'switch') return 'true or false'
  if (kind === 'list') return node.anyOf !== undefined ? 'a text or a list of texts' : listWords(node)
  if (Array.isArray(node.enum)) return node.enum.length === 1 ? textOf(node.enum[0]) : `one of ${node.enum.join(', ')}`
  if (typeof node.const === 'string') return node.const
  if (node.widget === 'device') return `${node.default === '' ? 'empty, ' : ''}cpu or cuda:<index>`
  const most = typeof node.maxLength === 'number' ? ` of at most ${node.maxLength} characters` : ''
  return `a text${most}`
}

function listWords(node: Node): string {
  const item = nodeOf(node.items)
  const most = limitOf(node.maxItems)
  const kind = kindOf(item)
  if (kind === 'whole') return `a list of whole numbers${boundsOf(item)}, such as [2, 4, 6]`
  if (kind === 'text' && item.type === 'string') return `a list of texts${most === undefined ? '' : `, at most ${most}`}`
  return `a list${most === undefined ? '' : ` of at most ${most}`}`
}

function boundsOf(node: Node): string {
  const least = limitOf(node.minimum)
  const most = limitOf(node.maximum)
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  if (least !== undefined) return `, at least ${least}`
  return most === undefined ? '' : `, at most ${most}`
}

/** Bounds that only say "a safe whole number" are no limits to a person. */
function limitOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined
}

const yes = /^(true|yes|on|1)$/i
const no = /^(false|no|off|0)$/i

/** A text from a variable or an option as the kind of value that the setting takes; what does not fit stays text, for the schema to refuse. */
export function valueFromText({ path, kind, items }: SettingPath, text: string): unknown {
  const trimmed = text.trim()
  if (kind === 'whole' || kind === 'number') return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text
  if (kind === 'switch') return yes.test(trimmed) ? true : no.test(trimmed) ? false : text
  if (kind !== 'list') return text
  if (/^[[{]/.test(trimmed)) {
    try {
      return JSON.parse(trimmed) as unknown
    } catch {
      return text
    }
  }
  const parts = trimmed.split(',').map((part) => part.trim())
  if (path === 'levels') return parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : text
  return parts.length === 1 && items !== 'text' ? trimmed : parts.filter((part) => part !== '')
}
