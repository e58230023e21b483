// Finds the run a path stands for, and opens it: the only file of this host that knows the engine's reading door.
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { ArchiveListing } from '#core/archive/archive-reader'
import { artifactName, type ManifestEntry } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { FrameMasks } from '#core/segment/frame-masks'
import { openRunFolder, type RunFolder } from '#engine/engine'

export type { RunFolder } from '#engine/engine'
export const manifestName = 'manifest.ndjson'
export const recordName = 'run.json'

/** Run folders directly inside of a folder, sorted by name, so by the time they were started. */
export function runFoldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isRunFolder(join(folder, entry.name)))
    .map((entry) => join(folder, entry.name))
    .sort()
}

export function isRunFolder(folder: string): boolean {
  return statSync(join(folder, recordName), { throwIfNoEntry: false })?.isFile() === true
}

/**
 * A run folder, a tar in it, or an output folder that holds exactly one run. Throws RUN_FOLDER_EXPECTED when nothing there is
 * a run, USAGE with the names when there are several.
 */
export function runFolderOf(given: string): string {
  const path = resolve(given)
  const state = statSync(path, { throwIfNoEntry: false })
  if (!state) throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: 'nothing is there' })
  if (state.isFile()) {
    if (basename(path).endsWith('.tar') && isRunFolder(dirname(path))) return dirname(path)
    throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: `no ${recordName} lies beside it` })
  }
  if (isRunFolder(path)) return path
  const inside = runFoldersIn(path)
  if (inside.length === 1) return inside[0]!
  if (inside.length === 0) throw new Fault('RUN_FOLDER_EXPECTED', { path, reason: `it has no ${recordName}, and no folder in it has one` })
  throw new Fault('USAGE', {
    reason: `${path} holds ${inside.length} runs; name one of them: ${inside.map((f) => basename(f)).join(', ')}.`,
  })
}

/** Opens the run, gives it to `use`, and closes it whatever happens. */
export async function withRun<T>(given: string, use: (run: RunFolder) => Promise<T>): Promise<T> {
  const run = await openRunFolder(runFolderOf(given))
  try {
    return await use(run)
  } finally {
    await run.close()
  }
}

export type MaskStage = 'ssam' | 'filter' | 'tracker'

/** Levels and absolute frame indices for which a stage wrote masks, both ascending. */
export function maskPlaces(listing: ArchiveListing, stage: MaskStage): ReadonlyMap<number, readonly number[]> {
  const levels = new Map<number, number[]>()
  for (const { stage: of, kind, level, frameIndex } of listing.entries.values())
    if (of === stage && kind === 'masks' && level !== undefined && frameIndex !== undefined)
      levels.set(level, [...(levels.get(level) ?? []), frameIndex])
  const sorted = [...levels].map(([level, frames]) => [level, frames.sort((a, b) => a - b)] as const)
  return new Map(sorted.sort(([a], [b]) => a - b))
}

export function maskEntry(listing: ArchiveListing, stage: MaskStage, level: number, frameIndex: number): ManifestEntry | undefined {
  return listing.entries.get(artifactName(stage, 'masks', { level, frameIndex }))
}

/** Undefined when the stage wrote none for that frame and level. Throws ARCHIVE_DAMAGED when what is there is not masks. */
export async function readMasks(run: RunFolder, stage: MaskStage, level: number, frameIndex: number): Promise<FrameMasks | undefined> {
  const entry = maskEntry(run.listing, stage, level, frameIndex)
  if (!entry) return undefined
  const parsed = FrameMasks.safeParse(JSON.parse(new TextDecoder().decode(await run.readArtifact(entry))))
  if (parsed.success) return parsed.data
  const reason = `${entry.name} is no frame of masks (${parsed.error.issues[0]?.message})`
  throw new Fault('ARCHIVE_DAMAGED', { path: run.folder, offset: entry.place === 'archive' ? entry.offset : 0, reason })
}
