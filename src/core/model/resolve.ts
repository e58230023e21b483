// Which model a stage runs: the chosen one, else the configured fallback, else what is built in, else none; told in one line and one record.
import { z } from 'zod'
import type { FaultNote } from '../base/fault.ts'
import { sentenceOfFault } from '../base/fault.ts'
import { ModelRole } from './model-entry.ts'
import { UsableModel } from './usable-model.ts'

/** What came of looking for a model: it can be used, or why not. */
export type LookedUp = { readonly model: UsableModel } | { readonly fault: FaultNote }

export type ResolutionRequest = {
  readonly stage: string
  /** What the stage can run; the first stands in the record where nothing runs. */
  readonly roles: readonly ModelRole[]
  /** Name or path; empty: nobody chose one. */
  readonly chosen: string
  /** Names or paths, in the order they are tried. */
  readonly fallbacks: readonly string[]
  /** Name of the built-in backend of the stage; absent: there is none. */
  readonly builtin?: string | undefined
  /** Of every name that was asked for. */
  readonly found: ReadonlyMap<string, LookedUp>
}

/** Plain: it goes to the worker and stands in the record of the run. */
export const Resolution = z.object({
  stage: z.string(),
  role: ModelRole,
  source: z.enum(['chosen', 'fallback', 'builtin', 'none']),
  /** Name of the model or of the built-in backend; absent for none. */
  name: z.string().optional(),
  model: UsableModel.optional(),
  /** What came before and could not be used, with the reason, in order. */
  skipped: z.array(
    z.object({
      name: z.string(),
      fault: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
      /** The fault in words. */
      reason: z.string(),
    }),
  ),
  /** Something else runs than what was asked for: a warning in the record of the run. */
  degraded: z.boolean(),
})
export type Resolution = z.infer<typeof Resolution>

/**
 * Never throws and never tries anything: it decides by what `found` says. A name that was not looked up is a mistake of the caller
 * and throws an Error.
 */
export function resolveModel({ stage, roles, chosen, fallbacks, builtin, found }: ResolutionRequest): Resolution {
  const skipped: Resolution['skipped'] = []
  const role = roles[0]!
  const skip = (name: string, fault: FaultNote) =>
    skipped.push({ name, fault: { code: fault.code, params: { ...fault.params } }, reason: sentenceOfFault(fault).message })
  const names = [...(chosen === '' ? [] : [chosen]), ...fallbacks.filter((name) => name !== '' && name !== chosen)]
  for (const name of new Set(names)) {
    const looked = found.get(name)
    if (looked === undefined) throw new Error(`The model ${name} was not looked up.`)
    if ('fault' in looked) skip(name, looked.fault)
    else if (!roles.includes(looked.model.role)) skip(name, ofAnotherRole(looked.model, roles))
    // Without a choice the first fallback is what was asked for.
    else {
      const source = name === chosen ? 'chosen' : 'fallback'
      return { stage, role: looked.model.role, source, name, model: looked.model, skipped, degraded: skipped.length > 0 }
    }
  }
  const degraded = names.length > 0
  if (builtin !== undefined) return { stage, role, source: 'builtin', name: builtin, skipped, degraded }
  return { stage, role, source: 'none', skipped, degraded }
}

const roleWords: Readonly<Record<ModelRole, string>> = {
  promptableSegmenter: 'a promptable segmenter',
  videoTracker: 'a video tracker',
  instanceSegmenter: 'an instance segmenter',
  detector: 'a detector',
  featureBackbone: 'a feature backbone',
}

function ofAnotherRole({ path, role, family }: UsableModel, roles: readonly ModelRole[]): FaultNote {
  const found = `the inputs and outputs of ${roleWords[role]} (${family})`
  return { code: 'MODEL_UNEXPECTED', params: { path, found, expected: roles.map((one) => roleWords[one]).join(' or ') } }
}

/** For the warning that something else runs than what was asked for; undefined when it does not. */
export function fallbackParams({ stage, source, name = '', skipped, degraded }: Resolution): Record<string, string> | undefined {
  const [first] = skipped
  if (!degraded || !first) return undefined
  return { stage, chosen: first.name, reason: first.reason, name: source === 'builtin' ? 'the built-in backend' : name }
}

/** One line for the log: what runs, from where, with which hash, and why nothing before it does. */
export function lineOfResolution({ stage, role, source, name, model, skipped }: Resolution): string {
  const what =
    source === 'none'
      ? 'no model'
      : source === 'builtin'
        ? `the built-in backend ${name}`
        : `${name} (${source}; ${model?.path}; sha256 ${model?.sha256.slice(0, 12)})`
  const reasons = skipped.map((one) => `${one.name} is not used: ${one.reason}`)
  return [`${stage} runs ${what} as ${role}.`, ...reasons].join(' ')
}
