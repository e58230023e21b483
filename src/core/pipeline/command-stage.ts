// A command stage: a foreign program declared as data by a person, and what its placeholders stand for.
import { z } from 'zod'
import { Fault } from '../base/fault.ts'

const Regex = z
  .string()
  .min(1)
  .max(500)
  .refine((source) => reasonAgainst(source) === undefined, {
    error: (issue) => `is no regular expression: ${reasonAgainst(String(issue.input))}`,
  })
/** `config.` and a dotted path of the run's settings, or one of the fixed names. */
const Template = z
  .string()
  .max(4000)
  .refine((text) => !text.includes('\0'), { error: 'holds a NUL byte' })
  .refine((text) => strangePlaceholder(text) === undefined, {
    error: (issue) =>
      `{${strangePlaceholder(String(issue.input))}} is no placeholder; there are ${placeholderNames.map((name) => `{${name}}`).join(' ')} {config.<path>}`,
  })
const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'must be letters, digits, dash and underscore, a letter first, at most 40')
/** Inside of the folder that it is relative to, and a name that the manifest takes. */
const InnerPath = z
  .string()
  .regex(/^[!-~]{1,90}$/, 'must be 1 to 90 printable ASCII characters without spaces')
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && path.split('/').every((part) => part !== '' && !part.startsWith('.')),
    {
      error: 'must be relative, with / between its parts, none of which is empty or begins with a dot',
    },
  )
const Version = z.string().regex(/^\d+(\.\d+){0,3}$/, 'must be numbers with dots')
const Milliseconds = z.number().int().min(1).max(2_000_000_000)

export const placeholderNames = ['frames', 'run', 'out', 'stage', 'device'] as const

export const CommandProgram = z.strictObject({
  /** A name that is looked up in PATH, or an absolute path. */
  name: z.string().min(1).max(1000),
  /** Makes the program print its version; without it none is asked for. */
  versionArgv: z.array(z.string().max(1000)).max(20).optional(),
  /** Finds the version in what is printed: group `version`, or the first group. */
  versionPattern: Regex.default('(\\d+(?:\\.\\d+)+)'),
  minVersion: Version.optional(),
})

export const CommandInput = z.strictObject({
  name: Name,
  path: Template,
  required: z.boolean().default(true),
  /** The stage that should have written it: named when it is missing. */
  from: Name.optional(),
})

export const OutputCheck = z.enum(['none', 'json', 'image', 'nonEmptyFolder'])
export const CommandOutput = z.strictObject({
  name: Name,
  /** Relative to {out}; afterwards it lies at <stage id>/<path> in the run folder. */
  path: InnerPath,
  required: z.boolean().default(true),
  /** Of a folder: all its files together. */
  minBytes: z.number().int().min(0).default(1),
  validate: OutputCheck.default('none'),
  mediaType: z.string().max(100).default('application/octet-stream'),
})

export const CommandDevice = z.union([
  z.literal('none'),
  z.strictObject({
    kind: z.literal('gpu'),
    minComputeCapability: Version.optional(),
    minMemoryBytes: z.number().int().min(0).optional(),
  }),
])

/** Groups: `done` and `total`, or `fraction` (0..1), or `percent` (0..100); `text` is shown. */
export const CommandProgress = z.strictObject({
  pattern: Regex,
  /** The part of the whole that the pattern counts: its 0 stands for `from`, its 1 for `to`. */
  from: z.number().min(0).max(1).default(0),
  to: z.number().min(0).max(1).default(1),
})

export const RetryReason = z.enum(['spawnFailed', 'timeout', 'outOfMemory', 'ioBusy'])
export type RetryReason = z.infer<typeof RetryReason>

export const CommandDeclaration = z
  .strictObject({
    id: Name,
    version: z.number().int().min(1),
    program: CommandProgram,
    argv: z.array(Template).max(500),
    /** Names taken over from the environment, besides PATH, HOME, LANG and TMPDIR. */
    envKeep: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .max(50)
      .default([]),
    env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), Template).default({}),
    cwd: Template.default('{out}'),
    inputs: z.array(CommandInput).max(100).default([]),
    outputs: z.array(CommandOutput).min(1).max(100),
    device: CommandDevice.default('none'),
    timeoutMs: Milliseconds,
    /** After a timeout, between asking the program to end and ending it. */
    graceMs: Milliseconds.default(10_000),
    attempts: z.number().int().min(1).max(10).default(3),
    /** Before the second attempt; doubled before each further one. */
    backoffMs: z.number().int().min(0).max(3_600_000).default(30_000),
    retryOn: z.array(RetryReason).default(['spawnFailed', 'timeout', 'outOfMemory', 'ioBusy']),
    progress: z.array(CommandProgress).max(20).default([]),
    /** One of them in a line of the log, and the stage has failed, whatever its exit code. */
    failPatterns: z.array(Regex).max(20).default([]),
  })
  .superRefine((declaration, context) => {
    repeated(declaration.outputs.map((output) => output.path)).forEach((path) => {
      context.addIssue({ code: 'custom', path: ['outputs'], message: `two outputs have the path ${path}` })
    })
    if (declaration.program.minVersion !== undefined && !declaration.program.versionArgv)
      context.addIssue({ code: 'custom', path: ['program', 'minVersion'], message: 'needs versionArgv' })
  })
export type CommandDeclaration = z.infer<typeof CommandDeclaration>
export type CommandOutput = z.infer<typeof CommandOutput>

/** What the placeholders stand for. Paths are absolute. `device` is as the program sees it: the only GPU it is shown is its number 0. */
export type PlaceholderValues = Readonly<Record<(typeof placeholderNames)[number], string>> & { readonly config: unknown }

/**
 * The text with its placeholders replaced; `{{` and `}}` stand for one brace. What a value holds is never looked at again. A list of settings is
 * joined by commas. Throws CONFIG_INVALID, which names the placeholder, when a setting is not there.
 */
export function fillTemplate(text: string, values: PlaceholderValues, where: string): string {
  return text.replace(placeholder, (found, name: string | undefined) => {
    if (name === undefined) return found.slice(1)
    const fixed = placeholderNames.find((one) => one === name)
    if (fixed) return values[fixed]
    const value = name.startsWith('config.') ? settingAt(values.config, name.slice('config.'.length)) : undefined
    if (value === undefined) throw new Fault('CONFIG_INVALID', { where, reason: `{${name}} stands for nothing that is set` })
    return value
  })
}

/** Compares number by number; a missing one counts as 0. */
export function isVersionAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number))
  for (let i = 0; i < Math.max(have!.length, need!.length); i += 1) {
    const difference = (have![i] ?? 0) - (need![i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

const placeholder = /\{\{|\}\}|\{([^{}]*)\}/g

function strangePlaceholder(text: string): string | undefined {
  for (const [, name] of text.matchAll(placeholder)) {
    if (name === undefined) continue
    if (!placeholderNames.some((one) => one === name) && !/^config(\.[A-Za-z0-9_-]+)+$/.test(name)) return name
  }
  return undefined
}

function settingAt(config: unknown, path: string): string | undefined {
  let node = config
  for (const key of path.split('.')) {
    if (typeof node !== 'object' || node === null || !Object.keys(node).includes(key)) return undefined
    node = (node as Readonly<Record<string, unknown>>)[key]
  }
  if (Array.isArray(node) && node.every((one) => typeof one !== 'object')) return node.join(',')
  if (typeof node === 'object' && node !== null) return JSON.stringify(node)
  return node === undefined || node === null ? undefined : String(node)
}

function reasonAgainst(source: string): string | undefined {
  try {
    new RegExp(source)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))]
}
