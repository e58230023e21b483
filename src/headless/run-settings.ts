// The options of `run` made into a run config; whatever does not fit is a fault that names the place.
import { resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { applySetting, presets, RunConfig, unknownKeys } from '#core/run/run-config'
import { frameSliceFromText } from '#core/scene/frame-slice'
import { demoScenePath } from '#core/scene/scene'

export type RunSettings = {
  readonly scene: string
  readonly output: string
  readonly levels?: string | undefined
  readonly frames?: string | undefined
  readonly preset?: string | undefined
  readonly name?: string | undefined
  readonly set?: readonly string[] | undefined
}

/** Paths are made absolute here, because the engine has a working folder of its own. Throws USAGE or CONFIG_INVALID. */
export function configFromSettings(settings: RunSettings): RunConfig {
  const draft: Record<string, unknown> = structuredClone(presetValues(settings.preset))
  draft.scene = settings.scene === demoScenePath ? settings.scene : resolve(settings.scene)
  draft.output = resolve(settings.output)
  if (settings.name !== undefined) draft.name = settings.name
  if (settings.levels !== undefined) draft.levels = levelsFromText(settings.levels)
  if (settings.frames !== undefined) draft.frames = sliceFromText(settings.frames)
  for (const setting of settings.set ?? []) {
    const wrong = applySetting(draft, setting)
    if (wrong) throw new Fault('USAGE', { reason: `--set: ${wrong}.` })
  }
  const parsed = RunConfig.safeParse(draft)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Fault('CONFIG_INVALID', { where: issue?.path.join('.') || 'config', reason: issue?.message ?? 'not valid' })
  }
  const unknown = unknownKeys(draft, parsed.data)[0]
  if (unknown) throw new Fault('CONFIG_INVALID', { where: unknown, reason: 'there is no such setting' })
  return withModelPath(parsed.data)
}

function presetValues(id: string | undefined): Record<string, unknown> {
  if (id === undefined) return {}
  const preset = presets.find((candidate) => candidate.id === id)
  if (preset) return { ...preset.values }
  throw new Fault('USAGE', { reason: `--preset: "${id}" is not one of ${presets.map((known) => known.id).join(', ')}.` })
}

function levelsFromText(text: string): number[] {
  const levels = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN))
  if (levels.some(Number.isNaN)) throw new Fault('USAGE', { reason: `--levels: "${text}" is not a list of numbers such as 2,4,6.` })
  return levels
}

function sliceFromText(text: string): unknown {
  const slice = frameSliceFromText(text)
  if (!slice) throw new Fault('USAGE', { reason: `--frames: "${text}" is not of the form start:end:step, such as 0:100:2.` })
  return slice
}

function withModelPath(config: RunConfig): RunConfig {
  const { model } = config.stages.ssam
  if (!model) return config
  return { ...config, stages: { ...config.stages, ssam: { ...config.stages.ssam, model: resolve(model) } } }
}
