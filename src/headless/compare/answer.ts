// Opens what the command line names as answers: runs, ours or of My3DIS, and folders of annotated masks.
import { resolve } from 'node:path'
import type { MaskStage } from '#core/run/run-reader'
import { annotationsOf, type Answer, runAnswer } from '#engine/engine'
import { isMaskFolder } from '../commands/score.ts'
import { withReader } from '../run-reader.ts'

/** Opens all, gives them to `use`, and closes them whatever happens. `stages`: one for each path. */
export function withAnswers<T>(
  paths: readonly string[],
  stages: readonly MaskStage[],
  use: (answers: readonly Answer[]) => Promise<T>,
  opened: readonly Answer[] = [],
): Promise<T> {
  const [path, ...others] = paths
  const [stage, ...otherStages] = stages
  if (path === undefined || stage === undefined) return use(opened)
  const next = (answer: Answer) => withAnswers(others, otherStages, use, [...opened, answer])
  if (isMaskFolder(resolve(path))) return next(annotationsOf(path))
  return withReader(path, async (run) => next(await runAnswer(run, stage)))
}
