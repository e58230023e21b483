// Writes a made-up run as a run folder of ours, frame by frame, for tests and measurements.
import { artifactName } from '#core/archive/manifest'
import type { RunRecord } from '#core/run/run'
import type { MaskStage } from '#core/run/run-reader'
import type { FrameMasks } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { openRunArchive } from '../archive/run-archive.ts'
import { realDisk } from '../disk/disk.ts'
import { createRunFolder } from '../runs/run-folder.ts'

/** `folder` must not be there. `framesOf` gives the frames of a stage in order. */
export async function writeOwnRun(
  folder: string,
  record: RunRecord,
  framesOf: (stage: MaskStage) => Iterable<FrameMasks>,
  tracks: readonly Track[],
): Promise<void> {
  const { id: runId, name, config, scene, frameIndices, frameNames, appVersion, buildId, queuedAt: at } = record
  const facts = { runId, name, config, scene, frameIndices: [...frameIndices], frameNames: [...frameNames], appVersion, buildId }
  const journal = await createRunFolder(realDisk, folder, { type: 'runQueued', seq: 1, at, ...facts })
  const archive = await openRunArchive(realDisk, folder, ['ssam', 'filter', 'tracker'])
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  for (const stage of ['ssam', 'filter', 'tracker'] as const) {
    const writer = await archive.begin(stage, 'made-up')
    const mediaType = 'application/json'
    for (const frame of framesOf(stage)) {
      const { level, frameIndex, masks } = frame
      const counts = { masks: masks.length }
      const place = artifactName(stage, 'masks', { level, frameIndex })
      await writer.append({ name: place, stage, kind: 'masks', level, frameIndex, mediaType, counts, bytes: bytesOf(frame) })
    }
    if (stage === 'tracker')
      await writer.append({
        name: artifactName(stage, 'tracks'),
        stage,
        kind: 'tracks',
        mediaType,
        bytes: bytesOf({ framesDone: 1, tracks }),
      })
    await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 1 })
  }
  await archive.close()
  await journal.append({ type: 'runFinished', seq: 2, at: at + 1, state: 'succeeded' })
  await journal.close()
}
