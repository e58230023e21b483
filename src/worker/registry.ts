// From a stage's id to the module that does its work.
import type { StageId } from '#core/pipeline/pipeline'
import type { Stage } from './stage.ts'
import { filter } from './stages/filter.ts'
import { report } from './stages/report.ts'
import { ssam } from './stages/ssam.ts'
import { tracker } from './stages/tracker.ts'

const stages: Readonly<Record<StageId, Stage>> = { ssam, filter, tracker, report }

export function stageById(id: string): Stage {
  const stage = Object.hasOwn(stages, id) ? stages[id as StageId] : undefined
  if (!stage) throw new RangeError(`no stage is called ${id}`)
  return stage
}
