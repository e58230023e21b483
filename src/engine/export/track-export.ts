// Writes a run's tracks as tables: tracks.csv, and track_frames.csv with a row for each track on each frame.
import { Fault } from '#core/base/fault'
import type { ExportOutcome } from '#core/export/export-settings'
import { csvLine, trackColumns, trackFrameColumns, trackFrameRows, trackRow } from '#core/export/track-csv'
import type { ExportWork } from './export-work.ts'
import { framePlaces, masksFrom, walkFrames } from './frame-walk.ts'

export async function exportTracks({ folder, reader, settings, signal, onProgress }: ExportWork): Promise<ExportOutcome> {
  const wanted = (level: number) => settings.levels === undefined || settings.levels.includes(level)
  const tracks = (await reader.tracks()).tracks.filter(({ level }) => wanted(level))
  if (tracks.length === 0) throw new Fault('EXPORT_EMPTY', { what: 'tracks at the levels chosen' })
  await folder.whole('tracks.csv', [csvLine(trackColumns), ...tracks.map(trackRow)].join(''))
  const places = (await reader.places()).filter(({ stage, level }) => stage === 'tracker' && wanted(level))
  const frames = framePlaces(places)
  const file = await folder.file('track_frames.csv')
  await file.text(csvLine(trackFrameColumns))
  let done = 0
  let rows = 0
  for await (const frame of walkFrames(reader, frames, signal)) {
    const masks = masksFrom(frame)
    await file.text(trackFrameRows(masks))
    rows += masks.masks.length
    onProgress?.(++done, frames.length)
  }
  await file.close()
  return { counts: { tracks: tracks.length, rows }, notes: [] }
}
