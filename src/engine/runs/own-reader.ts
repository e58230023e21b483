// A run folder of ours as any finished run is read: where masks are, the masks of a frame, the tracks.
import type { ArchiveListing } from '#core/archive/archive-reader'
import { artifactName } from '#core/archive/manifest'
import type { RunRecord } from '#core/run/run'
import type { MaskPlaces, MaskStage, RunReader } from '#core/run/run-reader'
import { FrameDecisions, TrackList } from '#core/segment/track'
import { type OpenArchive, openArchive } from '../archive/open-archive.ts'
import { readRunFolder } from './run-folder.ts'

const stages: readonly MaskStage[] = ['ssam', 'filter', 'tracker']

/** Throws RUN_FOLDER_EXPECTED when the folder holds no run, RUN_TOO_NEW, ARCHIVE_TRUNCATED when nothing of its archive can be listed. */
export async function openOwnReader(folder: string): Promise<{ readonly record: RunRecord; readonly reader: RunReader }> {
  const { record } = await readRunFolder(folder)
  return { record, reader: readerOfArchive(await openArchive(folder)) }
}

/** Closing the reader closes the archive. One that grows is answered as far as it is written. */
export function readerOfArchive(archive: OpenArchive): RunReader {
  return {
    places: async () => maskPlacesOf(archive.listing),
    masks: async (stage, level, frameIndex) => {
      const entry = archive.listing.entries.get(artifactName(stage, 'masks', { level, frameIndex }))
      return entry && { maskCount: entry.counts?.masks ?? 0, bytes: await archive.read(entry) }
    },
    tracks: async () => {
      const entry = archive.listing.entries.get(artifactName('tracker', 'tracks'))
      if (!entry) return { framesDone: 0, tracks: [] }
      return TrackList.parse(JSON.parse(new TextDecoder().decode(await archive.read(entry))))
    },
    decisions: async (level) => {
      const entries = [...archive.listing.entries.values()].filter((one) => one.kind === 'decisions' && one.level === level)
      return Promise.all(
        entries.map(async (entry) => FrameDecisions.parse(JSON.parse(new TextDecoder().decode(await archive.read(entry))))),
      )
    },
    close: () => archive.close(),
  }
}

/** By stage in the order of the pipeline, then by level. */
export function maskPlacesOf(listing: ArchiveListing): MaskPlaces[] {
  const groups = new Map<string, { readonly stage: MaskStage; readonly level: number; readonly frameIndices: number[] }>()
  for (const entry of listing.entries.values()) {
    const stage = stages.find((one) => one === entry.stage)
    if (stage === undefined || entry.kind !== 'masks' || entry.level === undefined || entry.frameIndex === undefined) continue
    const key = `${stage}/${entry.level}`
    const group = groups.get(key) ?? { stage, level: entry.level, frameIndices: [] }
    group.frameIndices.push(entry.frameIndex)
    groups.set(key, group)
  }
  for (const group of groups.values()) group.frameIndices.sort((a, b) => a - b)
  return [...groups.values()].sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || a.level - b.level)
}
