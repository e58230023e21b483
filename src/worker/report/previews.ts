// The pictures of a report: each chosen frame once for each level, and what became of the frames that got none.
import type { PreviewTally } from '#core/pipeline/preview-outcome'
import type { FrameMasks } from '#core/segment/frame-masks'
import { Fault, sentenceOfFault } from '#core/base/fault'
import { type Picture, readPicture } from '../frame-pixels.ts'
import { readFrameMasks, type StageContext, stopIfCancelled } from '../stage.ts'
import { overlayJpeg } from './overlay.ts'
import type { ReportPicture } from './report-picture.ts'

/** `sourceReason`: what was said about the first frame that could not be read. */
export type LevelPreviews = PreviewTally & { readonly sourceReason: string | undefined }

type Outcome = 'drawn' | 'missingSources' | 'missingMasks' | 'empty'

/** Frames that cannot be read, and levels without anything to see, are told in the tallies, one for each level of the run. */
export async function drawPreviews(
  context: StageContext,
  positions: readonly number[],
  hasCandidates: (level: number) => Promise<boolean>,
): Promise<{ pictures: ReportPicture[]; tallies: LevelPreviews[] }> {
  const { frames, config } = context.assignment
  const pictures: ReportPicture[] = []
  const lists = new Map(config.levels.map((level) => [level, emptyLists()]))
  let sourceReason: string | undefined
  for (const [done, position] of positions.entries()) {
    stopIfCancelled(context.signal)
    const frame = frames[position]!
    const source = await readSource(context, position)
    if ('reason' in source) sourceReason ??= source.reason
    for (const level of config.levels) {
      const masks = await readFrameMasks(context, 'tracker', level, frame.frameIndex)
      const outcome = outcomeOf(source, masks)
      lists.get(level)![outcome].push(frame.frameIndex)
      if (outcome === 'drawn' && 'pixels' in source && masks) pictures.push(await draw(context, frame.name, source, masks))
    }
    context.progress(done + 1, frame.frameIndex)
  }
  const requested = positions.map((position) => frames[position]!.frameIndex)
  const tallies: LevelPreviews[] = []
  for (const [level, list] of lists) {
    // Only asked where nothing was drawn: it reads what the filter kept, frame by frame.
    const kept = list.drawn.length > 0 || requested.length === 0 || (await hasCandidates(level))
    tallies.push({ level, requested, hasCandidates: kept, ...list, sourceReason })
  }
  return { pictures, tallies }
}

const emptyLists = (): Record<Outcome, number[]> => ({ drawn: [], missingSources: [], missingMasks: [], empty: [] })

function outcomeOf(source: Picture | { readonly reason: string }, masks: FrameMasks | undefined): Outcome {
  if ('reason' in source) return 'missingSources'
  if (!masks) return 'missingMasks'
  return masks.masks.some(({ area }) => area > 0) ? 'drawn' : 'empty'
}

/** A frame that went away or broke since the tracker read it costs its picture, not the report. */
async function readSource({ assignment }: StageContext, position: number): Promise<Picture | { readonly reason: string }> {
  try {
    return await readPicture(assignment.frames[position]!, assignment)
  } catch (error) {
    if (error instanceof Fault && (error.code === 'FRAME_UNREADABLE' || error.code === 'FRAME_SIZE_DIFFERS'))
      return { reason: sentenceOfFault(error).message }
    throw error
  }
}

async function draw(context: StageContext, frameName: string, picture: Picture, masks: FrameMasks): Promise<ReportPicture> {
  const { level, frameIndex } = masks
  const path = `report/level_${level}_frame_${String(frameIndex).padStart(6, '0')}.jpg`
  await context.emitFile(path, 'image/jpeg', await overlayJpeg(picture, masks, context.assignment.config.stages.report.maxWidth))
  return { level, frameIndex, frameName, path, maskCount: masks.masks.filter(({ area }) => area > 0).length }
}
