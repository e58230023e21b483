// `resume`: a run that was paused, interrupted, cancelled or failed goes on after its last committed frame.
import { withEngine } from '../engine-session.ts'
import type { ExitCode, Output } from '../output.ts'
import { followRun } from '../run-follower.ts'
import { runFolderOf } from '../run-folders.ts'

/** With `from` that stage and those after it begin anew. Throws RUN_FOLDER_EXPECTED, RUN_IN_USE, STAGE_UNKNOWN. */
export function resumeCommand(output: Output, path: string, from: string | undefined, json: boolean): Promise<ExitCode> {
  const folder = runFolderOf(path)
  return withEngine({ output }, (engine, signal) =>
    followRun(
      engine,
      async ({ call }) => {
        const { runId } = await call.runs.open({ path: folder })
        await (from === undefined ? call.runs.continue({ runId }) : call.runs.retry({ runId, stage: from }))
        return { runId }
      },
      { output, json, signal },
    ),
  )
}
