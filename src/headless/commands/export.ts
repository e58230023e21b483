// `export`: a finished run in another format, in a folder that appears only when all of it is written.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { countsInWords } from '#core/base/format'
import { ExportFormat, ExportSettings, type ExportSettingsInput, RawCompression } from '#core/export/export-settings'
import { idInLevel } from '#core/segment/frame-masks'
import { exportRun } from '#engine/engine'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { withReader } from '../run-reader.ts'
import { listenForSignals } from '../signals.ts'
import { sometimes } from '../tell-sometimes.ts'

type Act = (code: Promise<ExitCode> | ExitCode) => Promise<void>

export function addExport(program: Command, output: Output, act: Act): void {
  const standard = ExportSettings.parse({ format: 'coco' })
  program
    .command('export')
    .description('write a run down in another format, in a new folder; the run is only read')
    .argument('<run>', 'run folder, a tar in it, or an output folder with one run')
    .addOption(new Option('--format <name>', 'which').choices(ExportFormat.options).makeOptionMandatory())
    .requiredOption('--out <folder>', 'must not be there yet')
    .addOption(
      new Option('--stage <name>', 'whose masks; my3dis takes all stages, csv tracks')
        .choices(['ssam', 'filter', 'tracker'])
        .default('tracker'),
    )
    .option('--level <number>', 'only this level; may be repeated', collectNumber, [])
    .option('--object <id>', 'only this track, over its frames; 200003 or 2.0003, may be repeated', collectObject, [])
    .option('--scale <ratio>', `my3dis: size of stored masks to the frame, above 0 and up to 1 (${standard.scale})`, decimal)
    .option('--chunk-frames <number>', `my3dis: frames in a chunk, 1 to 1024 (${standard.raw.chunkFrames})`, decimal)
    .addOption(
      new Option('--compression <name>', `my3dis: packing of chunks (${standard.raw.compression})`).choices(RawCompression.options),
    )
    .addOption(new Option('--layout <name>', `my3dis: places of archives (${standard.layout})`).choices(['scene_level', 'plain']))
    .option('--json', 'one JSON value on stdout')
    .action((run: string, { out, format, stage, level, object, scale, chunkFrames, compression, layout, json }) => {
      const levels: readonly number[] = level
      const objects: readonly number[] = object
      const settings = {
        format,
        stage,
        scale,
        layout,
        levels: levels.length > 0 ? [...levels] : undefined,
        objects: objects.length > 0 ? [...objects] : undefined,
        raw: { chunkFrames, compression },
      }
      return act(exportCommand(output, run, out, settings, json === true))
    })
}

/** Throws what exports throw; after Ctrl+C CANCELLED, and nothing is left behind. */
export async function exportCommand(
  output: Output,
  path: string,
  out: string,
  settings: ExportSettingsInput,
  json: boolean,
): Promise<ExitCode> {
  const interruption = listenForSignals(
    () => output.tell('Stopping; nothing of the export is kept.'),
    () => process.exit(exitCodes.cancelled),
  )
  try {
    return await withReader(path, async ({ record, reader }) => {
      const onProgress = sometimes((done, total) => output.tell(`export ${done}/${total} frames of levels`))
      const result = await exportRun({ ...settings, record, reader, out, onProgress, signal: interruption.signal })
      if (json) output.printJson(result)
      else {
        output.print(`${countsInWords(result.counts).join(', ')} in ${result.out}`)
        for (const note of result.notes) output.tell(note)
      }
      return exitCodes.done
    })
  } finally {
    interruption.dispose()
  }
}

function collectNumber(text: string, earlier: readonly number[]): number[] {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return [...earlier, Number(text)]
}

/** As an id is stored, or as pages show it. */
function collectObject(text: string, earlier: readonly number[]): number[] {
  const shown = /^(\d)[.·:](\d{4,5})$/.exec(text)
  if (shown) return [...earlier, idInLevel(Number(shown[1]), Number(shown[2]))]
  if (!/^\d{6}$/.test(text)) throw new InvalidArgumentError('It has to be the id of a track, such as 200003 or 2.0003.')
  return [...earlier, Number(text)]
}

function decimal(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It has to be a number.')
  return value
}
