// What is wrong with a configuration, told with the place and, where there is one, the right key.
import type { OriginKind } from '../run/provenance.ts'

export type ConfigProblem = {
  /** An error lets nothing start. */
  readonly severity: 'error' | 'warning' | 'note'
  /** `mapped`: said otherwise, taken over; only files of My3DIS have it. */
  readonly kind: 'unknown' | 'misspelt' | 'ineffective' | 'invalid' | 'mapped'
  readonly path: string
  /** A whole sentence. */
  readonly message: string
  readonly nearest?: string
}

/** One source of settings, such as a file; values are nested by the keys of their paths. */
export type ConfigLayer = {
  readonly origin: OriginKind
  /** File, variables or option; `sources` says it for single paths. */
  readonly source?: string
  readonly sources?: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, unknown>>
}

export type Tree = Record<string, unknown>

export function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets a dotted path in a nested object, making what is missing on the way. A key that would reach a prototype is refused by RangeError. */
export function setAt(tree: Tree, path: string, value: unknown): void {
  const keys = path.split('.')
  if (keys.some((key) => key === '__proto__')) throw new RangeError(`${path} is no path of a setting`)
  let node = tree
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(node, key) ? node[key] : undefined
    if (isTree(next)) node = next
    else {
      const made: Tree = {}
      node[key] = made
      node = made
    }
  }
  node[keys.at(-1)!] = value
}

export function valueAt(tree: unknown, path: string): unknown {
  let node: unknown = tree
  for (const key of path.split('.')) {
    if (!isTree(node) || !Object.hasOwn(node, key)) return undefined
    node = node[key]
  }
  return node
}

/** A value as a person would write it, cut when it is long. */
export function spoken(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? 'nothing')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
