// The run before of the same pipeline, for the report to compare with: of the same scene where there is one.
import { type RunResources, resourcesOfRun, wasMeasured } from '#core/run/resource-report'
import type { RunRecord } from '#core/run/run'
import type { Registry } from '../registry/registry.ts'
import { readRunFolder } from './run-folder.ts'

/** Folders that are read at most: those that cannot be, or were too short to be measured, are passed over. */
const tries = 4

export async function previousRun(registry: Registry, record: RunRecord): Promise<RunResources | undefined> {
  const earlier = (await registry.list())
    .filter((run) => run.state === 'succeeded' && run.id !== record.id && run.queuedAt < record.queuedAt)
    .sort((a, b) => Number(b.scenePath === record.config.scene) - Number(a.scenePath === record.config.scene) || b.queuedAt - a.queuedAt)
  for (const { folder } of earlier.slice(0, tries)) {
    // A folder that went away is simply not the run to compare with.
    const read = await readRunFolder(folder).catch(() => undefined)
    const resources = read && resourcesOfRun(read.record, folder)
    if (resources && resources.pipeline === record.config.pipeline && wasMeasured(resources)) return resources
  }
  return undefined
}
