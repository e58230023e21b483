// One stage of one run: waits for its lease, has a worker do it, writes what it finds, and tries again where that may help.
import { join } from 'node:path'
import type { Assignment } from '#api/worker-api'
import { isDegradedCode } from '#core/base/degraded-table'
import { Fault, noteFromError } from '#core/base/fault'
import type { RunResources } from '#core/run/resource-report'
import { stageOf } from '#core/pipeline/pipeline'
import type { RunArchive } from '../archive/run-archive.ts'
import type { StageRecord } from '../archive/run-files.ts'
import type { StageWriter } from '../archive/stage-writer.ts'
import { endMarked } from '../monitor/marked-processes.ts'
import { startSampler } from '../monitor/sampler.ts'
import type { HeldLease } from './dispatcher.ts'
import type { LiveRun } from './live-run.ts'
import type { PlannedStage } from './plan-stages.ts'
import type { ArchiveSeat, RunnerTools, StageEnd } from './runner-tools.ts'
import type { StageOutcome, Worker } from './worker-pool.ts'

export async function performStage(run: LiveRun, plan: PlannedStage, tools: RunnerTools, seat: ArchiveSeat): Promise<StageEnd> {
  const { attempts } = run.record.config.limits
  let reached = seat.archive.point?.stage === plan.stage ? seat.archive.point.position : 0
  let tries = 0
  let aloneTried = false
  let alone = false
  for (let attempt = 1; ; attempt += 1) {
    tries += 1
    const mark = tools.memory.mark()
    const outcome = await attemptStage(run, plan, tools, seat, attempt, alone)
    if (outcome.state === 'finished') return outcome
    if (outcome.state === 'cancelled') return { state: 'stopped' }
    if (run.orders.noMoreStages) return run.orders.reason === 'fault' ? { state: 'failed', fault: outcome.fault } : { state: 'stopped' }
    if (outcome.lost === undefined) return { state: 'failed', fault: outcome.fault }
    const evidence = await tools.memory.judge(mark, outcome.lost)
    const archive = await seat.reopen()
    const position = archive.point?.stage === plan.stage ? archive.point.position : 0
    // A try that got further is no repetition of the last one.
    if (position > reached) tries = 1
    reached = position
    if (evidence !== undefined && aloneTried)
      return { state: 'failed', fault: new Fault('STAGE_OUT_OF_MEMORY', { stage: plan.stage, evidence }) }
    if (evidence === undefined && tries >= attempts) return { state: 'failed', fault: outcome.fault }
    alone = evidence !== undefined
    aloneTried ||= alone
    const unit = stageOf(run.record.config, plan.stage)?.unit ?? 'frames'
    if (evidence !== undefined) run.warn('STAGE_OUT_OF_MEMORY', { stage: plan.stage, evidence }, plan.stage)
    else run.warn('STAGE_TRIED_AGAIN', { stage: plan.stage, reason: outcome.lost, attempt: attempt + 1, position, unit }, plan.stage)
    run.tell({
      type: 'stageRetried',
      stage: plan.stage,
      attempt: attempt + 1,
      alone,
      fault: { code: outcome.fault.code, params: { ...outcome.fault.params } },
    })
  }
}

type AttemptEnd = Exclude<StageOutcome, { state: 'succeeded' }> | { readonly state: 'finished'; readonly record: Promise<StageRecord> }

async function attemptStage(
  run: LiveRun,
  plan: PlannedStage,
  tools: RunnerTools,
  seat: ArchiveSeat,
  attempt: number,
  alone: boolean,
): Promise<AttemptEnd> {
  const { orders } = run
  if (orders.stop.aborted || orders.afterFrame.aborted) return { state: 'cancelled' }
  const wish = { runId: run.id, stage: plan.stage, device: plan.device, memoryBytes: tools.expectedMemory(plan.stage), cores: 1, alone }
  let lease: HeldLease
  try {
    lease = await tools.dispatcher.acquire(wish, anyOf(orders.stop, orders.afterFrame), (reason) => {
      run.tell({ type: 'stageWaited', stage: plan.stage, reason })
      // A worker that waits holds memory which another run may be waiting for.
      void tools.pool.retire(run.id)
    })
  } catch (error) {
    if (error instanceof Fault && error.code === 'CANCELLED') return { state: 'cancelled' }
    throw error
  }
  try {
    const worker = await tools.pool.lease(run.id, plan.device, plan.model?.model)
    if (worker.pid !== undefined) lease.worksIn(worker.pid)
    if (worker.fallback !== undefined && !run.record.warnings.some(({ code }) => code === 'WORKER_IN_PLAIN_NODE'))
      run.warn('WORKER_IN_PLAIN_NODE', { reason: worker.fallback }, plan.stage)
    const writer = await seat.archive.begin(plan.stage, plan.fingerprint)
    return await workOn({ run, plan, tools, archive: seat.archive, attempt, lease, worker, writer })
  } finally {
    lease.release()
  }
}

type Work = {
  readonly run: LiveRun
  readonly plan: PlannedStage
  readonly tools: RunnerTools
  readonly archive: RunArchive
  readonly attempt: number
  readonly lease: HeldLease
  readonly worker: Worker
  readonly writer: StageWriter
}

