// The command line: every command with its options, and the exit codes people script against.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { Fault } from '#core/base/fault'
import { readBuild } from './entries.ts'
import { doctorCommand } from './commands/doctor.ts'
import { addCompare } from './commands/compare.ts'
import { addExport } from './commands/export.ts'
import { inspectDump } from './commands/inspect-dump.ts'
import { inspectList, inspectShow } from './commands/inspect-list.ts'
import { inspectFrames, inspectObjects } from './commands/inspect-objects.ts'
import { addRender } from './render-words.ts'
import { inspectRepack } from './commands/inspect-repack.ts'
import { inspectVerify } from './commands/inspect-verify-all.ts'
import { demoCommand, runCommand } from './commands/run.ts'
import { resumeCommand } from './commands/resume.ts'
import { scoreCommand } from './commands/score.ts'
import { serveCommand, usualPort } from './commands/serve.ts'
import { trackCommand } from './commands/track.ts'
import { inspectTree, treeDefaults } from './commands/tree.ts'
import { addConfig, runSettingsOf, withRunOptions } from './config-words.ts'
import { addModels } from './models-commands.ts'
import { addRegistry } from './runs-commands.ts'
import { type ExitCode, exitCodeOfError, exitCodes, type Output, tellError, terminalOutput } from './output.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

/** Runs one command line (without program and script) and gives its exit code. Nothing is thrown. */
export async function runCli(words: readonly string[], output: Output): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const program = makeProgram(output, async (code) => {
    exitCode = await code
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      tellError(output, error)
      return exitCodeOfError(error)
    }
    // Help and version leave by an error too, with code 0; commander has said everything already.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
}

function makeProgram(output: Output, act: Act): Command {
  const program = new Command('scenewright')
    .description('Run scene pipelines and judge what came out.')
    .version(readBuild().version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.print(text.trimEnd()), writeErr: (text) => output.tell(text.trimEnd()) })
    .showHelpAfterError('(--help lists what is allowed)')
  addRuns(program, output, act)
  addConfig(program, output, act)
  addRegistry(program, output, act)
  addModels(program, output, act)
  addInspect(program.command('inspect').description('look into a run without an engine'), output, act)
  addMasks(program, output, act)
  addCompare(program, output, act)
  addExport(program, output, act)
  program
    .command('serve')
    .description('serve the pages to a browser on this machine')
    .option('--host <address>', 'address to listen on; anything but loopback is open to other machines', '127.0.0.1')
    .option('--port <number>', `port to listen on (${usualPort}, or a free one)`, wholeNumber)
    .option('--root <folder>', 'folder that may be read and written; may be repeated (everything you may)', collect, [])
    .option('--output <folder>', 'where runs go when a run does not say')
    .option('--open', 'open the default browser')
    .option('--no-open', 'do not open a browser (the default)')
    .action(({ host, port, root, output: folder, open }) =>
      act(serveCommand(output, { host, port, roots: root, output: folder, open: open === true })),
    )
  program
    .command('doctor')
    .description('what this machine has, and what to do where something is missing')
    .option('--json', 'one JSON array on stdout')
    .action(({ json }) => act(doctorCommand(output, json === true)))
  return program
}

function addRuns(program: Command, output: Output, act: Act): void {
  withRunOptions(program.command('run').description('run the pipeline on a folder of frames, a scene or a video, or on several scenes'))
    .option('--dry-run', 'only tell what would run, what would be reused, and why')
    .option('--rerun-from <stage>', 'take nothing over from earlier runs from this stage on')
    .option('--json', 'events as one JSON object a line on stdout; with --dry-run one JSON value')
    .action((scene: string | undefined, options) =>
      act(
        runCommand(output, runSettingsOf(scene, options), {
          json: options.json === true,
          dryRun: options.dryRun === true,
          rerunFrom: options.rerunFrom,
        }),
      ),
    )
  program
    .command('resume')
    .description('go on with a run that was paused, interrupted, cancelled or failed')
    .argument('<run>', 'run folder, or an output folder with one run')
    .option('--from <stage>', 'begin this stage and those after it anew')
    .option('--json', 'events as one JSON object a line on stdout')
    .action((run: string, { from, json }) => act(resumeCommand(output, run, from, json === true)))
  program
    .command('demo')
    .description('run the bundled demo scene')
    .option('--out <folder>', 'output folder')
    .option('--json', 'events as one JSON object a line on stdout')
    .action(({ out, json }) => act(demoCommand(output, out, json === true)))
}

