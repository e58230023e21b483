// Which model a stage runs: the chosen one, else the configured fallback, else what is built in, else none; told in one line and one record.
import type { FaultNote } from '../base/fault.ts'
import { sentenceOfFault } from '../base/fault.ts'
import type { ModelRole } from './model-entry.ts'

export type UsableModel = {
  /** Its name in the store, or its path when it was given as a path. */
  readonly name: string
  readonly path: string
  readonly sha256: string
  /** Of every file of the model: its parts and the weights beside them. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
}

/** What came of looking for a model: it can be used, or why not. */
export type LookedUp = { readonly model: UsableModel } | { readonly fault: FaultNote }

export type ResolutionRequest = {
  readonly stage: string
  readonly role: ModelRole
  /** Name or path; empty: nobody chose one. */
  readonly chosen: string
  /** Names or paths, in the order they are tried. */
  readonly fallbacks: readonly string[]
  /** Name of the built-in backend of the stage; absent: there is none. */
  readonly builtin?: string | undefined
  /** Of every name that was asked for. */
  readonly found: ReadonlyMap<string, LookedUp>
}

export type ResolutionSource = 'chosen' | 'fallback' | 'builtin' | 'none'

export type Resolution = {
  readonly stage: string
  readonly role: ModelRole
  readonly source: ResolutionSource
  /** Name of the model or of the built-in backend; absent for none. */
  readonly name?: string
  readonly model?: UsableModel
  /** What came before and could not be used, with the reason, in order. */
  readonly skipped: readonly { readonly name: string; readonly fault: FaultNote }[]
  /** Something else runs than what was asked for: a warning in the record of the run. */
  readonly degraded: boolean
}

/**
 * Never throws and never tries anything: it decides by what `found` says. A name that was not looked up is a mistake of the caller
 * and throws an Error.
 */
export function resolveModel({ stage, role, chosen, fallbacks, builtin, found }: ResolutionRequest): Resolution {
  const skipped: { name: string; fault: FaultNote }[] = []
  const names = [...(chosen === '' ? [] : [chosen]), ...fallbacks.filter((name) => name !== '' && name !== chosen)]
  for (const name of new Set(names)) {
    const looked = found.get(name)
    if (looked === undefined) throw new Error(`The model ${name} was not looked up.`)
    if ('model' in looked) {
      const source: ResolutionSource = name === chosen ? 'chosen' : 'fallback'
      // Without a choice the first fallback is what was asked for.
      return { stage, role, source, name, model: looked.model, skipped, degraded: skipped.length > 0 }
    }
    skipped.push({ name, fault: looked.fault })
  }
  const degraded = names.length > 0
  if (builtin !== undefined) return { stage, role, source: 'builtin', name: builtin, skipped, degraded }
  return { stage, role, source: 'none', skipped, degraded }
}

/** One line for the log: what runs, from where, with which hash, and why nothing before it does. */
export function lineOfResolution({ stage, role, source, name, model, skipped }: Resolution): string {
  const what =
    source === 'none'
      ? 'no model'
      : source === 'builtin'
        ? `the built-in backend ${name}`
        : `${name} (${source}; ${model?.path}; sha256 ${model?.sha256.slice(0, 12)})`
  const reasons = skipped.map((one) => `${one.name} is not used: ${sentenceOfFault(one.fault).message}`)
  return [`${stage} runs ${what} as ${role}.`, ...reasons].join(' ')
}
