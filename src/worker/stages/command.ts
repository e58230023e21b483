// A foreign program as a stage: its lines become progress, its files artifacts.
import { dirname } from 'node:path'
import { Fault } from '#core/base/fault'
import type { CommandDeclaration } from '#core/pipeline/command-stage'
import { runCommand } from '../command/run-command.ts'
import type { VersionCache } from '../command/tool.ts'
import type { Stage } from '../stage.ts'

/** A program tells its progress as a part of the whole; a stage counts units. */
const progressUnits = 1000

/** `versions` is kept by the worker, so that a program is not asked for its version before each stage. */
export function commandStage(declaration: CommandDeclaration, versions: VersionCache): Stage {
  return async (context) => {
    const { assignment, signal } = context
    const [first] = assignment.frames
    if (!first) throw new RangeError('the stage was given no frames')
    context.begin(progressUnits)
    const outcome = await runCommand(declaration, {
      mark: assignment.id,
      runFolder: assignment.folder,
      framesFolder: dirname(first.file),
      device: assignment.device,
      config: assignment.config,
      env: process.env,
      signal,
      versions,
      started: ({ pid }) => context.spawned(pid, assignment.id),
      progress: (fraction) => context.progress(Math.round(fraction * progressUnits)),
      log: context.log,
      warn: context.warn,
      addFile: context.addFile,
    })
    if (outcome.state === 'cancelled') throw new Fault('CANCELLED')
    if (outcome.state === 'failed') throw outcome.fault
    return outcome.counts
  }
}
