// The words of `inspect render` on the command line.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { inspectRender } from './commands/inspect-render.ts'
import type { ExitCode, Output } from './output.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

export function addRender(inspect: Command, output: Output, act: Act, what: string): void {
  inspect
    .command('render')
    .description('frames with their masks, drawn as the page draws them: one PNG, a folder of them, or an MP4 by ffmpeg')
    .argument('<run>', what)
    .requiredOption('--out <path>', 'new file that ends with .png or .mp4, else a new folder')
    .option('--view <file>', 'view.json as the page copies it; what else is said here goes before it')
    .option('--frame <index>', 'this frame, counted in the scene from 0', number)
    .option('--frames <first:last>', 'these frames, the last one included', range)
    .addOption(new Option('--stage <name>', 'whose masks').choices(['ssam', 'filter', 'tracker']))
    .option('--level <number>', 'only this level; may be repeated', numbers)
    .option('--select <id>', 'this mask is selected; may be repeated', numbers)
    .option('--isolate', 'nothing but the selection')
    .option('--hide <id>', 'this mask is hidden; may be repeated', numbers)
    .addOption(new Option('--colour <rule>', 'what colours stand for').choices(['id', 'level', 'score', 'area', 'stability', 'stage']))
    .addOption(new Option('--palette <name>', 'colours of ids').choices(['vivid', 'safe']))
    .addOption(new Option('--draw <how>', 'inside, border or both').choices(['fill', 'outline', 'both']))
    .option('--outline', 'the same as --draw outline')
    .option('--opacity <share>', 'of all masks, 0 to 1', decimal)
    .addOption(new Option('--labels <which>', 'numbers written on the masks').choices(['none', 'selected', 'all']))
    .option('--legend', 'what the colours mean, in the lower left corner')
    .option('--width <pixels>', 'of the picture; one pixel for each of the frame', number)
    .option('--rate <number>', 'frames a second of an MP4', decimal, 10)
    .option('--pictures <folder>', 'where the pictures are now, when they were moved')
    .option('--json', 'one JSON value on stdout')
    .action((run: string, options) => {
      const { frame, frames, stage, level, select, isolate, hide, colour, palette, opacity, width, labels, legend } = options
      const words = {
        frameIndex: frame,
        stage,
        levels: level,
        selected: select,
        isIsolated: isolate,
        hidden: hide,
        colourBy: colour,
        palette,
        draw: options.outline === true ? ('outline' as const) : options.draw,
        opacity,
        width,
        labels,
        legend,
      }
      const { view, out, rate: perSecond, pictures } = options
      return act(inspectRender(output, run, { view, words, frames, out, perSecond, pictures }, options.json === true))
    })
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function numbers(text: string, earlier: readonly number[] | undefined): number[] {
  return [...(earlier ?? []), number(text)]
}

function range(text: string): readonly [number, number] {
  const [first, last] = /^(\d+):(\d+)$/.exec(text)?.slice(1).map(Number) ?? []
  if (first === undefined || last === undefined || last < first)
    throw new InvalidArgumentError('It has to be two numbers with a colon, the smaller one first.')
  return [first, last]
}

function decimal(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It has to be a number from 0 on.')
  return value
}
