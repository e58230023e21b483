// `config`: what a run would be given and by whom, files checked, written and taken over from My3DIS.
import { exportedValues, settingRows } from '#core/config/config-export'
import { resolveConfig } from '#core/config/config-layers'
import { type ConfigProblem, setAt, type Tree } from '#core/config/config-problem'
import { presets } from '#core/run/run-config'
import { Fault } from '#core/base/fault'
import { readYamlFile, yamlText } from '../config/config-files.ts'
import type { RunSettings } from '../config/flag-layer.ts'
import { tellProblems } from '../config/problem-lines.ts'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { resolveSettings } from '../run-settings.ts'

const surroundings = () => ({ cwd: process.cwd(), env: process.env })
const isError = ({ severity }: ConfigProblem) => severity === 'error'

/** Every setting with its value and origin. Ends with 2 when the configuration is wrong; problems are told on stderr, with --json in the answer. */
export function configShow(output: Output, settings: RunSettings, json: boolean): ExitCode {
  const resolved = resolveSettings(settings, surroundings())
  const rows = settingRows(resolved)
  if (json) output.printJson({ settings: rows, problems: resolved.problems })
  else {
    tellProblems(output, resolved.problems, 'warning')
    const cells = rows.map(({ path, value, origin, source }) => [path, JSON.stringify(value), source ? `${origin} (${source})` : origin])
    if (cells.length > 0) output.print(tableText([['setting', 'value', 'from'], ...cells]))
  }
  return resolved.problems.some(isError) ? exitCodes.usage : exitCodes.done
}

/** The settings as YAML of ours: what is not written has its default. Ends with 2 when the configuration is wrong. */
export function configExport(output: Output, settings: RunSettings): ExitCode {
  const resolved = resolveSettings(settings, surroundings())
  tellProblems(output, resolved.problems, 'warning')
  if (!resolved.config) return exitCodes.usage
  output.print(yamlText(exportedValues(resolved)).trimEnd())
  return exitCodes.done
}

/** A file by itself, without environment and options: what is not said in it (frames, output) may come from them. 1 = something is wrong. */
export function configCheck(output: Output, name: string, json: boolean): ExitCode {
  const { problems, isMy3dis } = resolveFile(name)
  if (json) output.printJson({ file: name, kind: isMy3dis ? 'my3dis' : 'scenewright', problems })
  else {
    for (const { severity, message } of problems) output.print(`${severity}: ${message}`)
    const count = (severity: ConfigProblem['severity']) => problems.filter((problem) => problem.severity === severity).length
    output.print(
      `${isMy3dis ? 'A file of My3DIS' : 'A file of Scenewright'}: ${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes.`,
    )
  }
  return problems.some(isError) ? exitCodes.failed : exitCodes.done
}

/** A My3DIS file as YAML of ours on stdout, a word on each key on stderr. Throws USAGE when it is none. */
export function configImport(output: Output, name: string): ExitCode {
  const { resolved, problems, isMy3dis } = resolveFile(name)
  if (!isMy3dis) throw new Fault('USAGE', { reason: `${name} is no file of My3DIS: it has no group "experiment".` })
  tellProblems(output, problems, 'note')
  if (problems.some(isError)) return exitCodes.failed
  output.print(yamlText(exportedValues(resolved)).trimEnd())
  return exitCodes.done
}

/** Stands in for a place that the file leaves to the command line. */
const unsaid = '.'

function resolveFile(name: string) {
  const { standards, layer, problems, isMy3dis } = readYamlFile(name, process.cwd())
  const preset = presets.find(({ id }) => id === layer.values.preset)
  const below = [...standards, ...(preset ? [{ origin: 'preset' as const, source: preset.id, values: preset.values }] : [])]
  const full = resolveConfig([...below, layer])
  const missing = (path: string) =>
    full.problems.some((problem) => isError(problem) && problem.path === path && full.origins[path]?.origin === 'default')
  const places: Tree = {}
  for (const path of ['scene', 'scenes.root', 'output']) if (missing(path)) setAt(places, path, unsaid)
  const resolved = resolveConfig([{ origin: 'default', values: places }, ...below, layer])
  return { resolved, problems: [...problems, ...resolved.problems], isMy3dis }
}
