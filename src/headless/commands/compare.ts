// `compare`: two to four answers held against each other, and against annotations where there are some.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault } from '#core/base/fault'
import type { MaskStage } from '#core/run/run-reader'
import { type FrameSlice, frameSliceFromText } from '#core/scene/frame-slice'
import {
  annotationsOf,
  type Answer,
  type AnswersCompared,
  answersTable,
  checkReportPlace,
  compareAnswers,
  levelTable,
  meaningOfPair,
  pairHeading,
  placesTable,
  settingsTable,
  truthTable,
  worstFrames,
  worstFramesTable,
  writeReport,
} from '#engine/engine'
import { withAnswers } from '../compare/answer.ts'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'

export type CompareOptions = {
  /** One for all, or one for each answer; what is annotations has none and is passed over. */
  readonly stages: readonly MaskStage[]
  /** Empty: all that are shared. */
  readonly levels: readonly number[]
  readonly frames: FrameSlice | undefined
  readonly truth: string | undefined
  /** Frames that some of the answers do not have are left out for all. */
  readonly onlyShared: boolean
  /** A new folder. */
  readonly report: string | undefined
}

const stageNames: readonly MaskStage[] = ['ssam', 'filter', 'tracker']

export function addCompare(program: Command, output: Output, act: (code: Promise<ExitCode>) => Promise<void>): void {
  program
    .command('compare')
    .description('two to four answers to the same frames: which objects are the same, where the answers differ, what was set differently')
    .argument('<answer...>', 'runs, ours or of My3DIS, or folders of PNG masks named like the frames; one may be given twice')
    .addOption(new Option('--stage <name...>', 'whose masks: one for all, or one for each').choices(stageNames).default(['tracker']))
    .option('--level <number...>', 'only these levels', levels, [])
    .option('--frames <slice>', 'only frames start:end:step, counted in the scene from 0', slice)
    .option('--truth <folder>', 'PNG masks to score each answer against: 0 = background, a palette numbers objects')
    .option('--only-shared', 'only frames that all answers have; else each pair on the frames that it shares')
    .option('--report <folder>', 'new folder for report, pictures of the worst frames, and their list')
    .option('--json', 'one JSON value on stdout')
    .action((answers: string[], { stage, level, frames, truth, report, onlyShared, json }) =>
      act(
        compareCommand(
          output,
          answers,
          { stages: stage, levels: level, frames, truth, report, onlyShared: onlyShared === true },
          json === true,
        ),
      ),
    )
}

function levels(text: string, earlier: readonly number[]): number[] {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return [...earlier, Number(text)]
}

function slice(text: string): FrameSlice {
  const parsed = frameSliceFromText(text)
  if (parsed === undefined) throw new InvalidArgumentError('It has to be start:end:step.')
  return parsed
}

/** Throws USAGE for another number of answers, COMPARE_NOTHING_SHARED, and what opening and reading throw. */
export async function compareCommand(output: Output, paths: readonly string[], options: CompareOptions, json: boolean): Promise<ExitCode> {
  const { stages, frames, truth } = options
  if (paths.length < 2 || paths.length > 4) throw new Fault('USAGE', { reason: 'compare takes two to four answers.' })
  if (stages.length !== 1 && stages.length !== paths.length)
    throw new Fault('USAGE', { reason: `--stage takes one name for all answers, or one for each of the ${paths.length}.` })
  if (options.report !== undefined) checkReportPlace(options.report)
  const ofEach = paths.map((_, i) => stages[i] ?? stages[0]!)
  return withAnswers(paths, ofEach, async (answers) => {
    const reference = truth === undefined ? undefined : annotationsOf(truth)
    const compared = await compareAnswers(answers, reference, {
      levels: options.levels.length === 0 ? undefined : options.levels,
      frames,
      onlyShared: options.onlyShared,
    })
    const report = options.report === undefined ? undefined : await writeReport(options.report, answers, compared)
    if (json) output.printJson({ ...plain(answers, compared), report })
    else output.print(textOf(answers, compared))
    if (report !== undefined) output.tell(`Report with ${report.pictures} pictures: ${report.folder}`)
    return exitCodes.done
  })
}

function plain(answers: readonly Answer[], { pairs, settings, truth, frames }: AnswersCompared) {
  return {
    answers: answers.map(({ folder, title, stage, levels: of }) => ({ folder, title, stage, levels: of })),
    frames: frames.map(({ frameIndex, name }) => ({ frameIndex, name })),
    pairs,
    settings,
    truth: truth.map(({ answer, levels: of }) => ({ answer, levels: of })),
  }
}

const rowsInTerminal = 8

function textOf(answers: readonly Answer[], compared: AnswersCompared): string {
  const parts = [tableText(answersTable(answers))]
  for (const pair of compared.pairs) {
    parts.push(`${pairHeading(pair)}\n${tableText(levelTable(pair))}`)
    if (pair.reference !== undefined) parts.push(meaningOfPair(pair))
    if (worstFrames(pair.result).length === 0) {
      parts.push('They say the same on every frame.')
      continue
    }
    parts.push(tableText(worstFramesTable(pair, compared.frames, rowsInTerminal)), tableText(placesTable(pair, rowsInTerminal)))
  }
  if (compared.settings.answers.length > 1)
    parts.push(compared.settings.rows.length === 0 ? 'Nothing was set differently.' : tableText(settingsTable(compared.settings)))
  if (compared.truth.length > 0) parts.push(tableText(truthTable(compared.truth)))
  return parts.join('\n\n')
}
