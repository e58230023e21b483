// The options of `run` as the strongest layer of settings.
import { Fault } from '#core/base/fault'
import { settingAt, valueFromText } from '#core/config/config-paths'
import { type ConfigLayer, setAt, type Tree } from '#core/config/config-problem'
import { sceneSpecFromText } from '#core/config/scene-selection'
import { frameSliceFromText } from '#core/scene/frame-slice'

export type RunSettings = {
  /** Frames, scene or video; with `scenes` the folder that holds the scenes. */
  readonly scene?: string | undefined
  readonly output?: string | undefined
  readonly levels?: string | undefined
  readonly frames?: string | undefined
  readonly preset?: string | undefined
  readonly name?: string | undefined
  readonly set?: readonly string[] | undefined
  /** YAML file, ours or of My3DIS. */
  readonly config?: string | undefined
  readonly scenes?: string | undefined
  readonly parallel?: number | undefined
}

/** Throws USAGE where an option cannot be read; whether the value fits is the schema's to say. */
export function flagLayer(settings: RunSettings): ConfigLayer {
  const values: Tree = {}
  const sources: Record<string, string> = {}
  const say = (path: string, value: unknown, source: string) => {
    if (value === undefined) return
    setAt(values, path, value)
    sources[path] = source
  }
  say(settings.scenes === undefined ? 'scene' : 'scenes.root', settings.scene, '<folder>')
  say('output', settings.output, '--out')
  say('preset', settings.preset, '--preset')
  say('name', settings.name, '--name')
  say('parallel', settings.parallel, '--parallel')
  if (settings.levels !== undefined) say('levels', levelsFromText(settings.levels), '--levels')
  if (settings.frames !== undefined)
    for (const [key, value] of Object.entries(sliceFromText(settings.frames))) say(`frames.${key}`, value, '--frames')
  if (settings.scenes !== undefined)
    for (const [key, value] of Object.entries(scenesFromText(settings.scenes))) say(`scenes.${key}`, value, '--scenes')
  for (const setting of settings.set ?? []) {
    const [path, value] = settingFromText(setting)
    say(path, value, '--set')
  }
  return { origin: 'flag', source: '--set', sources, values }
}

function levelsFromText(text: string): number[] {
  const levels = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN))
  if (levels.some(Number.isNaN)) throw new Fault('USAGE', { reason: `--levels: "${text}" is not a list of numbers such as 2,4,6.` })
  return levels
}

function sliceFromText(text: string) {
  const slice = frameSliceFromText(text)
  if (!slice) throw new Fault('USAGE', { reason: `--frames: "${text}" is not of the form start:end:step, such as 0:100:2.` })
  return slice
}

function scenesFromText(text: string) {
  const spec = sceneSpecFromText(text)
  if (!spec) throw new Fault('USAGE', { reason: `--scenes: "${text}" is none of all, a,b and from..to.` })
  return spec
}

function settingFromText(text: string): readonly [path: string, value: unknown] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new Fault('USAGE', { reason: `--set: "${text}" is not of the form path=value.` })
  const path = text.slice(0, equals)
  if (path.split('.').some((key) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(key) || key in Object.prototype))
    throw new Fault('USAGE', { reason: `--set: "${path}" is not the path of a setting.` })
  const value = text.slice(equals + 1)
  const setting = settingAt(path)
  // Quotes around a text are those of JSON; the shell takes its own away.
  if (setting !== undefined && !(setting.kind === 'text' && value.startsWith('"'))) return [path, valueFromText(setting, value)]
  try {
    return [path, JSON.parse(value) as unknown]
  } catch {
    return [path, value]
  }
}
