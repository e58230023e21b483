// Answers what can be asked of any run from an archive of ours, finished or growing.
import { artifactName } from '#core/archive/manifest'
import type { RunRecord } from '#core/run/run'
import type { MaskPlaces, RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import { TrackList } from '#core/segment/track'
import { type OpenArchive, openArchive } from '../archive/open-archive.ts'
import { readRunFolder } from './run-folder.ts'

/** The listing is read anew with each question, so that a growing archive answers with what it holds now. */
export function readerOfArchive(archive: OpenArchive): RunReader {
  return {
    places: async () => placesOf(archive),
    masks: async (stage, level, frameIndex) => {
      const entry = archive.listing.entries.get(artifactName(stage, 'masks', { level, frameIndex }))
      if (!entry) return undefined
      const bytes = await archive.read(entry)
      return { maskCount: entry.counts?.masks ?? FrameMasks.parse(JSON.parse(new TextDecoder().decode(bytes))).masks.length, bytes }
    },
    tracks: async () => {
      const entry = archive.listing.entries.get(artifactName('tracker', 'tracks'))
      if (!entry) return { framesDone: 0, tracks: [] }
      return TrackList.parse(JSON.parse(new TextDecoder().decode(await archive.read(entry))))
    },
    close: () => archive.close(),
  }
}

function placesOf({ listing }: OpenArchive): MaskPlaces[] {
  const groups = new Map<string, { stage: MaskPlaces['stage']; level: number; frameIndices: number[] }>()
  for (const { kind, stage, level, frameIndex } of listing.entries.values()) {
    if (kind !== 'masks' || level === undefined || frameIndex === undefined || !isMaskStage(stage)) continue
    const key = `${stage}/${level}`
    const group = groups.get(key) ?? { stage, level, frameIndices: [] }
    group.frameIndices.push(frameIndex)
    groups.set(key, group)
  }
  for (const group of groups.values()) group.frameIndices.sort((a, b) => a - b)
  return [...groups.values()]
}

function isMaskStage(stage: string): stage is MaskPlaces['stage'] {
  return stage === 'ssam' || stage === 'filter' || stage === 'tracker'
}

/** A run folder of ours. Throws RUN_FOLDER_EXPECTED when it is none, ARCHIVE_TRUNCATED when nothing of it can be listed. */
export async function openOwnReader(folder: string): Promise<{
  readonly folder: string
  readonly record: RunRecord
  readonly reader: RunReader
  /** What is cut or missing, in words. */
  readonly problems: readonly string[]
}> {
  const { record, problems } = await readRunFolder(folder)
  const archive = await openArchive(folder)
  const { problem } = archive.listing
  return { folder, record, reader: readerOfArchive(archive), problems: problem === undefined ? problems : [...problems, problem] }
}
