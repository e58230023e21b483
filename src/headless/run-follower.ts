// Starts a run, or lets one go on, and tells it to its end: events to stdout as JSON, or progress for people; Ctrl+C cancels it in order.
import { type EngineClient, faultFromCall } from '#api/client'
import type { Fault } from '#core/base/fault'
import { isFaultCode, noteFromFault, sentenceOfFault } from '#core/base/fault'
import { formatCount, formatDuration } from '#core/base/format'
import { foldRun, type RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import type { EngineProcess } from './engine-process.ts'
import { type ExitCode, exitCodeOfError, exitCodes, type Output, tellError } from './output.ts'
import { createProgressLine, type ProgressLine } from './progress-line.ts'

export type FollowOptions = { readonly output: Output; readonly json: boolean; readonly signal: AbortSignal }
export type Started = { readonly runId: string; readonly folder: string }

/** A lost engine is asked again this often before the run is given up. */
const reconnect = { attempts: 20, everyMs: 250 } as const
/** Losing the engine again and again is no accident. */
const continuedAtMost = 5

export async function followRun(
  engine: EngineProcess,
  start: (client: EngineClient) => Promise<{ readonly runId: string }>,
  { output, json, signal }: FollowOptions,
): Promise<ExitCode> {
  const progress = createProgressLine(output, (text) => void process.stderr.write(text))
  let started: Started | undefined
  try {
    started = await startRun(engine, start)
    return await follow(engine, started, { output, json, signal }, progress)
  } catch (error) {
    const fault = faultFromCall(error)
    progress.clear()
    tellError(output, fault)
    // The last line is promised in every case, so that a reader of stdout needs no second source.
    if (json) output.printJson({ type: 'runFinished', state: 'failed', runDir: started?.folder, fault: noteFromFault(fault) })
    return exitCodeOfError(fault)
  }
}

async function startRun(engine: EngineProcess, start: (client: EngineClient) => Promise<{ readonly runId: string }>): Promise<Started> {
  const client = engine.connect()
  try {
    return await untilClosed(client, async () => {
      const { runId } = await start(client)
      const summary = (await client.call.runs.list()).find(({ id }) => id === runId)
      if (!summary) throw new Error(`the run ${runId} was started, but is not in the list`)
      return { runId, folder: summary.folder }
    })
  } finally {
    client.close()
  }
}

const isEnd = ({ type }: RunEvent) => type === 'runFinished' || type === 'runPaused'

/** A question whose channel closes is never answered: it rejects with what a cut connection is. */
export async function untilClosed<T>(client: EngineClient, ask: () => Promise<T>): Promise<T> {
  const cut = client.closed.then((): never => {
    throw new Error('the channel to the engine closed')
  })
  return await Promise.race([ask(), cut])
}

/** Tells a run that was started to its end; `mark` goes into every JSON line. Throws when its events end before it does. */
export async function follow(
  engine: EngineProcess,
  run: Started,
  options: FollowOptions,
  progress: ProgressLine,
  mark: Readonly<Record<string, unknown>> = {},
): Promise<ExitCode> {
  const { output, json } = options
  let record: RunRecord | undefined
  for await (const event of eventsOf(engine, run.runId, options.signal)) {
    record = foldRun(record, event)
    if (json) output.printJson({ ...event, ...mark, ...(isEnd(event) ? { runDir: run.folder } : {}) })
    tellEvent(event, progress)
    progress.show(record, event)
    if (!isEnd(event)) continue
    progress.clear()
    tellEnd(output, record, run.folder, json)
    return exitCodeOfState(record.state)
  }
  throw new Error('the events of the run ended before the run did')
}

async function* eventsOf(engine: EngineProcess, runId: string, signal: AbortSignal): AsyncGenerator<RunEvent> {
  let after = 0
  let continued = 0
  for (let attempt = 0; ; attempt += 1) {
    const client = engine.connect()
    const state = { closed: false }
    void client.closed.then(() => {
      state.closed = true
    })
    const cancel = () => void cancelRun(client, runId)
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
    try {
      const stream = await untilClosed(client, () => client.call.runs.events({ runId, after }))
      const batches = stream[Symbol.asyncIterator]()
      for (;;) {
        const batch = await untilClosed(client, () => batches.next())
        if (batch.done) return
        attempt = 0
        const lost = batch.value.at(-1)
        // The engine that carried it is gone, and a new one is there: it goes on where the last commit is.
        if (lost?.type === 'runFinished' && lost.state === 'interrupted' && !signal.aborted && continued < continuedAtMost) {
          continued += 1
          for (const event of batch.value.slice(0, -1)) {
            after = event.seq
            yield event
          }
          await untilClosed(client, () => client.call.runs.continue({ runId }))
          break
        }
        for (const event of batch.value) {
          after = event.seq
          yield event
        }
      }
    } catch (error) {
      if (!state.closed || attempt >= reconnect.attempts) throw error
      await new Promise((resolve) => setTimeout(resolve, reconnect.everyMs))
    } finally {
      signal.removeEventListener('abort', cancel)
      client.close()
    }
  }
}

async function cancelRun(client: EngineClient, runId: string): Promise<void> {
  try {
    await client.call.runs.cancel({ runId })
  } catch (error) {
    const fault: Fault = faultFromCall(error)
    // It ended by itself meanwhile, or the engine went; the events tell which.
    if (fault.code !== 'RUN_NOT_RUNNING' && fault.code !== 'HOST_UNREACHABLE') throw fault
  }
}

function tellEvent(event: RunEvent, progress: ProgressLine): void {
  if (event.type === 'logWritten') progress.say(`[${event.source}] ${event.severity === 'info' ? '' : `${event.severity}: `}${event.text}`)
  if (event.type === 'warningRaised') progress.say(`Warning: ${event.title}. ${event.message} ${event.remedy}`)
  if (event.type === 'runPlanned')
    for (const { stage, action, reason } of event.stages) if (action !== 'run') progress.say(`${stage}: ${action}. ${reason}`)
  if (event.type === 'stageWaited') progress.say(`${event.stage} ${event.reason}`)
  if (event.type === 'stageStarted' && event.backend)
    progress.say(`${event.stage} runs on ${event.backend}${event.backendReason ? ` (${event.backendReason})` : ''}`)
}

function tellEnd(output: Output, record: RunRecord, folder: string, json: boolean): void {
  if (record.fault && isFaultCode(record.fault.code)) {
    const { message, remedy } = sentenceOfFault({ code: record.fault.code, params: record.fault.params })
    output.tell(`${message}\n${remedy} [${record.fault.code}]`)
  }
  const took = record.startedAt && record.endedAt ? ` in ${formatDuration(record.endedAt - record.startedAt)}` : ''
  const tracks = record.stages.find(({ id }) => id === 'tracker')?.counts.tracks
  output.tell(`Run ${record.state}${took}${tracks === undefined ? '' : `, ${formatCount(tracks)} tracks`}.`)
  if (json) return
  output.print(folder)
}

function exitCodeOfState(state: string): ExitCode {
  if (state === 'succeeded') return exitCodes.done
  return state === 'cancelled' ? exitCodes.cancelled : exitCodes.failed
}
