// Variables of the environment and of a .env file as a layer of settings: SCENEWRIGHT_*, and My3DIS's own for what they say.
import { settingPaths, valueFromText } from './config-paths.ts'
import { type ConfigLayer, type ConfigProblem, setAt, type Tree } from './config-problem.ts'
import { nearestPaths } from './nearest-path.ts'

/** Variables of this program that are no settings of a run. */
const otherVariables: ReadonlySet<string> = new Set([
  'SCENEWRIGHT_STATE',
  'SCENEWRIGHT_MODELS',
  'SCENEWRIGHT_MODEL_MEMORY_GIB',
  'SCENEWRIGHT_MODEL_THREADS',
  'SCENEWRIGHT_NETWORK_CACHE',
  'SCENEWRIGHT_DATA',
  'SCENEWRIGHT_PEERS',
  'SCENEWRIGHT_STAGE',
  'SCENEWRIGHT_PYTHON',
  'SCENEWRIGHT_ON_OUTCOME',
])

/** Taken when the variable of our own name is not set. */
export const my3disVariables: Readonly<Record<string, string>> = {
  MY3DIS_OUTPUT_ROOT: 'output',
  MY3DIS_DATASET_ROOT: 'scenes.root',
  MY3DIS_DATA_PATH: 'scene',
}

const noWeights = 'the built-in backends need no checkpoints and no checkout; a network of your own is named by stages.ssam.model'
const noLog = 'each run keeps all its messages in its journal'
/** Known to My3DIS, without effect here, and why. */
export const ineffectiveVariables: Readonly<Record<string, string>> = {
  MY3DIS_SEMANTIC_SAM_ROOT: noWeights,
  MY3DIS_SEMANTIC_SAM_CKPT: noWeights,
  MY3DIS_SAM2_ROOT: noWeights,
  MY3DIS_SAM2_CFG: noWeights,
  MY3DIS_SAM2_CKPT: noWeights,
  SEMANTIC_SAM_ROOT: noWeights,
  MY3DIS_LONG_TAIL_AREA: 'objects are prompted by their masks, never by boxes',
  MY3DIS_LOG_LEVEL: noLog,
  MY3DIS_LOGLEVEL: noLog,
  MY3DIS_VERBOSE_PROGRESSIVE: noLog,
  MY3DIS_PROGRESSIVE_VERBOSE: noLog,
}

export type EnvironmentLayer = { readonly layer: ConfigLayer; readonly problems: readonly ConfigProblem[] }

/**
 * The settings in `variables`; `file` is the .env they come from, undefined = the environment. An empty variable is not set. A variable
 * that only looks like ours is a warning: it may be meant for another program. What does not fit its setting is left for the schema to refuse.
 */
export function environmentLayer(variables: Readonly<Record<string, string | undefined>>, file?: string): EnvironmentLayer {
  const values: Tree = {}
  const sources: Record<string, string> = {}
  const problems: ConfigProblem[] = []
  const named = (variable: string) => (file === undefined ? variable : `${variable} in ${file}`)
  const set = Object.keys(variables).filter((variable) => variables[variable] !== undefined && variables[variable] !== '')
  const taken = new Set<string>()
  for (const setting of settingPaths) {
    const alias = Object.keys(my3disVariables).find((variable) => my3disVariables[variable] === setting.path)
    const variable = [setting.variable, alias].find((name) => name !== undefined && set.includes(name))
    if (variable === undefined) continue
    if (alias !== undefined && variable !== alias && set.includes(alias))
      problems.push(warning(alias, 'ineffective', `${named(alias)} has no effect, because ${setting.variable} is set.`))
    taken.add(variable)
    setAt(values, setting.path, valueFromText(setting, variables[variable]!))
    sources[setting.path] = named(variable)
  }
  for (const variable of set.toSorted()) {
    if (taken.has(variable) || otherVariables.has(variable) || Object.hasOwn(my3disVariables, variable)) continue
    const why = Object.hasOwn(ineffectiveVariables, variable) ? ineffectiveVariables[variable] : undefined
    if (why !== undefined) problems.push(warning(variable, 'ineffective', `${named(variable)} has no effect here: ${why}.`))
    else if (/^(SCENEWRIGHT|MY3DIS)_/.test(variable)) problems.push(unknownVariable(variable, named(variable)))
  }
  const origin = file === undefined ? 'environment' : '.env'
  return { layer: { origin, sources, values }, problems }
}

function warning(path: string, kind: ConfigProblem['kind'], message: string): ConfigProblem {
  return { severity: 'warning', kind, path, message }
}

function unknownVariable(variable: string, name: string): ConfigProblem {
  const known = [...settingPaths.map((setting) => setting.variable), ...Object.keys(my3disVariables), ...otherVariables]
  const nearest = nearestPaths(variable, known)[0]
  return nearest === undefined
    ? warning(variable, 'unknown', `${name} has no effect: there is no such variable.`)
    : { ...warning(variable, 'misspelt', `${name} has no effect: there is no such variable; the nearest is ${nearest}.`), nearest }
}

/** Lines `NAME=value`: `export` before it, quotes around the value and comments from # are allowed. No variable is put into another. */
export function variablesFromText(text: string): {
  readonly variables: Readonly<Record<string, string>>
  readonly wrongLines: readonly number[]
} {
  const variables: Record<string, string> = {}
  const wrongLines: number[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(#|$)/.test(line)) return
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'#\s](?:[^#]|(?<!\s)#)*)?)\s*(?:#.*)?$/.exec(
      line,
    )
    if (match) variables[match[1]!] = match[2] ?? match[3] ?? (match[4] ?? '').trimEnd()
    else wrongLines.push(i + 1)
  })
  return { variables, wrongLines }
}
