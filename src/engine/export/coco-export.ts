// Writes a run's masks as one COCO file of instances.
import { createCocoWriter } from '#core/export/coco'
import type { ExportOutcome } from '#core/export/export-settings'
import type { ExportWork } from './export-work.ts'
import { chosenPlaces, frameRead, framePlaces, walkFrames } from './frame-walk.ts'

export const cocoFile = 'instances.json'

export async function exportCoco(work: ExportWork): Promise<ExportOutcome> {
  const { folder, reader, record, settings } = work
  const places = chosenPlaces(await reader.places(), settings.stage, settings.levels)
  const writer = createCocoWriter({
    levels: places.map(({ level }) => level),
    idName: settings.stage === 'tracker' ? 'track_id' : 'candidate_id',
    info: { description: `${record.name} (${settings.stage})`, run: record.id, contributor: `Scenewright ${record.appVersion}` },
  })
  const file = await folder.file(cocoFile)
  await file.append(writer.begin())
  const frames = framePlaces(places)
  let done = 0
  for await (const frame of walkFrames(reader, frames, work.signal)) {
    await file.append(frameRead(frame, () => writer.frame(frame.bytes)))
    work.onProgress?.(++done, frames.length)
  }
  await file.append(writer.end())
  await file.close()
  return { counts: { ...writer.counts }, notes: [] }
}
