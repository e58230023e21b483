// What was set for several runs, side by side, with only the differences on demand.
import { settingAt } from '../config/config-paths.ts'
import type { RunRecord } from '../run/run.ts'
import type { SettingRow } from './compare-types.ts'

type SettingValue = SettingRow['values'][number]

/** Of a run's record only these are looked at, so that a page need not hold more. */
export type ComparedRun = Pick<
  RunRecord,
  'config' | 'scene' | 'frameIndices' | 'appVersion' | 'buildId' | 'device' | 'gpu' | 'stages' | 'provenance'
>

/**
 * Settings in the order in which the runs' configurations have them, the first run's first; then facts of the runs that explain a difference
 * as well (`run.<fact>`): what they ran on, from which pictures, by which program. A list is one value. With `onlyDifferences`, rows that
 * say the same of every run are left out, and so are output folder and name, which say nothing about the answer.
 */
export function settingsDiff(runs: readonly ComparedRun[], onlyDifferences = false): SettingRow[] {
  const settings = runs.map(({ config }) => new Map(leavesOf(config, '')))
  const facts = runs.map((run) => factsOf(run))
  const rows = [
    ...rowsOf(settings, (path) => settingAt(path)?.title ?? path),
    ...rowsOf(
      facts.map((list) => new Map(list.map(({ path, value }) => [path, value]))),
      (path) => facts.flat().find((fact) => fact.path === path)?.title ?? path,
    ),
  ]
  return onlyDifferences ? rows.filter(({ differs, path }) => differs && !saysNothing.has(path)) : rows
}

const saysNothing: ReadonlySet<string> = new Set(['output', 'name'])

function rowsOf(tables: readonly ReadonlyMap<string, SettingValue>[], titleOf: (path: string) => string): SettingRow[] {
  const paths = new Set(tables.flatMap((table) => [...table.keys()]))
  return [...paths].map((path) => {
    const values = tables.map((table) => table.get(path))
    return { path, title: titleOf(path), values, differs: values.some((value) => value !== values[0]) }
  })
}

function leavesOf(value: unknown, path: string): [string, SettingValue][] {
  if (value === undefined) return []
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [[path, value]]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`))
}

function factsOf(run: ComparedRun): { readonly path: string; readonly title: string; readonly value: SettingValue }[] {
  const { scene, frameIndices, provenance } = run
  const facts: [string, string, SettingValue][] = [
    ['scene', 'Scene', scene.name],
    ['size', 'Picture size', `${scene.width} x ${scene.height}`],
    ['frames', 'Selected frames', frameIndices.length],
    ['firstFrame', 'First selected frame', frameIndices[0]],
    ['lastFrame', 'Last selected frame', frameIndices.at(-1)],
    ['pictures', 'Pictures (SHA-256)', provenance?.inputs.framesSha256],
    ['version', 'Program version', run.appVersion],
    ['build', 'Program build', run.buildId],
    ['commit', 'Program commit', provenance?.app.commit.value],
    ['device', 'Device', run.device],
    ['gpu', 'GPU', run.gpu],
    ...run.stages.flatMap<[string, string, SettingValue]>(({ id, backend }) =>
      backend === undefined ? [] : [[`backend.${id}`, `Backend of ${id}`, backend]],
    ),
    ...(provenance?.models ?? []).map<[string, string, SettingValue]>(({ stage, sha256 }) => [
      `model.${stage}`,
      `Model of ${stage} (SHA-256)`,
      sha256,
    ]),
  ]
  // Runs of other programs say nothing by an empty text.
  return facts.map(([path, title, value]) => ({ path: `run.${path}`, title, value: value === '' ? undefined : value }))
}
