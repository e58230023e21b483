// The report stage: counts, timings, peaks and pictures as Markdown and HTML in the run folder.
import type { RunResources } from '#core/run/resource-report'
import type { RunRecord } from '#core/run/run'
import { artifactName } from '#core/archive/manifest'
import { candidatePositions } from '#core/pipeline/pipeline'
import { previewTargets } from '#core/pipeline/preview-sampling'
import { TrackList } from '#core/segment/track'
import { drawPreviews } from '../report/previews.ts'
import { warningsOfPreviews } from '../report/preview-warnings.ts'
import { reportModel } from '../report/report-model.ts'
import { htmlFromReport, markdownFromReport } from '../report/report-text.ts'
import { readFrameMasks, type Stage, type StageContext } from '../stage.ts'

export const report: Stage = async (context) => {
  const { config, frames } = context.assignment
  const record = recordOf(context)
  const { positions, leftOut } = previewTargets(config, frames.length)
  context.begin(positions.length + 1)
  const { pictures, tallies } = await drawPreviews(context, positions, (level) => hasCandidates(context, level))
  const { warnings, notes } = warningsOfPreviews(tallies, leftOut)
  for (const { code, params } of warnings) context.warn(code, params)
  for (const note of notes) context.log(note)
  // The record was made before this stage began: what the stage itself has to tell is not in there.
  const model = reportModel(record, await readTracks(context), { pictures, warnings, notes, previous: previousOf(context) })
  const text = new TextEncoder()
  await context.emitFile('report.md', 'text/markdown', text.encode(markdownFromReport(model)))
  await context.emitFile('report.html', 'text/html', text.encode(htmlFromReport(model)))
  context.progress(positions.length + 1)
  return { pictures: pictures.length, framesLeftOut: leftOut }
}

/** Whether the filter kept a candidate of that level on any frame. */
async function hasCandidates(context: StageContext, level: number): Promise<boolean> {
  const { config, frames } = context.assignment
  for (const position of candidatePositions(frames.length, config.stages.ssam.every)) {
    const kept = await readFrameMasks(context, 'filter', level, frames[position]!.frameIndex)
    if (kept && kept.masks.length > 0) return true
  }
  return false
}

async function readTracks(context: StageContext): Promise<TrackList> {
  const entry = context.find(artifactName('tracker', 'tracks'))
  if (!entry) return { framesDone: 0, tracks: [] }
  return TrackList.parse(JSON.parse(new TextDecoder().decode(await context.read(entry))))
}

/** Made by the engine of the same build, as the record is. */
function previousOf({ assignment: { previous } }: StageContext): RunResources | undefined {
  return typeof previous === 'object' && previous !== null && 'stages' in previous ? (previous as RunResources) : undefined
}

function recordOf(context: StageContext): RunRecord {
  const { record } = context.assignment
  if (typeof record !== 'object' || record === null || !('stages' in record)) throw new TypeError('the report stage was given no record')
  return record as RunRecord
}
