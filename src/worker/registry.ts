// From a stage's id to the module that does its work.
import type { StageId } from '#core/pipeline/pipeline'
import type { Stage } from './stage.ts'
import { filter } from './stages/filter.ts'
import { report } from './stages/report.ts'
import { ssam } from './stages/ssam.ts'
import { tracker } from './stages/tracker.ts'

export function stageById(id: StageId): Stage {
  const stages: Readonly<Record<StageId, Stage>> = { ssam, filter, tracker, report }
  return stages[id]
}
