// The words of `run` and `config` on the command line that say what a run is given.
import { type Command, InvalidArgumentError } from 'commander'
import { configCheck, configExport, configImport, configShow } from './commands/config.ts'
import type { RunSettings } from './config/flag-layer.ts'
import type { ExitCode, Output } from './output.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

/** The argument and options that `run` and `config` share. */
export function withRunOptions(command: Command): Command {
  return command
    .argument('[folder]', 'frames, a scene with outputs/color or color, a video file, or "demo"; with --scenes the folder of scenes')
    .option('--out <folder>', 'output folder; the run gets a folder of its own inside')
    .option('--config <file>', 'settings from a YAML file, ours or of My3DIS')
    .option('--scenes <choice>', 'several scenes of a folder: all, a,b or from..to (both included)')
    .option('--parallel <number>', 'runs at a time, when several scenes are run (1)', wholeNumber)
    .option('--levels <list>', 'levels from 1 (coarse) to 6 (fine), such as 2,4,6')
    .option('--frames <slice>', 'start:end:step, end not included, such as 0:100:2')
    .option('--preset <name>', 'standard, quick or fine')
    .option('--name <text>', 'name shown in lists')
    .option('--set <path=value>', 'any setting, such as stages.filter.minArea=300; may be repeated', collect, [])
}

type RunOptions = Omit<RunSettings, 'scene' | 'output'> & { readonly out?: string }

export function runSettingsOf(scene: string | undefined, options: RunOptions): RunSettings {
  const { out, config, scenes, parallel, levels, frames, preset, name, set } = options
  return { scene, output: out, config, scenes, parallel, levels, frames, preset, name, set }
}

export function addConfig(program: Command, output: Output, act: Act): void {
  const config = program.command('config').description('settings: where each comes from, files checked, written and taken over')
  withRunOptions(config.command('show').description('every setting a run would be given, and where it comes from'))
    .option('--json', 'one JSON value on stdout')
    .action((scene: string | undefined, options) => act(configShow(output, runSettingsOf(scene, options), options.json === true)))
  withRunOptions(config.command('export').description('the settings a run would be given as YAML')).action(
    (scene: string | undefined, options) => act(configExport(output, runSettingsOf(scene, options))),
  )
  config
    .command('check')
    .description('what is wrong or without effect in a YAML file; exit 1 when something is wrong')
    .argument('<file>', 'YAML, ours or of My3DIS')
    .option('--json', 'one JSON value on stdout')
    .action((file: string, options) => act(configCheck(output, file, options.json === true)))
  config
    .command('import')
    .description('a YAML file of My3DIS as one of ours')
    .argument('<file>', 'YAML of My3DIS')
    .action((file: string) => act(configImport(output, file)))
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value]
}
