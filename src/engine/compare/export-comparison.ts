// A comparison that is written into a folder, as a stream: how far it is, a few times a second, and at last what was written.
import type { AnswerRef, CompareExport } from '#api/api'
import { Fault } from '#core/base/fault'
import type { Files } from '../files.ts'
import type { RunStore } from '../runs/run-store.ts'
import { annotationsOf, type Answer, runAnswer } from './answer.ts'
import { compareAnswers } from './compare-answers.ts'
import { checkReportPlace, writeReport } from './compare-report.ts'
import { writeHardFrames } from './hard-frames-folder.ts'
import { type WorkStep, workStream } from '../work-stream.ts'

export type ComparisonStep = WorkStep<{ readonly out: string; readonly pictures: number; readonly hardFrames: number }>

/** Paths are judged before the stream begins, so that what is forbidden is refused with its code. Whoever stops listening stops the work. */
export async function exportComparison(
  { files, store }: { readonly files: Files; readonly store: RunStore },
  request: CompareExport,
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<ComparisonStep>> {
  const out = checkReportPlace(await files.permit(request.out))
  const truth = request.truth === undefined ? undefined : annotationsOf(await files.permit(request.truth))
  const answers: Answer[] = []
  for (const ref of request.answers) answers.push(await answerOf(files, store, ref))
  return workStream(signal, async (stop, onProgress) => {
    const levels = request.levels.length === 0 ? undefined : request.levels
    const compared = await compareAnswers(answers, truth, {
      levels,
      frames: undefined,
      onlyShared: request.onlyShared,
      onProgress,
      signal: stop,
    })
    if (stop.aborted) throw new Fault('CANCELLED')
    if (request.what === 'hardFrames') return writeHardFrames(out, answers, compared, request.most)
    const { folder, pictures, hardFrames } = await writeReport(out, answers, compared)
    return { out: folder, pictures, hardFrames }
  })
}

async function answerOf(files: Files, store: RunStore, ref: AnswerRef): Promise<Answer> {
  if ('reference' in ref) return annotationsOf(await files.permit(ref.reference))
  return runAnswer(await store.get(ref.runId), ref.stage)
}
