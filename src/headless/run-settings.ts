// The options of `run` with the files and variables around them, made into requests; what does not fit is told with its place.
import { join, resolve } from 'node:path'
import type { StartRequest } from '#api/api'
import { type ResolvedConfig, resolveConfig } from '#core/config/config-layers'
import { environmentLayer } from '#core/config/config-environment'
import { settingPaths } from '#core/config/config-paths'
import type { ConfigLayer, ConfigProblem } from '#core/config/config-problem'
import { selectScenes } from '#core/config/scene-selection'
import type { Origins } from '#core/run/provenance'
import { withModelPaths } from '#core/run/model-wishes'
import { presets, type RunConfig } from '#core/run/run-config'
import { demoScenePath } from '#core/scene/scene'
import { listSceneFolders, readEnvFile, readYamlFile } from './config/config-files.ts'
import { withPromptFile } from './config/prompt-file.ts'
import { flagLayer, type RunSettings } from './config/flag-layer.ts'

export type Surroundings = { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> }
export type RunRequest = StartRequest & { readonly origins: Origins }
export type ResolvedSettings = {
  /** Empty when a problem is an error. */
  readonly requests: readonly RunRequest[]
  /** Runs at a time. */
  readonly parallel: number
  readonly problems: readonly ConfigProblem[]
}

/** All layers laid over each other, weakest first: default, preset, YAML, .env, environment, options. Throws USAGE. */
export function resolveSettings(settings: RunSettings, { cwd, env }: Surroundings): ResolvedConfig {
  const file = settings.config === undefined ? undefined : readYamlFile(settings.config, cwd)
  const around = [readEnvFile(cwd), environmentLayer(env)].filter((one) => one !== undefined)
  const told = [...(file ? [file.layer] : []), ...around.map(({ layer }) => layer), flagLayer(settings)].map((layer) =>
    withPromptFile(layer, cwd),
  )
  const resolved = resolveConfig([...(file?.standards ?? []), ...presetLayer(told), ...told])
  const problems = [...(file?.problems ?? []), ...around.flatMap((one) => one.problems), ...resolved.problems]
  // What the reader of a file found wrong lets nothing start either.
  return problems.some(({ severity }) => severity === 'error')
    ? { ...resolved, config: undefined, launch: undefined, problems }
    : { ...resolved, problems }
}

/** The strongest layer that names a preset decides; one that does not exist is told by the schema. */
function presetLayer(layers: readonly ConfigLayer[]): ConfigLayer[] {
  const id = layers.map(({ values }) => values.preset).findLast((value) => value !== undefined && value !== null)
  const preset = presets.find((candidate) => candidate.id === id)
  return preset ? [{ origin: 'preset', source: preset.id, values: preset.values }] : []
}

/**
 * One request for each scene. Paths are made absolute from the working folder, because the engine has one of its own.
 * Throws USAGE, and SCENE_NOT_FOUND or FOLDER_NOT_READABLE of the folder of scenes.
 */
export function resolveRunSettings(settings: RunSettings, surroundings: Surroundings): ResolvedSettings {
  const { config, launch, isSeveral, origins, problems } = resolveSettings(settings, surroundings)
  if (!config || !launch) return { requests: [], parallel: 1, problems }
  const run = absolute(config, surroundings.cwd)
  const ofRun = Object.fromEntries(settingPaths.flatMap(({ path, ofRun: isOfRun }) => (isOfRun ? [[path, origins[path]!]] : [])))
  if (!isSeveral) return { requests: [{ ...run, origins: ofRun }], parallel: launch.parallel, problems }
  const { names, problem } = selectScenes(listSceneFolders(run.scene), launch.scenes)
  if (problem !== undefined) {
    const wrong: ConfigProblem = { severity: 'error', kind: 'invalid', path: 'scenes', message: problem }
    return { requests: [], parallel: launch.parallel, problems: [...problems, wrong] }
  }
  const requests = names.map((name) => ({
    ...run,
    scene: join(run.scene, name),
    name: run.name === '' ? '' : `${run.name} ${name}`.slice(0, 120),
    origins: { ...ofRun, scene: origins['scenes.root']! },
  }))
  return { requests, parallel: launch.parallel, problems }
}

function absolute(config: RunConfig, cwd: string): RunConfig {
  return {
    ...config,
    scene: config.scene === demoScenePath ? config.scene : resolve(cwd, config.scene),
    output: resolve(cwd, config.output),
    stages: withModelPaths(config.stages, (path) => resolve(cwd, path)),
  }
}