function addInspect(inspect: Command, output: Output, act: Act): void {
  const json = ['--json', 'one JSON value on stdout'] as const
  const what = 'run folder, a tar in it, an output folder with one run, or a run of My3DIS'
  inspect
    .command('list')
    .description('artifacts of a run, or the runs of an output folder')
    .argument('<run>', what)
    .option(...json)
    .action((run: string, options) => act(inspectList(output, run, options.json === true)))
  inspect
    .command('show')
    .description('record, counts and problems of a run')
    .argument('<run>', what)
    .option(...json)
    .action((run: string, options) => act(inspectShow(output, run, options.json === true)))
  inspect
    .command('objects')
    .description('tracks of a run: level, frames, parent')
    .argument('<run>', what)
    .option('--level <number>', 'only this level', wholeNumber)
    .option(...json)
    .action((run: string, options) => act(inspectObjects(output, run, options.level, options.json === true)))
  inspect
    .command('frames')
    .description('selected frames of a run: is the picture there, and which levels have masks of each stage')
    .argument('<run>', what)
    .option(...json)
    .action((run: string, options) => act(inspectFrames(output, run, options.json === true)))
  inspect
    .command('dump')
    .description('masks of a run, one file each, named level_object_frame')
    .argument('<run>', what)
    .addOption(new Option('--stage <name>', 'whose masks').choices(['ssam', 'filter', 'tracker']).default('tracker'))
    .addOption(new Option('--kind <name>', 'the same in words of My3DIS').choices(['raw', 'filtered', 'tracks']))
    .option('--level <number>', 'only this level', wholeNumber)
    .option('--frame <index>', 'only this frame, counted in the scene from 0', wholeNumber)
    .option('--id <number>', 'only this candidate or track', wholeNumber)
    .option('--object <number>', 'the same', wholeNumber)
    .addOption(new Option('--format <kind>', 'how').choices(['png', 'rle', 'npy']).default('png'))
    .requiredOption('--out <folder>', 'where the files go')
    .option(...json)
    .action((run: string, { stage, kind, level, frame, id, object, format, out, json: asJson }) => {
      const of = kind === 'raw' ? 'ssam' : kind === 'filtered' ? 'filter' : kind === 'tracks' ? 'tracker' : stage
      return act(inspectDump(output, run, { stage: of, level, frame, id: id ?? object, format, out }, asJson === true))
    })
  inspect
    .command('verify')
    .description('that all of a run can be read and is as it was written; of several runs a table; exit 1 when something is broken')
    .argument('<run...>', `${what}; or runs of My3DIS, parts of them, and folders of such runs`)
    .option('--parallel <number>', 'runs at a time', wholeNumber, 2)
    .option(...json)
    .action((runs: string[], options) => act(inspectVerify(output, runs, options.parallel, options.json === true)))
  inspect
    .command('repack')
    .description('a run of My3DIS as an indexed run folder, held against its source; exit 1 when a part could not be read')
    .argument('<source>', 'run of My3DIS, or a part of one; it is only read')
    .requiredOption('--out <folder>', 'the new run folder; must not be there yet')
    .option('--pictures <folder>', 'where the pictures are now, when they were moved')
    .option(...json)
    .action((source: string, { out, pictures, json: asJson }) => act(inspectRepack(output, source, { out, pictures }, asJson === true)))
  addTree(inspect, output, act, what)
  addRender(inspect, output, act, what)
}

function addTree(inspect: Command, output: Output, act: Act, what: string): void {
  inspect
    .command('tree')
    .description('families of tracks across levels, orphans, and parents that the masks speak for')
    .argument('<run>', what)
    .option('--check', 'hold parents against the masks of all frames, and offer better ones')
    .option('--containment <share>', "with --check: least share of a track's pixels inside of its parent", share, treeDefaults.containment)
    .option('--overlap <share>', "with --check: least share of a track's frames that its parent is visible on", share, treeDefaults.overlap)
    .option('--write <file>', "write My3DIS's family_tree.json to this new file, outside of the run")
    .option('--repair', 'with --check and --write: with the repairs that are offered')
    .option('--json', 'one JSON value on stdout')
    .action((run: string, { check, containment, overlap, write, repair, json: asJson }) => {
      if (repair === true && (check !== true || write === undefined))
        throw new Fault('USAGE', { reason: '--repair needs --check and --write' })
      const settings = { check: check === true, repair: repair === true, write, containment, overlap }
      return act(inspectTree(output, run, settings, asJson === true))
    })
}

function addMasks(program: Command, output: Output, act: Act): void {
  program
    .command('score')
    .description('a run, or a folder of PNG masks, against true masks')
    .argument('<run or folder>', 'run, or folder of masks named like the truth')
    .requiredOption('--truth <folder>', 'PNG masks: 0 = background, a palette numbers objects')
    .option('--json', 'one JSON value on stdout')
    .action((path: string, { truth, json }) => act(scoreCommand(output, path, truth, json === true)))
  program
    .command('track')
    .description('carry the objects of one mask through a sequence')
    .argument('<frames>', 'folder of frames')
    .requiredOption('--prompt <mask.png>', 'mask of the frame with its name, else of the first; a palette numbers objects')
    .requiredOption('--out <folder>', 'gets one PNG per frame')
    .addOption(new Option('--quality <kind>', 'how carefully').choices(['best', 'fast']).default('best'))
    .option('--json', 'events as one JSON object a line on stdout')
    .action((frames: string, { prompt, out, quality, json }) => act(trackCommand(output, { frames, prompt, out, quality }, json === true)))
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It has to be a number from 0 to 1.')
  return value
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value]
}

const wantedMajor = 24

/** The whole program: words without program and script; sets the exit code. */
export async function main(words: readonly string[]): Promise<void> {
  const output = terminalOutput()
  if (Number.parseInt(process.versions.node, 10) < wantedMajor) {
    output.tell(
      `Scenewright needs Node ${wantedMajor}; this is ${process.versions.node}. Start it by \`npm start\` or \`npm run -s cli --\`.`,
    )
    process.exitCode = exitCodes.usage
    return
  }
  // A reader that went away (`| head`) ends the command as Ctrl+C would: in order, leaving no process.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.kill(process.pid, 'SIGTERM')
    else throw error
  })
  process.exitCode = await runCli(words, output)
}

if (import.meta.main) await main(process.argv.slice(2))
