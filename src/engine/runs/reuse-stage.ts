// Takes a stage over from another run, and says so; when that fails, says why, and the stage is computed.
import type { RunArchive } from '../archive/run-archive.ts'
import type { LiveRun } from './live-run.ts'
import type { PlannedStage } from './plan-stages.ts'
import type { RunnerTools } from './runner-tools.ts'

/** Whether the result is here now. */
export async function reuseStage(run: LiveRun, plan: PlannedStage, tools: RunnerTools, archive: RunArchive): Promise<boolean> {
  if (!plan.reuse) return false
  const { record, runId, folder } = plan.reuse
  const startedAt = performance.now()
  const adopted = await archive.adopt(record, { runId, folder })
  if (adopted.refused !== undefined) {
    run.warn('REUSE_REFUSED', { stage: plan.stage, folder, reason: adopted.refused }, plan.stage)
    return false
  }
  const { record: taken, copied } = adopted
  if (taken.tar) {
    // The second name changed the file's marks: its content is as known as before.
    await tools.hashes.note(`${folder}/${taken.tar.file}`, taken.tar.sha256)
    await tools.hashes.note(`${run.folder}/${taken.tar.file}`, taken.tar.sha256)
  }
  tools.index.note({ runId: run.id, folder: run.folder, name: run.record.name, scenePath: run.record.config.scene }, taken)
  if (copied) run.warn('REUSE_COPIED', { folder: run.folder, reason: copied.reason, sizeBytes: copied.sizeBytes }, plan.stage)
  run.tell({
    type: 'stageReused',
    stage: plan.stage,
    from: { runId, folder },
    backend: taken.backend,
    counts: taken.counts,
    durationMs: performance.now() - startedAt,
  })
  return true
}
