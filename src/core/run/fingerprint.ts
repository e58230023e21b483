// What a stage's result depends on, by name; two runs of a stage with equal keys give equal results on the CPU.
import { canonicalJson } from '../base/canonical-json.ts'
import type { CommandDeclaration } from '../pipeline/command-stage.ts'
import type { StageDeclaration } from '../pipeline/pipeline.ts'
import type { RunConfig } from './run-config.ts'
import type { ChangedKey } from './run-plan.ts'

export type FingerprintKey = { readonly key: string; readonly value: string }

export type FingerprintInputs = {
  /** SHA-256 over the content of the selected frames, in order. */
  readonly framesSha256: string
  /** Absolute indices and names of the selected frames: they stand in every artifact. */
  readonly selection: string
  /** Hash of the code that computes. */
  readonly code: string
  /** Bytes of the model this stage loads and how it is fed, as text; undefined when it asks for none. */
  readonly model: string | undefined
  /** Of a command: its program and its inputs from outside of the run, each with the hash of its content. */
  readonly outside: readonly FingerprintKey[]
  /** Fingerprints of the stages it needs. */
  readonly needed: ReadonlyMap<string, string>
}

/** In a fixed order: code, settings (one key for each), frames, model, device kind, stages it needs. */
export function fingerprintKeys(stage: StageDeclaration, config: RunConfig, inputs: FingerprintInputs): FingerprintKey[] {
  const keys: FingerprintKey[] = [{ key: 'code version', value: `${stage.version} ${inputs.code}` }]
  for (const path of stage.reads) for (const [at, value] of leavesAt(config, path)) keys.push({ key: `config ${at}`, value })
  const command = config.commands.find(({ id }) => id === stage.id)
  if (command) keys.push({ key: `config commands.${stage.id}`, value: canonicalJson(whatCounts(command)) })
  if (stage.readsFrames) keys.push({ key: 'input frames', value: inputs.framesSha256 })
  keys.push({ key: 'frame selection', value: inputs.selection })
  keys.push(...inputs.outside)
  if (inputs.model !== undefined) keys.push({ key: 'model', value: inputs.model })
  if (stage.carriesModel) keys.push({ key: 'device kind', value: deviceOfStage(stage.id, config).split(':', 1)[0]! })
  for (const need of stage.needs) keys.push({ key: `stage ${need}`, value: inputs.needed.get(need) ?? 'not planned' })
  return keys
}

/** How long a program may take and what is made of its lines changes no result. */
function whatCounts({ timeoutMs: _t, graceMs: _g, attempts: _a, backoffMs: _b, retryOn: _r, progress: _p, ...rest }: CommandDeclaration) {
  return rest
}

/** The device a stage was given: its own, else the run's. */
export function deviceOfStage(stage: string, config: RunConfig): string {
  if (stage === 'ssam') return config.stages.ssam.device || config.device
  if (stage === 'tracker') return config.stages.tracker.device || config.device
  const command = config.commands.find(({ id }) => id === stage)
  return command && command.device !== 'none' ? config.device : 'cpu'
}

/** Told elsewhere: a device by its kind, for cuda:0 and cuda:1 give one result, and a model by its content, wherever it lies. */
const toldElsewhere = /\.(device|model|fallbacks)$/

/** Every setting below a path with its value as JSON. */
function leavesAt(config: RunConfig, path: string): [string, string][] {
  let node: unknown = config
  for (const key of path.split('.')) node = (node as Record<string, unknown>)[key]
  const leaves: [string, string][] = []
  const visit = (value: unknown, at: string) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) visit(inner, `${at}.${key}`)
    else if (!toldElsewhere.test(at)) leaves.push([at, canonicalJson(value ?? null)])
  }
  visit(node, path)
  return leaves
}

/** What differs, in the order of `after`; keys that are gone come last. Values are cut for the eye: hashes to twelve digits. */
export function changedKeys(before: readonly FingerprintKey[], after: readonly FingerprintKey[]): ChangedKey[] {
  const old = new Map(before.map(({ key, value }) => [key, value]))
  const changed: ChangedKey[] = []
  for (const { key, value } of after) {
    const was = old.get(key)
    if (was !== value) changed.push({ key, before: was === undefined ? 'absent' : short(was), after: short(value) })
    old.delete(key)
  }
  for (const [key, value] of old) changed.push({ key, before: short(value), after: 'absent' })
  return changed
}

function short(value: string): string {
  return value.replace(/[0-9a-f]{64}/g, (hash) => hash.slice(0, 12)).slice(0, 120)
}
