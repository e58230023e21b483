// The report stage: counts, timings, peaks and pictures as Markdown and HTML in the run folder.
import type { RunRecord } from '#core/run/run'
import { artifactName } from '#core/archive/manifest'
import { previewPositions } from '#core/pipeline/preview-sampling'
import { TrackList } from '#core/segment/track'
import { readPicture } from '../frame-pixels.ts'
import { overlayJpeg } from '../report/overlay.ts'
import { type ReportPicture, reportModel } from '../report/report-model.ts'
import { htmlFromReport, markdownFromReport } from '../report/report-text.ts'
import { readFrameMasks, type Stage, type StageContext, stopIfCancelled } from '../stage.ts'

export const report: Stage = async (context) => {
  const { config, frames } = context.assignment
  const record = recordOf(context)
  const positions = previewPositions(frames.length, config.stages.report.pictures)
  context.begin(positions.length + 1)
  const pictures: ReportPicture[] = []
  for (const [done, position] of positions.entries()) {
    stopIfCancelled(context.signal)
    pictures.push(...(await drawFrame(context, position)))
    context.progress(done + 1, frames[position]!.frameIndex)
  }
  if (config.stages.report.pictures > 0 && pictures.length === 0)
    context.warn('REPORT_WITHOUT_PICTURES', { frames: positions.length, reason: 'the tracker wrote no masks for them' })
  const model = reportModel(record, await readTracks(context), pictures)
  const text = new TextEncoder()
  await context.emitFile('report.md', 'text/markdown', text.encode(markdownFromReport(model)))
  await context.emitFile('report.html', 'text/html', text.encode(htmlFromReport(model)))
  context.progress(positions.length + 1)
  return { pictures: pictures.length }
}

async function drawFrame(context: StageContext, position: number): Promise<ReportPicture[]> {
  const { assignment } = context
  const frame = assignment.frames[position]!
  const picture = await readPicture(frame, assignment)
  const drawn: ReportPicture[] = []
  for (const level of assignment.config.levels) {
    const masks = await readFrameMasks(context, 'tracker', level, frame.frameIndex)
    if (!masks) continue
    const path = `report/level_${level}_frame_${String(frame.frameIndex).padStart(6, '0')}.jpg`
    await context.emitFile(path, 'image/jpeg', await overlayJpeg(picture, masks, assignment.config.stages.report.maxWidth))
    drawn.push({ level, frameIndex: frame.frameIndex, frameName: frame.name, path, maskCount: masks.masks.length })
  }
  return drawn
}

async function readTracks(context: StageContext): Promise<TrackList> {
  const entry = context.find(artifactName('tracker', 'tracks'))
  if (!entry) return { framesDone: 0, tracks: [] }
  return TrackList.parse(JSON.parse(new TextDecoder().decode(await context.read(entry))))
}

function recordOf(context: StageContext): RunRecord {
  const { record } = context.assignment
  if (typeof record !== 'object' || record === null || !('stages' in record)) throw new TypeError('the report stage was given no record')
  return record as RunRecord
}
