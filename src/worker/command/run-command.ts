// A command stage from its declaration to its outputs in place: checks before, attempts, and an end after which nothing of it runs.
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Fault, reasonOfError } from '#core/base/fault'
import { type CommandDeclaration, fillTemplate, type PlaceholderValues } from '#core/pipeline/command-stage'
import { environmentFor } from './environment.ts'
import { type Failure, failureOf, failureOfError, type Seat } from './failure.ts'
import { checkDevice, type Gpu, readGpus } from './gpu-check.ts'
import type { StageContext } from '../stage.ts'
import { listen } from './listening.ts'
import { endLeftovers } from './leftovers.ts'
import { checkOutputs, checkTarget, hashFile, publishOutputs, syncFolder, type WrittenFile } from './outputs.ts'
import { lacksInput } from './inputs.ts'
import { openProgramLog } from './program-log.ts'
import { runProgram } from './program-run.ts'
import { findTool, probeTool, type Tool, type VersionCache } from './tool.ts'

export type CommandContext = {
  /** Stands in the environment of the program and of all it starts; the same in every attempt at this stage of this run, also after a restart. */
  readonly mark: string
  readonly runFolder: string
  readonly framesFolder: string
  /** `cpu` or `cuda:<index>`, by the driver's index. */
  readonly device: string
  /** The settings of the run, for {config.<path>}. */
  readonly config: unknown
  /** Ours; only what the declaration allows of it is handed on. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly versions: VersionCache
  /** Asks the driver; given in tests. */
  readonly gpus?: () => Promise<readonly Gpu[]>
  /** Each process that is started, also for a version. If we are lost, `endLeftovers(mark)` ends them and what they started. */
  readonly started: (program: { readonly pid: number; readonly startTime: number | undefined }) => void
  /** 0..1, never less than before within an attempt. */
  readonly progress: (fraction: number) => void
  readonly log: (text: string, severity?: 'info' | 'warning' | 'error') => void
  readonly warn: StageContext['warn']
  /** A file that lies in the run folder now. Outputs after all of them are there, where they come from, then the log; the log alone when the stage fails. */
  readonly addFile: (file: WrittenFile) => Promise<void>
  /** Between asking everything to end and ending it, after a cancel. */
  readonly cancelGraceMs?: number
}

export type CommandOutcome =
  | { readonly state: 'succeeded'; readonly counts: Readonly<Record<string, number>>; readonly version: string | undefined }
  | { readonly state: 'failed'; readonly fault: Fault; readonly attempts: number }
  | { readonly state: 'cancelled' }

/** A program that has not tidied up by then gets no more time: the engine ends a worker that does not answer a cancel within 0.8 s. */
const usualCancelGraceMs = 500

/**
 * Does the stage. Its private folder is `.stage-<id>.tmp` in the run folder. Expected failures are outcomes; what is thrown is a bug or a fault of
 * `addFile`. When it resolves, all processes that were started are gone.
 */
