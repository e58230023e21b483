// Carries out one stretch of a run, stage after stage, until it ends or rests, and leaves a folder that can be read and gone on with.
import { Fault, noteFromError } from '#core/base/fault'
import { stagesOf } from '#core/pipeline/pipeline'
import { fallbackParams, lineOfResolution } from '#core/model/resolve'
import { openRunArchive, type RunArchive } from '../archive/run-archive.ts'
import type { StageRecord } from '../archive/run-files.ts'
import type { LiveRun } from './live-run.ts'
import { endMarked } from '../monitor/marked-processes.ts'
import { performStage } from './perform-stage.ts'
import { type PlannedStage, tellable } from './plan-stages.ts'
import { reuseStage } from './reuse-stage.ts'
import type { ArchiveSeat, RunnerTools, StretchEnd } from './runner-tools.ts'

/** Resolves when the stretch is over, its archive is closed, and its worker is gone. Never rejects: failure is an event. */
export async function carryOut(run: LiveRun, tools: RunnerTools): Promise<void> {
  run.tell({ type: 'runStarted', device: run.record.config.device, gpu: tools.gpu.describe() })
  const clock = startClock(run)
  const stageIds = stagesOf(run.record.config).map((stage) => stage.id)
  let archive: RunArchive | undefined
  let end: StretchEnd
  try {
    // When engine and worker were killed together, programs that a command had started may still be there.
    if (run.record.continued > 0) for (const { id } of run.record.config.commands) await endMarked(`${run.id}/${id}`)
    archive = await openRunArchive(tools.disk, run.folder, stageIds)
    tools.opened(archive)
    const finishing: Promise<void>[] = []
    const seat: ArchiveSeat = {
      get archive() {
        return archive!
      },
      finishing,
      reopen: async () => {
        // A stage whose record is not there yet would look unfinished, and what came after it would be cut off.
        await Promise.all(finishing)
        await archive?.close()
        archive = await openRunArchive(tools.disk, run.folder, stageIds)
        tools.opened(archive)
        return archive
      },
    }
    end = await carryStages(run, tools, seat)
  } catch (error) {
    end = failure(run, error)
  }
  clock.stop()
  await tools.pool.retire(run.id)
  await archive?.close().catch((error: unknown) => {
    end = failure(run, error)
  })
  tellEnd(run, end)
  await run.settled()
  if (run.journalFault === undefined || run.record.state === 'failed') return
  // The end itself could not be recorded: whoever opens the folder later would see a run that goes.
  tellEnd(run, end)
  await run.settled()
}

async function carryStages(run: LiveRun, tools: RunnerTools, seat: ArchiveSeat): Promise<StretchEnd> {
  const { archive } = seat
  tellCut(run, archive)
  const planned = await tools.plan(archive)
  run.tell({ type: 'runPlanned', stages: planned.map(tellable) })
  for (const plan of planned)
    for (const { folder, reason } of plan.refused) run.warn('REUSE_REFUSED', { stage: plan.stage, folder, reason }, plan.stage)
  for (const plan of planned) tellModel(run, plan)
  let result: StretchEnd = { state: 'succeeded' }
  for (const plan of planned) {
    if (run.orders.noMoreStages) {
      result = { state: 'stopped' }
      break
    }
    const kept = seat.archive.finished.get(plan.stage)
    if (kept) {
      tellKept(run, kept)
      continue
    }
    if (plan.reuse && (await reuseStage(run, plan, tools, seat.archive))) continue
    const outcome = await performStage(run, plan, tools, seat)
    if (outcome.state !== 'finished') {
      result = outcome
      break
    }
    seat.finishing.push(
      outcome.record.then(async (record) => {
        if (record.tar) await tools.hashes.note(`${run.folder}/${record.tar.file}`, record.tar.sha256)
        tools.index.note({ runId: run.id, folder: run.folder, name: run.record.name, scenePath: run.record.config.scene }, record)
      }),
    )
    seat.finishing.at(-1)!.catch(() => run.orders.give('fault'))
  }
  await Promise.all(seat.finishing)
  return result
}

