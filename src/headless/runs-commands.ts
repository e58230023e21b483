// The words of `runs` and `report` on the command line, with their options.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { RegistryQuery } from '#api/api'
import { RunSummaryState } from '#api/run-summary-state'
import { reportResources } from './commands/report-resources.ts'
import { exportHistory, importHistory } from './commands/runs-history.ts'
import { runsDelete, runsNote, runsScan, runsSearch, runsSize, runsTag } from './commands/runs.ts'
import type { ExitCode, Output } from './output.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

const json = ['--json', 'one JSON value on stdout'] as const
const which = 'id, its beginning, or the run folder'

export function addRegistry(program: Command, output: Output, act: Act): void {
  const runs = program.command('runs').description('every run of this machine, whichever output folder it is in')
  addFinding(runs, output, act)
  addNotes(runs, output, act)
  runs
    .command('size')
    .description('bytes and files of a run, and what deleting it would free')
    .argument('<run>', which)
    .option(...json)
    .action((run: string, options) => act(runsSize(output, run, options.json === true)))
  runs
    .command('delete')
    .description('delete run folders; shows the size and asks first')
    .argument('<run...>', which)
    .option('--yes', 'do not ask')
    .option(...json)
    .action((names: string[], options) => act(runsDelete(output, names, options.yes === true, options.json === true)))
  runs
    .command('scan')
    .description('take in the runs of an output folder, one or two levels down, those of My3DIS too')
    .argument('<folder>', 'output folder')
    .option(...json)
    .action((folder: string, options) => act(runsScan(output, folder, options.json === true)))
  runs
    .command('export-history')
    .description("runs that succeeded as CSV with My3DIS's header")
    .option('--out <file>', 'file to write (stdout)')
    .option(...json)
    .action((options) => act(exportHistory(output, options.out, options.json === true)))
  runs
    .command('import-history')
    .description("take in My3DIS's workflow_history.csv, run_pid_map.csv or run_pid_map.tsv")
    .argument('<file>', 'CSV or TSV')
    .option(...json)
    .action((file: string, options) => act(importHistory(output, file, options.json === true)))
  addReport(program, output, act)
}

function addFinding(runs: Command, output: Output, act: Act): void {
  const options = (command: Command) =>
    command
      .addOption(new Option('--sort <order>', 'order').choices(RegistryQuery.shape.sort.unwrap().options))
      .option('--limit <number>', 'at most so many (100)', wholeNumber)
      .option('--offset <number>', 'leave out so many from the start', wholeNumber)
      .option(...json)
  options(runs.command('list').description('all runs, newest first')).action(({ sort, limit, offset, json: asJson }) =>
    act(runsSearch(output, { text: '', states: [], tags: [], sort, limit, offset }, asJson === true)),
  )
  options(
    runs
      .command('search')
      .description('runs with these words in name, scene, folder, note or tags')
      .argument('[words...]', 'all of them have to occur; upper and lower case are one')
      .addOption(new Option('--state <name>', 'only these; may be repeated').choices(RunSummaryState.options).argParser(state).default([]))
      .option('--tag <text>', 'only runs with this tag; may be repeated', collect, []),
  ).action((words: string[], { state: states, tag, sort, limit, offset, json: asJson }) =>
    act(runsSearch(output, { text: words.join(' '), states, tags: tag, sort, limit, offset }, asJson === true)),
  )
}

function addNotes(runs: Command, output: Output, act: Act): void {
  runs
    .command('tag')
    .description('add tags to a run; without any, show them')
    .argument('<run>', which)
    .argument('[tags...]', 'such as "good masks"')
    .option('--remove', 'take these tags away instead')
    .option(...json)
    .action((run: string, tags: string[], options) => act(runsTag(output, run, tags, options.remove === true, options.json === true)))
  runs
    .command('note')
    .description('write a note for a run; without a text, show it')
    .argument('<run>', which)
    .argument('[text]', 'replaces the note; "" takes it away')
    .option(...json)
    .action((run: string, text: string | undefined, options) => act(runsNote(output, run, text, options.json === true)))
}

function addReport(program: Command, output: Output, act: Act): void {
  program
    .command('report')
    .description('reports over several runs')
    .command('resources')
    .description('peaks and means of each stage of the last runs, and the change against the run before of the same pipeline')
    .argument('[folder]', 'output folder (every run of the registry)')
    .option('--last <number>', 'so many runs (5)', wholeNumber)
    .option(...json)
    .action((folder: string | undefined, { last, json: asJson }) =>
      act(reportResources(output, { folder, last: last ?? 5 }, asJson === true)),
    )
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value]
}

function state(value: string, earlier: readonly string[]): string[] {
  if (!RunSummaryState.safeParse(value).success)
    throw new InvalidArgumentError(`Allowed choices are ${RunSummaryState.options.join(', ')}.`)
  return [...earlier, value]
}