export async function runCommand(declaration: CommandDeclaration, context: CommandContext): Promise<CommandOutcome> {
  const work = join(context.runFolder, `.stage-${declaration.id}.tmp`)
  const stage = { declaration, context, work, out: join(work, 'out'), logName: `logs/${declaration.id}.log` }
  try {
    return await withLog(stage, await prepareAndTry(stage))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

type StageSeat = {
  readonly declaration: CommandDeclaration
  readonly context: CommandContext
  readonly work: string
  readonly out: string
  readonly logName: string
}
type Ready = {
  readonly tool: Tool
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

async function prepareAndTry(stage: StageSeat): Promise<CommandOutcome> {
  const { declaration, context } = stage
  let ready: Ready
  try {
    ready = await prepare(stage)
  } catch (error) {
    if (context.signal.aborted) return cancelledBy(error, context)
    const failure = await failureOfError(error, seatOf(stage, 0, []))
    if (!failure) throw error
    return { state: 'failed', fault: failure.fault, attempts: 0 }
  }
  for (let attempt = 1; ; attempt += 1) {
    const end = await tryOnce(stage, ready, attempt)
    if (!('retry' in end)) return end
    if (context.signal.aborted) return { state: 'cancelled' }
    const again = end.retry !== undefined && declaration.retryOn.includes(end.retry) && attempt < declaration.attempts
    if (!again) return { state: 'failed', fault: end.fault, attempts: attempt }
    const backoffMs = declaration.backoffMs * 2 ** (attempt - 1)
    const reason = String(end.fault.params.reason ?? end.fault.message)
    const { id: stageId, attempts } = declaration
    context.warn('PROGRAM_TRIED_AGAIN', { stage: stageId, attempt, attempts, reason, seconds: backoffMs / 1000 })
    await wait(backoffMs, undefined, { signal: context.signal }).catch(() => {})
    if (context.signal.aborted) return { state: 'cancelled' }
  }
}

/** All that can be known to be wrong before the program is started. */
async function prepare({ declaration, context, work, out }: StageSeat): Promise<Ready> {
  if (process.platform === 'win32')
    throw new Fault('TOOL_FAILED', {
      tool: declaration.program.name,
      stage: declaration.id,
      reason: 'on Windows it could not be ended with all it starts',
    })
  const ended = await endLeftovers(context.mark)
  if (ended > 0) context.log(`${ended} processes of an earlier attempt were still running; they were ended.`, 'warning')
  await rm(work, { recursive: true, force: true })
  await checkTarget(declaration.id, context.runFolder)
  const values: PlaceholderValues = {
    frames: context.framesFolder,
    run: context.runFolder,
    out,
    stage: declaration.id,
    // It is shown one GPU, and counts from 0 what it sees.
    device: declaration.device === 'none' ? 'cpu' : 'cuda:0',
    config: context.config,
  }
  const argv = declaration.argv.map((text, i) => fillTemplate(text, values, `${declaration.id}.argv[${i}]`))
  const env = environmentFor(declaration, context.device, context.env, values, context.mark)
  const cwd = fillTemplate(declaration.cwd, values, `${declaration.id}.cwd`)
  const lacking = await lacksInput(declaration, values)
  if (lacking) throw lacking
  await checkDevice(declaration, context.device, context.gpus ?? readGpus)
  const path = await findTool(declaration, env.PATH ?? '')
  await mkdir(out, { recursive: true })
  const { mark, signal, started, versions } = context
  const tool = await probeTool(declaration, path, { env, cwd: work, mark, signal, started, versions })
  if (declaration.program.versionArgv && tool.version === undefined) context.log(`${path} does not say its version.`, 'warning')
  context.log(`${path}${tool.version === undefined ? '' : ` ${tool.version}`} ${argv.map((one) => JSON.stringify(one)).join(' ')}`)
  return { tool, argv, env, cwd }
}

async function tryOnce(stage: StageSeat, ready: Ready, attempt: number): Promise<CommandOutcome | Failure> {
  const { declaration, context, work, out } = stage
  let tail: readonly string[] = []
  try {
    await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    const log = await openProgramLog(join(work, 'log'), context.log)
    const ears = listen(declaration, log, context)
    try {
      if (attempt > 1) await log.write([`--- attempt ${attempt} ---`], [])
      tail = log.tail()
      const { mark, signal, started, cancelGraceMs = usualCancelGraceMs } = context
      const { timeoutMs, graceMs } = declaration
      const order = { file: ready.tool.path, argv: ready.argv, env: ready.env, cwd: ready.cwd, take: ears.take }
      const end = await runProgram({ ...order, mark, signal, started, timeoutMs, graceMs, cancelGraceMs })
      if (end.how === 'cancelled') return { state: 'cancelled' }
      const seat = seatOf(stage, attempt, tail)
      if (end.how !== 'ended' || end.code !== 0) return await failureOf(end, seat)
      if (end.leftBehind > 0)
        context.log(`${declaration.program.name} ended and left ${end.leftBehind} processes running; they were ended.`, 'warning')
      const failed = ears.failed()
      if (failed) {
        const params = { tool: declaration.program.name, stage: declaration.id, attempts: attempt, log: stage.logName }
        return { fault: new Fault('TOOL_FAILED', { ...params, reason: failed, tail: tail.join('\n') }), retry: undefined }
      }
    } finally {
      await log.close()
    }
    return await publish(stage, ready.tool, { attempts: attempt, logLines: log.lines })
  } catch (error) {
    if (context.signal.aborted) return cancelledBy(error, context)
    const failure = await failureOfError(error, seatOf(stage, attempt, tail))
    if (!failure) throw error
    return failure
  }
}

async function publish(
  { declaration, context, work, out }: StageSeat,
  tool: Tool,
  counts: Readonly<Record<string, number>>,
): Promise<CommandOutcome> {
  const files = await checkOutputs(declaration, out, context.signal)
  const made = { program: declaration.program.name, programVersion: tool.version, argv: declaration.argv }
  const origin = await publishOutputs(declaration, { run: context.runFolder, work, out }, files, made)
  for (const file of [...files, origin]) await context.addFile(file)
  context.progress(1)
  const outputBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { state: 'succeeded', counts: { outputFiles: files.length, outputBytes, ...counts }, version: tool.version }
}

async function withLog(stage: StageSeat, outcome: CommandOutcome): Promise<CommandOutcome> {
  try {
    await keepLog(stage, outcome)
    return outcome
  } catch (error) {
    const { signal, log } = stage.context
    if (signal.aborted) return cancelledBy(error, stage.context)
    const failure = await failureOfError(error, seatOf(stage, 1, []))
    if (!failure) throw error
    if (outcome.state !== 'failed')
      return { state: 'failed', fault: failure.fault, attempts: outcome.state === 'succeeded' ? outcome.counts.attempts! : 1 }
    // The first fault is the one that a person has to read.
    log(`The log of the program could not be kept: ${failure.fault.message}`, 'warning')
    return outcome
  }
}

/** Beside the outputs, and in any case: what a program said matters most when it failed. */
async function keepLog({ work, logName, context }: StageSeat, outcome: CommandOutcome): Promise<void> {
  const target = join(context.runFolder, logName)
  if (outcome.state === 'failed' && outcome.attempts === 0) return
  await mkdir(join(context.runFolder, 'logs'), { recursive: true })
  const moved = await rename(join(work, 'log'), target).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      // Cancelled before the program said anything.
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  // After a cancel nobody waits for it as an artifact; it lies there for people.
  if (!moved || outcome.state === 'cancelled') return
  const { sizeBytes, sha256 } = await hashFile(target, context.signal)
  await syncFolder(join(context.runFolder, 'logs'))
  await context.addFile({ name: logName, kind: 'log', mediaType: 'text/plain', sizeBytes, sha256 })
}

/** What goes wrong on the way out of a cancelled stage changes nothing of that, but is not kept quiet: it may be a process that cannot be ended. */
function cancelledBy(error: unknown, { log }: CommandContext): CommandOutcome {
  if (!(error instanceof Fault && error.code === 'CANCELLED')) log(`While the stage was cancelled: ${reasonOfError(error)}`, 'error')
  return { state: 'cancelled' }
}

function seatOf({ declaration, logName, work }: StageSeat, attempt: number, tail: readonly string[]): Seat {
  return { declaration, attempt, tail, log: logName, workFolder: join(work, '..') }
}
