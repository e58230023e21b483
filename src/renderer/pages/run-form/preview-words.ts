// How many pictures the report will have, in words, from what the form holds now.
import { formatCount } from '#core/base/format'
import { previewCount, previewTargets } from '#core/pipeline/preview-sampling'
import { RunConfig } from '#core/run/run-config'
import { type FormValue, valueAt } from './form-value.ts'

const Settings = RunConfig.pick({ levels: true, stages: true })

/** undefined while a setting that decides it is wrong. `frameCount` = selected frames; undefined while the scene is not known. */
export function previewWords(value: FormValue, frameCount: number | undefined): string | undefined {
  const parsed = Settings.safeParse({ levels: valueAt(value, 'levels'), stages: valueAt(value, 'stages') })
  if (!parsed.success) return undefined
  const { levels, stages } = parsed.data
  if (stages.report.pictures === 0) return 'No pictures.'
  if (frameCount === undefined)
    return `At most ${formatCount(stages.report.pictures * levels.length)} pictures; choose frames to see how many.`
  const { positions, leftOut } = previewTargets(parsed.data, frameCount)
  const chosen = `${formatCount(positions.length)} of ${formatCount(positions.length + leftOut)} frames with candidates`
  return `About ${formatCount(previewCount(parsed.data, frameCount))} pictures: ${chosen}, once for each of ${levels.length} ${levels.length === 1 ? 'level' : 'levels'}.`
}
