// From a stage's id to the module that does its work.
import type { Assignment } from '#api/worker-api'
import type { Stage } from './stage.ts'
import type { VersionCache } from './command/tool.ts'
import { commandStage } from './stages/command.ts'
import { filter } from './stages/filter.ts'
import { report } from './stages/report.ts'
import { ssam } from './stages/ssam.ts'
import { tracker } from './stages/tracker.ts'

const stages: Readonly<Record<string, Stage>> = { ssam, filter, tracker, report }

/** A stage of the pipeline, or a command of the run's settings. Throws RangeError for one that is neither. */
export function stageFor({ stage: id, config }: Assignment, versions: VersionCache): Stage {
  const known = Object.hasOwn(stages, id) ? stages[id] : undefined
  if (known) return known
  const command = config.commands.find((declaration) => declaration.id === id)
  if (!command) throw new RangeError(`no stage is called ${id}`)
  return commandStage(command, versions)
}
