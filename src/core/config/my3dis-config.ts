// A My3DIS YAML file as settings of ours, with a word on every key: taken over, without effect and why, or unknown.
import { settingAt, valueFromText } from './config-paths.ts'
import { type ConfigLayer, type ConfigProblem, isTree, setAt, spoken, type Tree, valueAt } from './config-problem.ts'
import { type My3disRule, my3disKeys } from './my3dis-keys.ts'
import { nearestPaths } from './nearest-path.ts'

export type My3disConfig = {
  /** What My3DIS does when the file says nothing, where that is not what we do. Weaker than a preset. */
  readonly standards: ConfigLayer
  readonly layer: ConfigLayer
  readonly problems: readonly ConfigProblem[]
}

/** Whether a parsed YAML file is one of My3DIS: ours have no group `experiment`. */
export function isMy3disConfig(parsed: unknown): boolean {
  return isTree(parsed) && Object.hasOwn(parsed, 'experiment')
}

type Draft = {
  readonly source: Readonly<Record<string, unknown>>
  readonly file: string
  readonly values: Tree
  readonly sources: Record<string, string>
  readonly standards: Tree
  readonly problems: ConfigProblem[]
}

/** `file` names the source of each value. Throws nothing: what cannot be taken over is a problem. */
export function my3disConfig(parsed: Readonly<Record<string, unknown>>, file: string): My3disConfig {
  const draft: Draft = { source: parsed, file, values: {}, sources: {}, standards: {}, problems: [] }
  walk(draft, parsed, '')
  joinLevels(draft)
  joinFrames(draft)
  joinAreas(draft)
  joinStability(draft)
  joinPropagation(draft)
  joinMachine(draft)
  return {
    standards: { origin: 'default', source: 'My3DIS', values: draft.standards },
    layer: { origin: 'yaml', source: file, sources: draft.sources, values: draft.values },
    problems: draft.problems,
  }
}

const groups: ReadonlySet<string> = new Set(
  Object.keys(my3disKeys).flatMap((path) => {
    const keys = path.split('.')
    return keys.slice(1).map((_, i) => keys.slice(0, i + 1).join('.'))
  }),
)

function walk(draft: Draft, node: Readonly<Record<string, unknown>>, prefix: string): void {
  for (const [key, value] of Object.entries(node)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    const rule = Object.hasOwn(my3disKeys, path) ? my3disKeys[path] : undefined
    if (groups.has(path)) {
      if (isTree(value)) walk(draft, value, path)
      else if (value !== null) tell(draft, 'error', 'invalid', path, `is a group of settings, not ${spoken(value)}`)
    } else if (rule === undefined) unknownKey(draft, path)
    else if (value !== null && value !== undefined) follow(draft, path, rule, value)
  }
}

function follow(draft: Draft, path: string, rule: My3disRule, value: unknown): void {
  if (rule === 'joined') return
  if ('why' in rule) {
    if (rule.harmless?.includes(value)) return
    tell(draft, rule.severity, 'ineffective', path, `has no effect here (${spoken(value)}): ${rule.why}`, rule.see)
    return
  }
  let taken = typed(rule.to, value)
  if (rule.how === 'nameText') taken = textOfName(value).slice(0, 120)
  else if (rule.how !== undefined && typeof taken === 'number') taken = Math.max(rule.how === 'atLeastOne' ? 1 : 0, taken)
  take(draft, path, rule.to, taken, taken === value ? undefined : `${spoken(value)} becomes ${spoken(taken)}`)
}

/** A name such as 2025-10-21 is a date to YAML 1.1. */
function textOfName(value: unknown): string {
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value)
}

/** Python reads "300" and "yes" where a number or a switch is meant. */
function typed(to: string, value: unknown): unknown {
  const setting = settingAt(to)
  return typeof value === 'string' && setting !== undefined && setting.kind !== 'list' ? valueFromText(setting, value) : value
}

function take(draft: Draft, from: string, to: string, value: unknown, change?: string): void {
  setAt(draft.values, to, value)
  draft.sources[to] = `${draft.file}: ${from}`
  tell(draft, 'note', 'mapped', from, `is taken over as ${to}${change === undefined ? '' : `; ${change}`}`, to)
}

