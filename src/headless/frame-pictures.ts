// Draws frames of a run as the page shows them: reads picture and masks of each, and gives them to the painter.
import { join } from 'node:path'
import sharp from 'sharp'
import { Fault, reasonOfError } from '#core/base/fault'
import { areaOfRle, rleFromString } from '#core/mask/rle'
import { enlargeRle } from '#core/mask/rle-enlarge'
import type { MaskStage } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import type { Ground } from '#core/view/ground-sampler'
import type { MaskStyle } from '#core/view/mask-style'
import { type DrawnMask, type Painted, paintFrame } from '#core/view/paint-frame'
import type { View } from '#core/view/view'
import type { ReadRun } from './run-reader.ts'

export type DrawnFrame = {
  readonly painted: Painted
  readonly maskCount: number
  /** Why the picture under the masks is missing; only of a run of another program. */
  readonly pictureMissing: string | undefined
}

/** The stage that the view names, else the furthest that has masks. Throws ARTIFACT_MISSING when there are none. */
export async function stageToDraw({ reader }: ReadRun, view: View): Promise<MaskStage> {
  const stages = new Set((await reader.places()).filter((place) => place.frameIndices.length > 0).map((place) => place.stage))
  const stage = view.stage ?? (['tracker', 'filter', 'ssam'] as const).find((one) => stages.has(one))
  if (stage === undefined || !stages.has(stage)) throw new Fault('ARTIFACT_MISSING', { artifact: `masks of stage ${stage ?? 'ssam'}` })
  return stage
}

/** Throws ARTIFACT_MISSING when the run has no such frame, FRAME_UNREADABLE when the picture of our own run cannot be read. */
export async function drawFrame(run: ReadRun, stage: MaskStage, view: View, frameIndex: number): Promise<DrawnFrame> {
  const position = run.record.frameIndices.indexOf(frameIndex)
  const name = run.record.frameNames[position]
  if (name === undefined) throw new Fault('ARTIFACT_MISSING', { artifact: `frame ${frameIndex}` })
  const { ground, missing } = await groundOf(run, frameIndex, name)
  const masks = await masksOf(run, stage, frameIndex, ground)
  const stageOf = view.colourBy === 'stage' ? await stageReached(run, stage, frameIndex) : undefined
  return { painted: paintFrame(ground, masks, view, stageOf), maskCount: masks.length, pictureMissing: missing }
}

/** Without its picture a foreign run has a plain ground, the same as on the page. */
async function groundOf(run: ReadRun, frameIndex: number, name: string): Promise<{ ground: Ground; missing: string | undefined }> {
  const { framesPath, width, height } = run.record.scene
  try {
    const { data, info } = await sharp(join(framesPath, name))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { ground: { width: info.width, height: info.height, channels: 3, pixels: new Uint8Array(data) }, missing: undefined }
  } catch (error) {
    const reason = reasonOfError(error)
    if (!run.foreign) throw new Fault('FRAME_UNREADABLE', { frameIndex, file: name, reason }, error)
    return { ground: { width, height, channels: 3, pixels: new Uint8Array(width * height * 3).fill(38) }, missing: reason }
  }
}

async function masksOf({ reader }: ReadRun, stage: MaskStage, frameIndex: number, ground: Ground): Promise<DrawnMask[]> {
  const levels = (await reader.places()).filter((place) => place.stage === stage && place.frameIndices.includes(frameIndex))
  const found: DrawnMask[] = []
  for (const { level } of levels) {
    const frame = await framesMasks(reader, stage, level, frameIndex)
    if (!frame) continue
    for (const { id, counts, score, stability } of frame.masks) {
      // Areas count in pixels of the frame, though a mask may be stored smaller.
      const mask = enlargeRle(rleFromString(counts, frame.size), [ground.height, ground.width])
      found.push({ id, level, area: areaOfRle(mask), score, stability, mask })
    }
  }
  return found
}

async function framesMasks(reader: ReadRun['reader'], stage: MaskStage, level: number, frameIndex: number) {
  const found = await reader.masks(stage, level, frameIndex)
  return found && FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
}

/** The rule of the page: a candidate that a track begins with, one the filter kept, or one that only was found. */
async function stageReached(run: ReadRun, stage: MaskStage, frameIndex: number): Promise<MaskStyle['stageOf']> {
  if (stage === 'tracker') return () => 'tracker'
  const { tracks } = await run.reader.tracks()
  const prompts = new Set(tracks.flatMap(({ prompt }) => (prompt?.frameIndex === frameIndex ? [prompt.candidateId] : [])))
  if (stage === 'filter') return (id) => (prompts.has(id) ? 'tracker' : 'filter')
  const places = (await run.reader.places()).filter((place) => place.stage === 'filter' && place.frameIndices.includes(frameIndex))
  const kept = new Set<number>()
  for (const { level } of places)
    for (const mask of (await framesMasks(run.reader, 'filter', level, frameIndex))?.masks ?? []) kept.add(mask.id)
  return (id) => (prompts.has(id) ? 'tracker' : kept.has(id) ? 'filter' : places.length > 0 ? 'ssam' : undefined)
}
