// `run` and `demo`: start a run, tell it to its end; or only tell what would become of it.
import { withEngine } from '../engine-session.ts'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { planText } from '../plan-text.ts'
import { followRun } from '../run-follower.ts'
import { configFromSettings, type RunSettings } from '../run-settings.ts'

export type RunActs = {
  readonly json: boolean
  /** Only tells what would be done. */
  readonly dryRun: boolean
  /** From this stage on nothing is taken over from earlier runs. */
  readonly rerunFrom: string | undefined
}

/** Throws USAGE or CONFIG_INVALID before anything is started. A dry run with conflicts that would stop the run ends with 1. */
export function runCommand(output: Output, settings: RunSettings, { json, dryRun, rerunFrom }: RunActs): Promise<ExitCode> {
  const config = configFromSettings(settings)
  return withEngine({ output, defaultOutput: config.output }, async (engine, signal) => {
    if (!dryRun) return followRun(engine, ({ call }) => call.runs.start({ ...config, rerunFrom }), { output, json, signal })
    const client = engine.connect()
    try {
      const plan = await client.call.runs.plan({ ...config, rerunFrom }, { signal })
      if (json) output.printJson({ configuration: config, plan })
      else output.print(planText(plan))
      return plan.conflicts.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done
    } finally {
      client.close()
    }
  })
}

export function demoCommand(output: Output, out: string | undefined, json: boolean): Promise<ExitCode> {
  return withEngine({ output, defaultOutput: out }, (engine, signal) =>
    followRun(engine, ({ call }) => call.runs.startDemo(), { output, json, signal }),
  )
}
