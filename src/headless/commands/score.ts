// `score`: a run, or a folder of masks, against true masks.
import { readdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { labelOfId } from '#core/segment/frame-masks'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { isRunFolder, withRun } from '../run-folders.ts'
import { type MasksScore, scoreMaskFolder } from '../score-masks.ts'
import { type RunScore, scoreRun } from '../score-run.ts'

/** A folder with PNG files in it and no run record is a folder of masks; everything else has to be a run. */
export async function scoreCommand(output: Output, path: string, truth: string, json: boolean): Promise<ExitCode> {
  const score = isMaskFolder(resolve(path)) ? scoreMaskFolder(path, truth) : await withRun(path, (run) => scoreRun(run, truth))
  if (json) output.printJson(score)
  else output.print(score.type === 'masks' ? textOfMasks(score) : textOfRun(score))
  return exitCodes.done
}

export function isMaskFolder(folder: string): boolean {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory() || isRunFolder(folder)) return false
  return readdirSync(folder).some((name) => name.endsWith('.png'))
}

const digits = (value: number) => value.toFixed(4)

function textOfMasks({ J, F, JF, frames, found, objects, unknownIds }: MasksScore): string {
  const rows = objects.map((object) => [`object ${object.id}`, digits(object.J), digits(object.F), digits(object.JF)])
  const table = tableText([['', 'J', 'F', 'J&F'], ...rows, ['all', digits(J), digits(F), digits(JF)]])
  const unknown = unknownIds.length > 0 ? `\nNot in the truth: objects ${unknownIds.join(', ')}.` : ''
  return `${table}\n${frames} frames of truth, ${found} masks; first and last frame do not count.${unknown}`
}

function textOfRun(score: RunScore): string {
  const rows = score.objects.flatMap((object) => [
    [`object ${object.id}`, 'best candidate', digits(object.candidate), `${object.frames.length} frames`],
    ['', 'best kept candidate', digits(object.kept), ''],
    ...object.levels.flatMap(({ level, best, greedy, trackCount }) => [
      ['', `level ${level}: best track`, best ? digits(best.J) : '-', best ? `${labelOfId(best.id)} of ${trackCount}` : 'no tracks'],
      ['', `level ${level}: tracks joined`, greedy ? digits(greedy.J) : '-', greedy ? greedy.ids.map(labelOfId).join(' ') : ''],
    ]),
  ])
  return `${tableText([['', 'overlap with the truth', 'mean J', ''], ...rows])}\nCandidates a frame: ${score.candidatesMean.toFixed(1)}, at most ${score.candidatesMost}.`
}