function tell(
  draft: Draft,
  severity: ConfigProblem['severity'],
  kind: ConfigProblem['kind'],
  path: string,
  words: string,
  nearest?: string,
): void {
  const problem: ConfigProblem = { severity, kind, path, message: `${path} (${draft.file}) ${words}.` }
  draft.problems.push(nearest === undefined ? problem : { ...problem, nearest })
}

function unknownKey(draft: Draft, path: string): void {
  const nearest = nearestPaths(path, [...Object.keys(my3disKeys), ...groups])[0]
  if (nearest === undefined) tell(draft, 'warning', 'unknown', path, 'has no effect: My3DIS has no such key')
  else tell(draft, 'warning', 'misspelt', path, `has no effect: My3DIS has no such key; the nearest is ${nearest}`, nearest)
}

/** The value at a path; null, as everywhere in My3DIS, counts as not set. */
const at = (draft: Draft, path: string): unknown => valueAt(draft.source, path) ?? undefined

/** ssam's own levels count more than the experiment's; the other stages work on the levels of the run. */
function joinLevels(draft: Draft): void {
  const path = ['stages.ssam.levels', 'experiment.levels'].find((candidate) => at(draft, candidate) !== undefined)
  const levels = path === undefined ? undefined : at(draft, path)
  if (path !== undefined && !Array.isArray(levels))
    tell(
      draft,
      'error',
      'invalid',
      path,
      `has to be a list: write [${String(levels).replace(/\s*,\s*/g, ', ')}] instead of ${spoken(levels)}`,
    )
  else if (path !== undefined) take(draft, path, 'levels', levels)
  for (const other of ['stages.filter.levels', 'stages.tracker.levels', 'experiment.levels']) {
    const value = at(draft, other)
    if (other !== path && value !== undefined && JSON.stringify(value) !== JSON.stringify(levels))
      tell(draft, 'warning', 'ineffective', other, `has no effect here (${spoken(value)}): all stages work on the levels of the run`)
  }
}

const frameKeys: Readonly<Record<'start' | 'end' | 'step', readonly string[]>> = {
  start: ['start', 'from'],
  end: ['end', 'to'],
  step: ['step', 'freq', 'stride'],
}

/** experiment.frames overlaid by ssam's, empty values skipped; then the steps outside of the map (My3DIS 2.6). */
function joinFrames(draft: Draft): void {
  const merged: Record<string, { readonly path: string; readonly value: unknown }> = {}
  for (const path of ['experiment.frames', 'stages.ssam.frames']) {
    const frames = at(draft, path)
    if (isTree(frames)) {
      for (const [key, value] of Object.entries(frames)) {
        if (!Object.values(frameKeys).some((keys) => keys.includes(key))) unknownFrameKey(draft, `${path}.${key}`)
        else if (value !== null && value !== undefined) merged[key] = { path: `${path}.${key}`, value }
      }
    } else if (frames !== undefined)
      tell(
        draft,
        'warning',
        'ineffective',
        path,
        `is the text ${spoken(frames)}, which has no effect, in My3DIS neither: write {start: 1200, end: 1600, step: 20}`,
      )
  }
  const first = (keys: readonly string[]) => keys.map((key) => merged[key]).find((found) => found !== undefined)
  const outside = (path: string) => (at(draft, path) === undefined ? undefined : { path, value: at(draft, path) })
  const step = first(frameKeys.step) ?? outside('stages.ssam.freq') ?? outside('experiment.freq')
  const found = { start: first(frameKeys.start), end: first(frameKeys.end), step }
  for (const [key, place] of Object.entries(found)) {
    if (place === undefined) continue
    const to = `frames.${key}`
    const number = typed(to, place.value)
    const value = key === 'start' && typeof number === 'number' ? Math.max(0, number) : number
    take(draft, place.path, to, key === 'end' && typeof value === 'number' && value < 0 ? -1 : value)
  }
}

function unknownFrameKey(draft: Draft, path: string): void {
  const group = path.slice(0, path.lastIndexOf('.'))
  const nearest = nearestPaths(
    path,
    Object.values(frameKeys).flatMap((keys) => keys.map((key) => `${group}.${key}`)),
  )[0]
  const words = 'has no effect: My3DIS has no such key'
  if (nearest === undefined) tell(draft, 'warning', 'unknown', path, words)
  else tell(draft, 'warning', 'misspelt', path, `${words}; the nearest is ${nearest}`, nearest)
}

