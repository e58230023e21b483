// Carries out one run, stage after stage, and leaves a readable folder whatever happens on the way.
import { join } from 'node:path'
import type { Assignment } from '#api/worker-api'
import { Fault, noteFromError } from '#core/base/fault'
import { my3dis, type StageDeclaration } from '#core/pipeline/pipeline'
import { type ArchiveWriter, archiveFile } from '../archive/archive-writer.ts'
import type { openGrowing } from '../archive/open-archive.ts'
import type { GpuProbe } from '../monitor/gpu-probe.ts'
import { startSampler } from '../monitor/sampler.ts'
import type { LiveRun } from './live-run.ts'
import type { StageOutcome, WorkerPool } from './worker-pool.ts'

export type GrowingArchive = Awaited<ReturnType<typeof openGrowing>>

export type RunnerTools = {
  readonly pool: WorkerPool
  readonly gpu: GpuProbe
  readonly writer: ArchiveWriter
  readonly archive: GrowingArchive
}

/** Resolves when the run has ended, its archive is closed, and its worker is gone. Never rejects: failure is an event. */
export async function carryOut(run: LiveRun, tools: RunnerTools): Promise<void> {
  const { device } = run.record.config
  run.tell({ type: 'runStarted', device, gpu: tools.gpu.describe() })
  let end: { state: 'succeeded' | 'failed' | 'cancelled'; fault?: Fault } = { state: 'succeeded' }
  try {
    for (const stage of my3dis.stages) {
      const outcome = await performStage(run, stage, tools)
      if (outcome.state === 'succeeded') continue
      end = outcome.state === 'failed' ? { state: 'failed', fault: outcome.fault } : { state: 'cancelled' }
      break
    }
  } catch (error) {
    const note = noteFromError(error)
    end = { state: 'failed', fault: new Fault(note.code, note.params, error) }
    run.tell({
      type: 'logWritten',
      source: 'engine',
      severity: 'error',
      text: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
  await tools.pool.retire(device)
  // A run that ended early keeps a whole archive too: what was found before is worth looking at.
  await tools.writer.finish().catch(async (error: unknown) => {
    const note = noteFromError(error)
    if (end.state === 'succeeded') end = { state: 'failed', fault: new Fault(note.code, note.params, error) }
    run.tell({
      type: 'logWritten',
      source: 'engine',
      severity: 'error',
      text: `The archive could not be ended: ${note.params.reason ?? note.code}`,
    })
    await tools.writer.close()
  })
  if (run.journalFault !== undefined)
    end = { state: 'failed', fault: new Fault('FOLDER_NOT_WRITABLE', { path: run.folder, reason: noteFromError(run.journalFault).code }) }
  run.tell({ type: 'runFinished', state: end.state, fault: end.fault && { code: end.fault.code, params: { ...end.fault.params } } })
  await run.close()
}

/** Ends a run that was cancelled before its turn came; the worker of the run before it is not touched. */
export async function endUnstarted(run: LiveRun, tools: RunnerTools): Promise<void> {
  await tools.writer.finish()
  run.tell({ type: 'runFinished', state: 'cancelled' })
  await run.close()
}

async function performStage(run: LiveRun, stage: StageDeclaration, tools: RunnerTools): Promise<StageOutcome> {
  if (run.cancelled.aborted) return { state: 'cancelled' }
  const worker = await tools.pool.lease(run.record.config.device)
  const startedAt = performance.now()
  let frameIndex: number | undefined
  // Told before the worker answers, so that a worker lost while it loads a model leaves a stage that failed, not one that never was.
  run.tell({ type: 'stageStarted', stage: stage.id, total: 0, unit: stage.unit, generation: worker.generation })
  const sampler = startSampler({
    stage: stage.id,
    workerPid: worker.pid,
    gpu: tools.gpu,
    frameIndex: () => frameIndex,
    take: (sample) => run.tell({ type: 'sampleTaken', stage: stage.id, sample }),
    failed: (reason) =>
      run.tell({ type: 'logWritten', source: 'engine', severity: 'warning', text: `Resources of ${stage.id} cannot be read: ${reason}` }),
  })
  const outcome = await worker
    .perform(
      assignmentFor(run, stage, tools),
      {
        began: ({ total, backend, backendReason }) =>
          run.tell({
            type: 'stageStarted',
            stage: stage.id,
            total,
            unit: stage.unit,
            backend,
            backendReason,
            generation: worker.generation,
          }),
        progressed: (done, total, at) => {
          frameIndex = at ?? frameIndex
          run.tell({ type: 'stageProgressed', stage: stage.id, done, total, frameIndex: at })
        },
        artifact: async ({ name, kind, level, frameIndex: at, mediaType, place, counts, bytes }) => {
          const artifact = { name, stage: stage.id, kind, level, frameIndex: at, mediaType, counts, bytes }
          const entry = await (place === 'archive' ? tools.writer.append(artifact) : tools.writer.addFile(artifact))
          tools.archive.add(entry)
          run.tell({ type: 'artifactWritten', stage: stage.id, name, kind, level, frameIndex: at, counts })
        },
        logged: (severity, text) => run.tell({ type: 'logWritten', source: stage.id, severity, text }),
        warned: ({ title, message, remedy }) => run.tell({ type: 'warningRaised', stage: stage.id, title, message, remedy }),
      },
      run.cancelled,
    )
    .finally(() => sampler.stop())
  const counts = outcome.state === 'succeeded' ? outcome.counts : {}
  if (outcome.state === 'failed') {
    const detail = outcome.stack ?? outcome.fault.message
    run.tell({ type: 'logWritten', source: stage.id, severity: 'error', text: detail })
  }
  run.tell({
    type: 'stageFinished',
    stage: stage.id,
    state: outcome.state,
    durationMs: performance.now() - startedAt,
    counts: { ...counts },
  })
  return outcome
}

function assignmentFor(run: LiveRun, stage: StageDeclaration, tools: RunnerTools): Assignment {
  const { record } = run
  return {
    id: `${record.id}/${stage.id}`,
    stage: stage.id,
    config: record.config,
    frames: record.frameIndices.map((frameIndex, position) => ({
      frameIndex,
      name: record.frameNames[position]!,
      file: join(record.scene.framesPath, record.frameNames[position]!),
    })),
    width: record.scene.width,
    height: record.scene.height,
    archivePath: join(run.folder, archiveFile),
    artifacts: [...tools.archive.listing.entries.values()].filter((entry) => stage.needs.some((needed) => needed === entry.stage)),
    record: stage.id === 'report' ? record : undefined,
  }
}
