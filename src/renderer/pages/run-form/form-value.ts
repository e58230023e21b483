// The value of the form as a plain tree: read and set by dotted path, checked by the schema, told in words.
import type { z } from 'zod'
import { RunConfig, type Preset, type RunConfigInput } from '#core/run/run-config'

export type FormValue = Readonly<Record<string, unknown>>

export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined), value)
}

export function withValue(value: FormValue, path: string, next: unknown): FormValue {
  const [key = '', ...rest] = path.split('.')
  if (rest.length === 0) return { ...value, [key]: next }
  const inner = value[key]
  return { ...value, [key]: withValue(typeof inner === 'object' && inner !== null ? (inner as FormValue) : {}, rest.join('.'), next) }
}

/** The whole config with a preset laid over the defaults; scene, output and name stay as they are. */
export function valueOfPreset(preset: Preset, keep: { readonly scene: string; readonly output: string; readonly name: string }): FormValue {
  const full = RunConfig.parse({ ...preset.values, scene: keep.scene || '-', output: keep.output || '-' } satisfies RunConfigInput)
  return { ...full, ...keep }
}

export type Checked = { readonly config: RunConfigInput | undefined; readonly problems: ReadonlyMap<string, string> }

/** Problems by path, one sentence each. */
export function checkValue(value: FormValue): Checked {
  const parsed = RunConfig.safeParse(value)
  if (parsed.success) return { config: parsed.data, problems: new Map() }
  const problems = new Map<string, string>()
  for (const issue of parsed.error.issues) {
    const path = issue.path.join('.')
    if (!problems.has(path)) problems.set(path, wordsOfIssue(issue))
  }
  return { config: undefined, problems }
}

function wordsOfIssue(issue: z.core.$ZodIssue): string {
  const field = String(issue.path[0] ?? '')
  if (issue.code === 'too_small') {
    if (field === 'levels') return 'Choose at least one level.'
    if (field === 'scene') return 'Choose the folder that holds the frames.'
    if (field === 'output') return 'Choose where the run is written.'
    return `It must be ${issue.minimum} or more.`
  }
  if (issue.code === 'too_big')
    return field === 'name' ? `A name has at most ${issue.maximum} characters.` : `It must be ${issue.maximum} or less.`
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'It must be a whole number.' : 'It must be a number.'
  return `${issue.message[0]?.toUpperCase() ?? ''}${issue.message.slice(1)}.`
}
