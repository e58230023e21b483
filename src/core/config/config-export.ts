// A resolved configuration as values to write down: what somebody set, or all of it.
import { settingPaths } from './config-paths.ts'
import type { ResolvedConfig } from './config-layers.ts'
import { setAt, type Tree, valueAt } from './config-problem.ts'

export type SettingRow = { readonly path: string; readonly value: unknown; readonly origin: string; readonly source?: string }

/** Every setting with its value and who set it; empty when a problem is an error. With several scenes, `scene` has no value of its own. */
export function settingRows({ config, launch, isSeveral, origins }: ResolvedConfig): readonly SettingRow[] {
  if (!config || !launch) return []
  return settingPaths
    .filter(({ path }) => !(isSeveral && path === 'scene'))
    .map(({ path, ofRun }) => ({ path, value: valueAt(ofRun ? config : launch, path), ...(origins[path] ?? { origin: 'default' }) }))
}

/** Values that a file of ours takes and that give the same configuration again; those nobody set are left out. */
export function exportedValues(resolved: ResolvedConfig): Tree {
  const values: Tree = {}
  // A preset's values are its own: they are named by `preset`, or written down where the preset is not.
  for (const { path, value, origin, source } of settingRows(resolved)) {
    const isStandard = origin === 'default' && source === undefined
    if (!isStandard && origin !== 'preset' && value !== undefined) setAt(values, path, value)
  }
  return values
}