async function workOn(work: Work): Promise<AttemptEnd> {
  const { run, plan, tools, archive, attempt, lease, worker, writer } = work
  const stage = stageOf(run.record.config, plan.stage)!
  const alreadyDone = writer.resume?.position ?? 0
  const startedAt = performance.now()
  const seen = {
    frameIndex: undefined as number | undefined,
    backend: undefined as string | undefined,
    units: 0,
    bytes: 0,
    peak: 0,
    mark: undefined as string | undefined,
  }
  const started = {
    stage: stage.id,
    unit: stage.unit,
    generation: worker.generation,
    attempt,
    alreadyDone,
    lease: { device: lease.device, memoryBytes: lease.memoryBytes, cores: lease.cores },
  }
  // Told before the worker answers, so that a worker lost while it loads a model leaves a stage that failed, not one that never was.
  run.tell({ type: 'stageStarted', total: 0, ...started })
  const sampler = startSampler({
    stage: stage.id,
    workerPid: worker.pid,
    gpu: tools.gpu,
    frameIndex: () => seen.frameIndex,
    take: (sample) => {
      seen.peak = Math.max(seen.peak, sample.workerMemoryBytes)
      run.tell({ type: 'sampleTaken', stage: stage.id, sample })
    },
    failed: (reason) => run.warn('RESOURCES_UNREADABLE', { stage: stage.id, reason }, stage.id),
  })
  const outcome = await worker
    .perform(
      assignmentFor(run, plan, archive, writer, plan.stage === 'report' ? await tools.previous() : undefined),
      {
        began: ({ total, backend, backendReason }) => {
          seen.backend = backend
          run.tell({ type: 'stageStarted', total, backend, backendReason, ...started })
        },
        progressed: (done, total, at) => {
          seen.frameIndex = at ?? seen.frameIndex
          run.tell({ type: 'stageProgressed', stage: stage.id, done, total, frameIndex: at })
        },
        artifact: async ({ name, kind, level, frameIndex: at, mediaType, place, counts, bytes }) => {
          const artifact = { name, stage: stage.id, kind, level, frameIndex: at, mediaType, counts, bytes }
          await (place === 'archive' ? writer.append(artifact) : writer.addFile(artifact))
          seen.bytes += bytes.length
          run.tell({ type: 'artifactWritten', stage: stage.id, name, kind, level, frameIndex: at, counts })
        },
        file: async ({ name, kind, mediaType, sizeBytes, sha256 }) => {
          await writer.addWritten({ name, stage: stage.id, kind, mediaType, sizeBytes, sha256 })
          seen.bytes += sizeBytes
          run.tell({ type: 'artifactWritten', stage: stage.id, name, kind })
        },
        commit: ({ position, counts, state }) => writer.commit({ position, counts, state }),
        spawned: (pid, mark) => {
          seen.mark = mark
          run.log('info', `process ${pid} was started`, stage.id)
        },
        logged: (severity, text) => run.log(severity, text, stage.id),
        warned: (code, params) =>
          isDegradedCode(code) ? run.warn(code, params, stage.id) : run.log('warning', `${code} ${JSON.stringify(params)}`, stage.id),
      },
      { stop: run.orders.stop, afterFrame: run.orders.afterFrame },
    )
    .finally(() => sampler.stop())
  const durationMs = performance.now() - startedAt
  if (outcome.state === 'succeeded') {
    const record = writer.finish({ keys: plan.keys, counts: outcome.counts, backend: seen.backend, durationMs })
    run.tell({ type: 'stageFinished', stage: stage.id, state: 'succeeded', durationMs, counts: { ...outcome.counts } })
    if (alreadyDone === 0)
      tools.noteUse({ stage: stage.id, device: plan.device, memoryBytes: seen.peak, durationMs, diskBytes: seen.bytes })
    return { state: 'finished', record }
  }
  await writer.close()
  // A worker that was ended could not end the programs it had started.
  if (seen.mark !== undefined) {
    const ended = await endMarked(seen.mark)
    if (ended > 0) run.log('warning', `${ended} processes that the stage had started were ended`, stage.id)
  }
  tellUnfinished(run, stage.id, outcome, durationMs)
  return outcome
}

function tellUnfinished(run: LiveRun, stage: string, outcome: Exclude<StageOutcome, { state: 'succeeded' }>, durationMs: number): void {
  if (outcome.state === 'failed') {
    run.log('error', outcome.stack ?? outcome.fault.message, stage)
    const note = noteFromError(outcome.fault)
    run.tell({
      type: 'stageFinished',
      stage,
      state: 'failed',
      durationMs,
      counts: {},
      fault: { code: note.code, params: { ...note.params } },
    })
    return
  }
  const rests = run.orders.reason === 'pause' || run.orders.reason === 'closing' || run.orders.reason === 'timeout'
  run.tell({ type: 'stageFinished', stage, state: rests ? 'paused' : 'cancelled', durationMs, counts: {} })
}

function assignmentFor(
  run: LiveRun,
  plan: PlannedStage,
  archive: RunArchive,
  writer: StageWriter,
  previous: RunResources | undefined,
): Assignment {
  const { record } = run
  const needs = stageOf(record.config, plan.stage)?.needs ?? []
  return {
    id: `${record.id}/${plan.stage}`,
    stage: plan.stage,
    config: record.config,
    frames: record.frameIndices.map((frameIndex, position) => ({
      frameIndex,
      name: record.frameNames[position]!,
      file: join(record.scene.framesPath, record.frameNames[position]!),
    })),
    width: record.scene.width,
    height: record.scene.height,
    folder: run.folder,
    device: plan.device,
    model: plan.model,
    artifacts: [...archive.entries.values()].filter((entry) => needs.some((needed) => needed === entry.stage)),
    resume: writer.resume && {
      position: writer.resume.position,
      counts: { ...writer.resume.counts },
      state: writer.resume.state && new Uint8Array(writer.resume.state),
    },
    record: plan.stage === 'report' ? record : undefined,
    previous,
  }
}

function anyOf(...signals: readonly AbortSignal[]): AbortSignal {
  return AbortSignal.any([...signals])
}
