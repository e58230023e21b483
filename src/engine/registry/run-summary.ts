// The line that stands for a run in lists: from its record, or from what is left of it.
import { createHash } from 'node:crypto'
import type { RunSummary } from '#api/api'
import type { RunRecord } from '#core/run/run'

export function summaryFromRecord(record: RunRecord, folder: string): RunSummary {
  const running = record.stages.find((stage) => stage.state === 'running')
  return {
    id: record.id,
    name: record.name,
    state: record.state,
    folder,
    sceneName: record.scene.name,
    scenePath: record.config.scene,
    frameCount: record.frameIndices.length,
    levels: [...record.config.levels],
    queuedAt: record.queuedAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    stage: running?.id,
    done: running?.done ?? 0,
    total: running?.total ?? 0,
    counts: Object.assign({}, ...record.stages.map((stage) => stage.counts)) as Record<string, number>,
    backends: Object.fromEntries(record.stages.flatMap((stage) => (stage.backend === undefined ? [] : [[stage.id, stage.backend]]))),
    fault: record.fault && { code: record.fault.code, params: { ...record.fault.params } },
    warningCount: record.warnings.length,
  }
}

export type PartialRun = Pick<RunSummary, 'id' | 'name' | 'state' | 'folder'> & Partial<RunSummary>

/** A summary of which only some is known. */
export function partialSummary(known: PartialRun): RunSummary {
  return {
    sceneName: '',
    scenePath: '',
    frameCount: 0,
    levels: [],
    queuedAt: 0,
    done: 0,
    total: 0,
    counts: {},
    backends: {},
    warningCount: 0,
    ...known,
  }
}

export function asIncomplete(summary: RunSummary, reason: string): RunSummary {
  return { ...summary, state: 'incomplete', stage: undefined, fault: incompleteFault(summary.folder, reason) }
}

export function incompleteFault(folder: string, reason: string): NonNullable<RunSummary['fault']> {
  return { code: 'RUN_FOLDER_EXPECTED', params: { path: folder, reason } }
}

export const folderGone = 'folder is gone'

/** Runs of other programs have no id of ours: their folder is what stays the same. */
export function idOfFolder(folder: string): string {
  return `at-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
}