/** The plan holds the record; the log gets one line, and the run a warning when another model runs than the chosen one. */
function tellModel(run: LiveRun, { stage, model, action }: PlannedStage): void {
  if (!model || action === 'keep') return
  run.log('info', lineOfResolution(model), stage)
  const params = fallbackParams(model)
  const isTold = run.record.warnings.some((warning) => warning.code === 'MODEL_FALLBACK' && warning.stage === stage)
  if (params && !isTold) run.warn('MODEL_FALLBACK', params, stage)
}

/** Work that the run was told of and that is not there any more. A stage that was asked to begin anew has none in its record. */
function tellCut(run: LiveRun, { finished, point, doubted }: RunArchive): void {
  const next = stagesOf(run.record.config).find(({ id }) => !finished.has(id))
  const told = run.record.stages.find(({ id }) => id === next?.id)
  if (!next || !told) return
  const wasFinished = told.state === 'succeeded' || told.state === 'reused'
  // Stages that count parts never commit: a rest begins them anew, and nothing is wrong.
  const wasCommitted = point !== undefined || (told.done > 0 && next.unit !== 'parts')
  if (!(doubted > 0 && wasCommitted) && !(wasFinished && point === undefined)) return
  run.warn('COMMITS_CUT', { stage: next.id, found: doubted, position: point?.position ?? 0, unit: next.unit }, next.id)
}

/** A crash between a stage's record and its event in the journal: the record counts. */
function tellKept(run: LiveRun, record: StageRecord): void {
  const stage = run.record.stages.find(({ id }) => id === record.stage)
  if (!stage || stage.state === 'succeeded' || stage.state === 'reused') return
  if (record.from)
    run.tell({ type: 'stageReused', stage: record.stage, from: record.from, backend: record.backend, counts: record.counts, durationMs: 0 })
  else run.tell({ type: 'stageFinished', stage: record.stage, state: 'succeeded', durationMs: record.durationMs, counts: record.counts })
}

function failure(run: LiveRun, error: unknown): StretchEnd {
  run.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error))
  const note = noteFromError(error)
  return { state: 'failed', fault: new Fault(note.code, note.params, error) }
}

function tellEnd(run: LiveRun, end: StretchEnd): void {
  const { reason } = run.orders
  if (run.journalFault !== undefined) {
    const why = noteFromError(run.journalFault)
    const fault =
      run.journalFault instanceof Error && 'code' in run.journalFault && run.journalFault.code === 'ENOSPC'
        ? new Fault('DISK_FULL', { path: run.folder })
        : new Fault('FOLDER_NOT_WRITABLE', { path: run.folder, reason: String(why.params.reason ?? why.code) })
    run.tell({ type: 'runFinished', state: 'failed', fault: { code: fault.code, params: { ...fault.params } } })
  } else if (end.state === 'stopped' && (reason === 'pause' || reason === 'closing')) run.tell({ type: 'runPaused' })
  else if (end.state === 'stopped' && reason === 'timeout') {
    const stage = run.record.stages.find((one) => one.state !== 'succeeded' && one.state !== 'reused')?.id ?? 'report'
    const params = { minutes: run.record.config.limits.timeoutMinutes, stage }
    run.tell({ type: 'runFinished', state: 'failed', fault: { code: 'RUN_OUT_OF_TIME', params } })
  } else if (end.state === 'failed')
    run.tell({ type: 'runFinished', state: 'failed', fault: { code: end.fault.code, params: { ...end.fault.params } } })
  else run.tell({ type: 'runFinished', state: end.state === 'stopped' ? 'cancelled' : 'succeeded' })
}

/** The working time of this stretch: pauses and earlier stretches do not count. */
function startClock(run: LiveRun): { stop(): void } {
  const { timeoutMinutes } = run.record.config.limits
  if (timeoutMinutes === 0) return { stop: () => {} }
  const { orders } = run
  // Longer than a timer can be set for (24 days) is no limit that anyone waits for.
  const timer = setTimeout(() => orders.give('timeout'), Math.min(timeoutMinutes * 60_000, 2 ** 31 - 1))
  return { stop: () => clearTimeout(timer) }
}
