// `run` and `demo`: start a run, tell it to its end.
import { withEngine } from '../engine-session.ts'
import type { ExitCode, Output } from '../output.ts'
import { followNewRun } from '../run-follower.ts'
import { configFromSettings, type RunSettings } from '../run-settings.ts'

/** Throws USAGE or CONFIG_INVALID before anything is started. */
export function runCommand(output: Output, settings: RunSettings, json: boolean): Promise<ExitCode> {
  const config = configFromSettings(settings)
  return withEngine({ output, defaultOutput: config.output }, (engine, signal) =>
    followNewRun(engine, ({ call }) => call.runs.start(config), { output, json, signal }),
  )
}

export function demoCommand(output: Output, out: string | undefined, json: boolean): Promise<ExitCode> {
  return withEngine({ output, defaultOutput: out }, (engine, signal) =>
    followNewRun(engine, ({ call }) => call.runs.startDemo(), { output, json, signal }),
  )
}
