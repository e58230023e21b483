// `inspect show` and `inspect verify` for runs of My3DIS: what was found, what had to be repaired, and whether every mask can be read.
import { resolve } from 'node:path'
import { Fault, noteFromError } from '#core/base/fault'
import { formatBytes, formatCount, formatDuration } from '#core/base/format'
import type { Description } from '#core/my3dis/description'
import { sentenceOfRepair } from '#core/my3dis/repair-table'
import { FrameMasks } from '#core/segment/frame-masks'
import { describeMy3dis, lossCodes } from '#engine/engine'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { type ReadRun, withReader } from '../run-reader.ts'

export async function showForeign(output: Output, path: string, json: boolean): Promise<ExitCode> {
  const description = await describeMy3dis(resolve(path))
  if (json) output.printJson(description)
  else if (description.kind === 'experiment')
    output.print(tableText([['scene', 'folder'], ...description.scenes.map(({ name, path: folder }) => [name, folder])]))
  else printDescription(output, description)
  return exitCodes.done
}

function printDescription(output: Output, description: Description): void {
  const { frames, state } = description
  const there = frames.frames.filter(({ file }) => file !== undefined).length
  const facts = [
    ['path', description.path],
    ['kind', `${description.kind} of My3DIS${description.generation === undefined ? '' : `, format ${description.generation}`}`],
    ['name', description.name],
    ['scene', description.scene],
    ['state', state.complete ? 'complete' : 'not complete'],
    ...state.missing.map(({ part, level }) => ['missing', level === undefined ? part : `${part} of level ${level}`]),
    [
      'frames',
      `${formatCount(frames.frames.length)} selected, ${formatCount(there)} pictures in ${frames.folder ?? frames.statedFolder ?? 'no folder'}`,
    ],
    ...description.timings.map(({ stage, seconds, cpuPeakBytes }) => [
      'stage',
      [stage, seconds === undefined ? '' : formatDuration(seconds * 1000), cpuPeakBytes === undefined ? '' : formatBytes(cpuPeakBytes)]
        .join(' ')
        .trim(),
    ]),
  ]
  output.print(tableText(facts))
  const levels = description.levels.map(({ level, raw, filtered, tracking, comparisons }) => [
    String(level),
    raw === undefined ? '-' : raw.form,
    filtered === undefined ? '-' : filtered.form,
    tracking === undefined ? '-' : formatBytes(tracking.bytes),
    comparisons === undefined ? '-' : `${comparisons.pictures.length} pictures`,
  ])
  output.print(`\n${tableText([['level', 'raw', 'filtered', 'tracking', 'comparisons'], ...levels])}`)
  const repairs = description.repairs.map((repair) => [repair.code, sentenceOfRepair(repair).message, sentenceOfRepair(repair).outcome])
  if (repairs.length > 0) output.print(`\n${tableText([['repair', 'found', 'instead'], ...repairs])}`)
}

export type ForeignFinding = { readonly code: string; readonly broken: boolean; readonly where: string; readonly reason: string }
export type ForeignVerification = {
  readonly path: string
  readonly generation: string | undefined
  readonly complete: boolean
  readonly levels: readonly number[]
  readonly frames: number
  /** Masks read, by stage. */
  readonly masks: Readonly<Record<'ssam' | 'filter' | 'tracker', number>>
  readonly tracks: number
  readonly findings: readonly ForeignFinding[]
}

/** Reads every mask of every stage and checks it; what cannot be read is a finding, and the rest is read all the same. */
export function verifyForeign(path: string, signal?: AbortSignal): Promise<ForeignVerification> {
  return withReader(path, async (run) => {
    const { foreign } = run
    if (!foreign) throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'it is one of ours' })
    const findings: ForeignFinding[] = []
    const tell = (where: string, error: unknown) => {
      if (!(error instanceof Fault)) throw error
      const note = noteFromError(error)
      findings.push({ code: note.code, broken: true, where, reason: error.message })
    }
    const masks = await readEverything(run, tell, signal)
    const tracks = await run.reader.tracks().then(
      (list) => list.tracks.length,
      (error: unknown) => {
        tell('tracks', error)
        return 0
      },
    )
    const { description } = foreign
    for (const repair of await foreign.problems())
      findings.push({
        code: repair.code,
        broken: lossCodes.includes(repair.code),
        where: String(repair.params.path ?? ''),
        reason: sentenceOfRepair(repair).message,
      })
    return {
      path: run.folder,
      generation: description.generation,
      complete: description.state.complete,
      levels: description.levels.map(({ level }) => level),
      frames: description.frames.frames.length,
      masks,
      tracks,
      findings,
    }
  })
}

async function readEverything({ reader }: ReadRun, tell: (where: string, error: unknown) => void, signal: AbortSignal | undefined) {
  const masks = { ssam: 0, filter: 0, tracker: 0 }
  for (const { stage, level, frameIndices } of await reader.places())
    for (const frameIndex of frameIndices) {
      if (signal?.aborted) throw new Fault('CANCELLED')
      try {
        const found = await reader.masks(stage, level, frameIndex)
        if (!found) continue
        const parsed = FrameMasks.safeParse(JSON.parse(new TextDecoder().decode(found.bytes)))
        if (!parsed.success)
          throw new Fault('MY3DIS_FILE_DAMAGED', {
            path: `${stage}, level ${level}, frame ${frameIndex}`,
            reason: String(parsed.error.issues[0]?.message),
          })
        masks[stage] += parsed.data.masks.length
      } catch (error) {
        tell(`${stage}, level ${level}, frame ${frameIndex}`, error)
      }
    }
  return masks
}
