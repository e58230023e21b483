// `run` and `demo`: start one run or one for each scene, tell them to their ends; or only tell what would become of them.
import { type EngineClient, faultFromCall } from '#api/client'
import { noteFromFault } from '#core/base/fault'
import { tellProblems } from '../config/problem-lines.ts'
import type { RunSettings } from '../config/flag-layer.ts'
import { withEngine } from '../engine-session.ts'
import { type ExitCode, exitCodes, type Output, tellError } from '../output.ts'
import { planText } from '../plan-text.ts'
import { followRun } from '../run-follower.ts'
import { type RunRequest, resolveRunSettings } from '../run-settings.ts'
import { followRuns } from '../runs-follower.ts'

export type RunActs = {
  readonly json: boolean
  /** Only tells what would be done. */
  readonly dryRun: boolean
  /** From this stage on nothing is taken over from earlier runs. */
  readonly rerunFrom: string | undefined
}

/**
 * Settings that are wrong end with 2 before anything is started, all of them told; throws USAGE where an option cannot be read.
 * A dry run with conflicts that would stop a run ends with 1.
 */
export async function runCommand(output: Output, settings: RunSettings, { json, dryRun, rerunFrom }: RunActs): Promise<ExitCode> {
  const { requests, parallel, problems } = resolveRunSettings(settings, { cwd: process.cwd(), env: process.env })
  tellProblems(output, problems, 'warning')
  const first = requests[0]
  if (!first) return exitCodes.usage
  const runs = rerunFrom === undefined ? requests : requests.map((request) => ({ ...request, rerunFrom }))
  return withEngine({ output, defaultOutput: first.output }, async (engine, signal) => {
    if (dryRun) {
      const client = engine.connect()
      try {
        return await tellPlans(output, client, runs, { json, signal })
      } finally {
        client.close()
      }
    }
    if (runs.length > 1) return followRuns(engine, runs, parallel, { output, json, signal })
    return followRun(engine, ({ call }) => call.runs.start(runs[0]!), { output, json, signal })
  })
}

/** One plan as it is; several each under its scene, where one that cannot be made stops no other. */
async function tellPlans(
  output: Output,
  client: EngineClient,
  runs: readonly RunRequest[],
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<ExitCode> {
  const told: unknown[] = []
  let isRefused = false
  for (const { origins: _origins, ...request } of runs) {
    const { rerunFrom: _from, ...configuration } = request
    if (runs.length > 1 && !json) output.print(`${told.length === 0 ? '' : '\n'}${request.scene}`)
    try {
      const plan = await client.call.runs.plan(request, { signal })
      told.push({ configuration, plan })
      isRefused ||= plan.conflicts.some(({ severity }) => severity === 'error')
      if (!json) output.print(planText(plan))
    } catch (error) {
      if (runs.length === 1 || signal.aborted) throw error
      const fault = faultFromCall(error)
      told.push({ configuration, fault: noteFromFault(fault) })
      isRefused = true
      tellError(output, fault)
    }
  }
  if (json) output.printJson(runs.length === 1 ? told[0] : told)
  return isRefused ? exitCodes.failed : exitCodes.done
}

export function demoCommand(output: Output, out: string | undefined, json: boolean): Promise<ExitCode> {
  return withEngine({ output, defaultOutput: out }, (engine, signal) =>
    followRun(engine, ({ call }) => call.runs.startDemo(), { output, json, signal }),
  )
}
