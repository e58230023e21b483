// Takes whatever a person points at into the registry: a run, a part of one, or a folder that holds many.
import { stat } from 'node:fs/promises'
import type { RunSummary } from '#api/api'
import { Fault } from '#core/base/fault'
import type { Registry } from '../registry/registry.ts'
import { idOfFolder, partialSummary } from '../registry/run-summary.ts'
import { describeMy3dis } from './describe/run-description.ts'

/** Throws RUN_FOLDER_EXPECTED or MY3DIS_UNRECOGNISED when nothing of it is a run. */
export async function takeAnything(
  registry: Registry,
  path: string,
  signal: AbortSignal | undefined,
): Promise<RunSummary | { readonly found: number }> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => true,
  )
  if (isFolder) {
    try {
      return await registry.open(path)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'RUN_FOLDER_EXPECTED') throw error
      // No run itself: perhaps it holds some, or is a part of one.
      const { found } = await registry.scan(path, signal)
      if (found > 0) return { found }
    }
  }
  const description = await describeMy3dis(path)
  const summary = partialSummary({
    id: idOfFolder(path),
    name: description.name,
    state: 'foreign',
    program: 'my3dis',
    folder: path,
    sceneName: description.scene,
    scenePath: description.frames.folder ?? '',
    frameCount: description.frames.frames.length,
    levels: description.levels.map(({ level }) => level),
    queuedAt: description.startedAt ?? (await stat(path)).mtimeMs,
    startedAt: description.startedAt,
    endedAt: description.endedAt,
  })
  await registry.put(summary)
  return summary
}
