// Layers of settings laid over each other, weakest first: the config that comes out, who set each value, and what is wrong.
import type { z } from 'zod'
import type { Origin, Origins } from '../run/provenance.ts'
import { RunConfig } from '../run/run-config.ts'
import { settingAt, settingGroups, settingPaths } from './config-paths.ts'
import { type ConfigLayer, type ConfigProblem, isTree, setAt, spoken, type Tree, valueAt } from './config-problem.ts'
import { Configuration, LaunchSettings } from './launch-settings.ts'
import { nearestPaths } from './nearest-path.ts'

export type ResolvedConfig = {
  /** undefined when a problem is an error. Where several scenes are run, `scene` is the folder that holds them. */
  readonly config: RunConfig | undefined
  readonly launch: LaunchSettings | undefined
  /** Several scenes are to be run: those of `launch.scenes`. */
  readonly isSeveral: boolean
  /** Of every setting, those of `launch` too. */
  readonly origins: Origins
  readonly problems: readonly ConfigProblem[]
}

type Placed = { readonly value: unknown; readonly origin: Origin; readonly rank: number }
type Found = { readonly leaves: Map<string, Placed>; readonly problems: ConfigProblem[] }

/** Groups merge, lists replace. An empty (null) value counts as not set. */
export function resolveConfig(layers: readonly ConfigLayer[]): ResolvedConfig {
  const found: Found = { leaves: new Map(), problems: [] }
  layers.forEach((layer, rank) => {
    collect(layer, rank, layer.values, '', found)
  })
  const { leaves, problems } = found
  const isSeveral = choosesSeveral(leaves, problems)
  const tree: Tree = {}
  for (const [path, { value }] of leaves) setAt(tree, path, value)
  if (isSeveral) tree.scene = valueAt(tree, 'scenes.root') || undefined
  const origins: Record<string, Origin> = {}
  for (const { path } of settingPaths) origins[path] = leaves.get(path)?.origin ?? { origin: 'default' }
  fillName(tree, origins, problems)
  const parsed = Configuration.safeParse(tree)
  if (!parsed.success) for (const issue of parsed.error.issues) problems.push(problemOfIssue(issue, tree, origins, isSeveral))
  else problems.push(...ineffective(parsed.data, leaves, isSeveral))
  const isWrong = problems.some(({ severity }) => severity === 'error')
  return {
    config: parsed.success && !isWrong ? RunConfig.parse(parsed.data) : undefined,
    launch: parsed.success && !isWrong ? LaunchSettings.parse(parsed.data) : undefined,
    isSeveral,
    origins,
    problems,
  }
}

function collect(layer: ConfigLayer, rank: number, node: Readonly<Record<string, unknown>>, prefix: string, found: Found): void {
  for (const [key, value] of Object.entries(node)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    const source = layer.sources?.[path] ?? layer.source
    const whence = source === undefined ? '' : ` (${source})`
    const isGroup = settingGroups.has(path)
    if (!isGroup && settingAt(path) === undefined) found.problems.push(unknownKey(path, whence, layer))
    else if (value === undefined) continue
    else if (value === null)
      found.problems.push({ severity: 'warning', kind: 'ineffective', path, message: `${path}${whence} is empty, which sets nothing.` })
    else if (!isGroup) {
      const origin: Origin = source === undefined ? { origin: layer.origin } : { origin: layer.origin, source }
      found.leaves.set(path, { value, origin, rank })
    } else if (isTree(value)) collect(layer, rank, value, path, found)
    else
      found.problems.push({
        severity: 'error',
        kind: 'invalid',
        path,
        message: `${path}${whence} is a group of settings, not ${spoken(value)}.`,
      })
  }
}

/** A variable that nobody knows may be meant for another program or version; in a file or option it is a mistake. */
function unknownKey(path: string, whence: string, { origin }: ConfigLayer): ConfigProblem {
  const near = nearestPaths(path, [...settingPaths.map((setting) => setting.path), ...settingGroups])
  const severity = origin === 'environment' || origin === '.env' ? 'warning' : 'error'
  const begin = `${path}${whence}: there is no such setting`
  const nearest = near[0]
  return nearest === undefined
    ? { severity, kind: 'unknown', path, message: `${begin}, and none is spelt like it.` }
    : { severity, kind: 'misspelt', path, message: `${begin}; the nearest is ${near.join(' or ')}.`, nearest }
}

/**
 * One scene or several. A selection (names, from, to) counts more than `scene`, as in My3DIS, unless only `scene` comes from the
 * command line; a folder of scenes alone counts where no scene is named.
 */
function choosesSeveral(leaves: Map<string, Placed>, problems: ConfigProblem[]): boolean {
  const scene = leaves.get('scene')
  const choice = ['scenes.names', 'scenes.from', 'scenes.to'].filter((path) => leaves.has(path))
  const chosenByFlag = choice.some((path) => leaves.get(path)?.origin.origin === 'flag')
  if (scene === undefined) return choice.length > 0 || leaves.has('scenes.root')
  const losing = (path: string, by: string) =>
    problems.push({ severity: 'warning', kind: 'ineffective', path, message: `${path} has no effect, because ${by} is set.` })
  const isSeveral = choice.length > 0 && (chosenByFlag || scene.origin.origin !== 'flag')
  if (isSeveral) losing('scene', choice[0]!)
  else {
    const root = leaves.get('scenes.root')?.origin.origin
    const isSaid = root !== undefined && root !== 'environment' && root !== '.env'
    for (const path of isSaid ? ['scenes.root', ...choice] : choice) losing(path, 'scene')
  }
  return isSeveral
}