/** What the areas are when the file does not say, and what they counted. */
function joinAreas(draft: Draft): void {
  setAt(draft.standards, 'stages.ssam.every', 1)
  const area = valueAt(draft.values, 'stages.ssam.minArea')
  if (typeof area === 'number') {
    setAt(draft.standards, 'stages.ssam.fillArea', Math.max(1, area))
    setAt(draft.standards, 'stages.filter.minArea', area)
  }
  const ratio = at(draft, 'stages.ssam.downscale_ratio') ?? at(draft, 'stages.ssam.mask_scale_ratio')
  const filtered = at(draft, 'stages.filter.min_area') ?? area
  if (at(draft, 'stages.ssam.downscale_masks') !== true || typeof ratio !== 'number' || typeof filtered !== 'number') return
  if (ratio <= 0 || ratio >= 1) return
  const before = Math.round(filtered / ratio ** 2)
  const words = `counts pixels of a frame whose short side is 640; in My3DIS it counted those of masks scaled by ${ratio}, where ${filtered} is as much as ${before} here`
  tell(draft, 'note', 'mapped', 'stages.filter.min_area', words, 'stages.filter.minArea')
}

/** Of My3DIS, every candidate has the stability 1, so that no threshold ever drops one; ours is measured. */
function joinStability(draft: Draft): void {
  const paths = ['stages.filter.stability_threshold', 'stages.ssam.stability_threshold']
  const path = paths.find((candidate) => valueAt(draft.source, candidate) !== undefined)
  if (path === undefined) return
  const to = 'stages.filter.stabilityThreshold'
  const value = valueAt(draft.source, path)
  const number = value === null ? 0 : typed(to, value)
  if (value === null) take(draft, path, to, 0, 'empty means no threshold')
  else if (number === 1)
    take(
      draft,
      path,
      to,
      0,
      'in My3DIS 1 drops nothing, because all candidates have the stability 1; here it is measured, and 1 would drop nearly all',
    )
  else take(draft, path, to, number, 'here stability is measured, so that more is dropped than in My3DIS')
  const other = paths.find((candidate) => candidate !== path && at(draft, candidate) !== undefined)
  if (other !== undefined) tell(draft, 'note', 'ineffective', other, `has no effect beside ${path}: candidates are filtered once`)
}

/** Empty or 0 = without limit. */
function joinPropagation(draft: Draft): void {
  const to = 'stages.tracker.maxPropagate'
  setAt(draft.standards, to, 0)
  const paths = ['stages.tracker.max_propagate', 'stages.tracker.sam2_max_propagate', 'stages.ssam.sam2_max_propagate']
  const said = paths.filter((candidate) => at(draft, candidate) !== undefined)
  const path = said.find((candidate) => at(draft, candidate) !== 0) ?? said[0]
  if (path === undefined) return
  take(draft, path, to, typed(to, at(draft, path)))
  for (const other of said) if (other !== path) tell(draft, 'note', 'ineffective', other, `has no effect beside ${path}`)
}

function joinMachine(draft: Draft): void {
  const forced = 'experiment.force_parallel'
  const isForced = at(draft, forced)
  if (/^(1|true|yes|on)$/i.test(String(isForced))) take(draft, forced, 'limits.memoryPolicy', 'warn')
  else if (isForced !== undefined && !/^(0|false|no|off)$/i.test(String(isForced)))
    tell(draft, 'error', 'invalid', forced, `is ${spoken(isForced)}; it has to be true or false`)
  const gpu = at(draft, 'stages.gpu')
  if (gpu === undefined) return
  const first = /\d+/.exec(String(Array.isArray(gpu) ? gpu.join(',') : gpu).replace(/-\d+/g, ''))?.[0]
  if (first === undefined) take(draft, 'stages.gpu', 'device', 'cpu')
  else {
    const words = `has no effect here (${spoken(gpu)}): the built-in backends compute on the processor; device: cuda:${first} gives a network of your own that card`
    tell(draft, 'note', 'ineffective', 'stages.gpu', words, 'device')
  }
}
