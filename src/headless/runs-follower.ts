// Starts the runs of several scenes and tells them all to their ends, each line with its scene; Ctrl+C cancels them all in order.
import { faultFromCall } from '#api/client'
import { Fault, isFaultCode, noteFromFault } from '#core/base/fault'
import type { EngineProcess } from './engine-process.ts'
import { type ExitCode, exitCodes, type Output, tellError } from './output.ts'
import { createProgressLine } from './progress-line.ts'
import { follow, type FollowOptions, type Started, untilClosed } from './run-follower.ts'
import type { RunRequest } from './run-settings.ts'

/** A scene and its run, or why there is none. */
type SceneRun = { readonly scene: string; readonly started?: Started; readonly fault?: Fault }

/** 0 when all succeeded, 130 when the person cancelled, else 1. A scene that cannot start is told and stops no other. */
export async function followRuns(
  engine: EngineProcess,
  requests: readonly RunRequest[],
  parallel: number,
  options: FollowOptions,
): Promise<ExitCode> {
  let runs: readonly SceneRun[]
  try {
    runs = await startRuns(engine, requests, parallel)
  } catch (error) {
    tellError(options.output, faultFromCall(error))
    if (options.json) options.output.printJson({ type: 'runFinished', state: 'failed', fault: noteFromFault(faultFromCall(error)) })
    return exitCodes.failed
  }
  const codes = await Promise.all(runs.map((run) => followOne(engine, run, options)))
  const done = codes.filter((code) => code === exitCodes.done).length
  options.output.tell(`${done} of ${codes.length} scenes succeeded.`)
  if (done === codes.length) return exitCodes.done
  return options.signal.aborted ? exitCodes.cancelled : exitCodes.failed
}

async function startRuns(engine: EngineProcess, requests: readonly RunRequest[], parallel: number): Promise<SceneRun[]> {
  const client = engine.connect()
  try {
    return await untilClosed(client, async () => {
      await client.call.queue.setParallel({ parallel })
      const answers = await client.call.runs.startAll({ runs: [...requests] })
      const folders = new Map((await client.call.runs.list()).map(({ id, folder }) => [id, folder]))
      return answers.map(({ scene, runId, fault }): SceneRun => {
        const folder = runId === undefined ? undefined : folders.get(runId)
        if (runId !== undefined && folder !== undefined) return { scene, started: { runId, folder } }
        if (fault && isFaultCode(fault.code)) return { scene, fault: new Fault(fault.code, fault.params) }
        return { scene, fault: new Fault('UNEXPECTED', { reason: fault?.code ?? `the run ${runId} was started, but is not in the list` }) }
      })
    })
  } finally {
    client.close()
  }
}

async function followOne(engine: EngineProcess, { scene, started, fault }: SceneRun, options: FollowOptions): Promise<ExitCode> {
  const output = prefixed(options.output, nameOf(scene))
  const mark = { runId: started?.runId, scene }
  try {
    if (fault) throw fault
    if (!started) throw new Fault('UNEXPECTED', { reason: 'the run was not started' })
    const progress = createProgressLine(output, () => undefined)
    return await follow(engine, started, { ...options, output }, progress, { runId: started.runId })
  } catch (error) {
    const what = faultFromCall(error)
    tellError(output, what)
    if (options.json)
      output.printJson({ type: 'runFinished', state: 'failed', ...mark, runDir: started?.folder, fault: noteFromFault(what) })
    return exitCodes.failed
  }
}

/** One redrawn line cannot show several runs: lines are plain, and each begins with its scene. */
function prefixed(output: Output, scene: string): Output {
  const tell = (text: string) => {
    for (const line of text.split('\n')) output.tell(`${scene}: ${line}`)
  }
  return { ...output, isTerminal: false, tell }
}

const nameOf = (scene: string) => scene.split(/[\\/]/).findLast((part) => part !== '') ?? scene