/** `{name}` in the output folder stands for the name of the run, as in My3DIS. */
function fillName(tree: Tree, origins: Origins, problems: ConfigProblem[]): void {
  const { output, name } = tree
  if (typeof output !== 'string' || !output.includes('{name}')) return
  if (typeof name === 'string' && name !== '') tree.output = output.replaceAll('{name}', name)
  else {
    const source = origins.output?.source
    const message = `output${source === undefined ? '' : ` (${source})`} holds {name}, but name is not set.`
    problems.push({ severity: 'error', kind: 'invalid', path: 'output', message })
  }
}

function problemOfIssue(issue: z.core.$ZodIssue, tree: Tree, origins: Origins, isSeveral: boolean): ConfigProblem {
  const full = issue.path.map(String)
  const path = full.map((_, i) => full.slice(0, i + 1).join('.')).find((part) => settingAt(part) !== undefined) ?? full.join('.')
  const value = valueAt(tree, path)
  const problem = (message: string): ConfigProblem => ({ severity: 'error', kind: 'invalid', path, message })
  if (value === undefined) {
    if (path === 'scene' && isSeveral)
      return { ...problem('scenes.root is not set: name the folder that holds the scenes.'), path: 'scenes.root' }
    if (path === 'scene') return problem('scene is not set: name a folder of frames, a scene or a video.')
    if (path === 'output') return problem('output is not set: say where the run goes, such as --out <folder>.')
    return problem(`${path} is not set.`)
  }
  const source = origins[path]?.source
  const place = full.join('.') === path ? '' : ` at ${full.slice(path.split('.').length).join('.')}`
  const why = issue.code === 'custom' || issue.code === 'invalid_format' || place !== '' ? issue.message : undefined
  const allowed = settingAt(path)?.allowed
  const reason = why ?? (allowed === undefined ? issue.message : `it has to be ${allowed}`)
  return problem(`${path}${source === undefined ? '' : ` (${source})`} is ${spoken(value)}, which does not fit${place}: ${reason}.`)
}

/** Of promptable networks only. */
const promptSettings = [
  'pointsPerSide',
  'promptBatch',
  'predictedIou',
  'maskStability',
  'boxOverlap',
  'cropLayers',
  'cleanArea',
  'refine',
] as const satisfies readonly (keyof RunConfig['stages']['ssam'])[]

type Whole = z.infer<typeof Configuration>

/** Settings that somebody set and that change nothing beside the others; defaults and presets are not somebody. */
function ineffective({ stages, parallel }: Whole, leaves: Map<string, Placed>, isSeveral: boolean): ConfigProblem[] {
  const rules: readonly (readonly [path: string, hasNone: boolean, why: string])[] = [
    ['stages.ssam.model', stages.ssam.backend === 'builtin', 'the builtin backend needs no model (stages.ssam.backend)'],
    ['stages.ssam.fallbacks', stages.ssam.backend === 'builtin', 'the builtin backend needs no model (stages.ssam.backend)'],
    ...promptSettings.map(
      (key) =>
        [`stages.ssam.${key}`, stages.ssam.backend === 'builtin', 'the builtin backend is not clicked (stages.ssam.backend)'] as const,
    ),
    ['stages.ssam.scoreThreshold', stages.ssam.backend === 'builtin', 'the builtin backend has no scores (stages.ssam.backend)'],
    ['stages.tracker.model', stages.tracker.backend === 'builtin', 'the builtin backend needs no model (stages.tracker.backend)'],
    ['stages.tracker.fallbacks', stages.tracker.backend === 'builtin', 'the builtin backend needs no model (stages.tracker.backend)'],
    ['stages.tracker.quality', stages.tracker.backend === 'onnx', 'a network has one quality (stages.tracker.backend)'],
    ['stages.ssam.fillArea', !stages.ssam.addGaps, 'gaps are not filled (stages.ssam.addGaps)'],
    ['stages.report.maxWidth', stages.report.pictures === 0, 'the report has no pictures (stages.report.pictures)'],
    ['stages.report.pictureStride', stages.report.pictures === 0, 'the report has no pictures (stages.report.pictures)'],
    ['parallel', parallel > 1 && !isSeveral, 'only one scene is run'],
  ]
  return rules.flatMap(([path, hasNone, why]) => {
    const origin = leaves.get(path)?.origin
    if (!hasNone || origin === undefined || origin.origin === 'default' || origin.origin === 'preset') return []
    const source = origin.source === undefined ? '' : ` (${origin.source})`
    return [
      { severity: 'warning' as const, kind: 'ineffective' as const, path, message: `${path}${source} has no effect, because ${why}.` },
    ]
  })
}
