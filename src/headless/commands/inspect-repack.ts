// `inspect repack`: a run of My3DIS as an indexed run folder of ours, checked against its source.
import { join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import { repackMy3dis, type RepackResult } from '#engine/engine'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { placesOf } from '../places.ts'
import { isOurs } from '../run-reader.ts'
import { listenForSignals } from '../signals.ts'
import { sometimes } from '../tell-sometimes.ts'

export type RepackSettings = {
  readonly out: string
  /** Where the pictures are now; undefined: where the run says, or where they are found. */
  readonly pictures: string | undefined
}

/** Exit 1 when a part of the source could not be read; the rest is there then. Throws what `repackMy3dis` throws: nothing is left behind. */
export async function inspectRepack(output: Output, source: string, settings: RepackSettings, json: boolean): Promise<ExitCode> {
  const path = resolve(source)
  if (isOurs(path)) throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'it is a run folder of ours, which is indexed already' })
  const interruption = listenForSignals(
    () => output.tell('Stopping; nothing of the new run is kept.'),
    () => process.exit(exitCodes.cancelled),
  )
  try {
    const result = await repackMy3dis({
      path,
      out: settings.out,
      framesRoot: settings.pictures,
      cacheFolder: join(placesOf().stateFolder, 'cache', 'my3dis'),
      signal: interruption.signal,
      onProgress: sometimes((done, total) => output.tell(`repack ${Math.floor((100 * done) / total)} %`)),
    })
    if (json) output.printJson(result)
    else printResult(output, result)
    return result.findings.length > 0 ? exitCodes.failed : exitCodes.done
  } finally {
    interruption.dispose()
  }
}

function printResult(output: Output, { out, generation, masks, tracks, checked, findings }: RepackResult): void {
  const parts = [
    `${formatCount(masks.ssam)} candidates`,
    `${formatCount(masks.filter)} kept`,
    `${formatCount(masks.tracker)} tracked masks`,
  ]
  output.print(`${[...parts, `${formatCount(tracks)} tracks`].join(', ')} of ${generation ?? 'My3DIS'} in ${out}`)
  output.print(
    `checked: ${formatCount(checked.masks)} masks on ${formatCount(checked.frames)} frames of levels are those of the source, and so are the tracks`,
  )
  if (findings.length === 0) return
  const rows = findings.map(({ code, stage, level, frameIndices, reason }) => [
    code,
    [stage, level === undefined ? undefined : `level ${level}`].filter((word) => word !== undefined).join(' ') || '-',
    frameIndices.length === 0 ? '-' : formatCount(frameIndices.length),
    reason,
  ])
  output.print(`\n${tableText([['not repacked', 'of', 'frames', 'why'], ...rows])}`)
}
