// Writes the frames that differ most into a folder: pictures by reference, the masks of each answer as label images, and a manifest.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { HardFrames, hardFramesOf, reasonsOf } from '#core/compare/hard-frames'
import { pngBytes } from '#core/foreign/png-writer'
import { paintLabelRaster } from '#core/mask/label-raster'
import type { Answer } from './answer.ts'
import { type AnswersCompared, noLevel, type SharedFrame } from './compare-answers.ts'
import { checkReportPlace } from './compare-report.ts'
import { letterOf } from './compare-text.ts'

type Frame = HardFrames['frames'][number]
type WrittenMasks = NonNullable<Frame['masks']>

/** At most `most` frames. Throws COMPARE_REPORT_EXISTS; what was begun is taken away again when it fails. */
export async function writeHardFrames(
  given: string,
  answers: readonly Answer[],
  compared: AnswersCompared,
  most: number,
): Promise<{ readonly out: string; readonly pictures: number; readonly hardFrames: number }> {
  const out = checkReportPlace(given)
  mkdirSync(dirname(out), { recursive: true })
  mkdirSync(out)
  try {
    const named = answers.map(({ title, folder, stage, record }) => ({
      title,
      folder,
      ...(stage === undefined ? {} : { stage }),
      ...(record === undefined ? {} : { runId: record.id }),
    }))
    const ranked = hardFramesOf(named, compared.pairs, compared.frames, most)
    const frames: Frame[] = []
    for (const frame of ranked.frames) {
      const shared = compared.frames.find(({ frameIndex }) => frameIndex === frame.frameIndex)!
      frames.push({ ...frame, reasons: reasonsOf(frame, letterOf), masks: await writeMasks(out, answers, compared, shared) })
    }
    const scores = compared.truth.map(({ answer, levels }) => ({
      answer,
      levels: levels.map(({ objects: _, ...level }) => level),
    }))
    const manifest: HardFrames = HardFrames.parse({ ...ranked, frames, ...(scores.length > 0 ? { scores } : {}) })
    writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
    return { out, pictures: 0, hardFrames: frames.length }
  } catch (error) {
    rmSync(out, { recursive: true, force: true })
    throw error
  }
}

async function writeMasks(out: string, answers: readonly Answer[], { pairs }: AnswersCompared, frame: SharedFrame): Promise<WrittenMasks> {
  const written: WrittenMasks = []
  for (const [answer, one] of answers.entries()) {
    // Annotated masks have no levels: they are written once.
    const own = pairs.filter(({ a, b }) => a === answer || b === answer).flatMap((pair) => pair.levels)
    const levels = one.levels === undefined ? [noLevel] : [...new Set(own)]
    for (const level of levels) {
      const frameOf = frame.of[answer]
      if (frameOf === undefined) continue
      const masks = await one.masks(frameOf, level)
      const size = masks[0]?.mask.size
      if (size === undefined) continue
      const values = paintLabelRaster(
        masks.map(({ mask }) => mask),
        size[1],
        size[0],
      )
      const file = `masks/${letterOf(answer)}_${one.levels === undefined ? 'annotated' : `level${level}`}/${String(frame.frameIndex).padStart(6, '0')}.png`
      mkdirSync(dirname(join(out, file)), { recursive: true })
      writeFileSync(join(out, file), pngBytes({ kind: 'grey16', width: size[1], height: size[0], values }, deflateSync))
      written.push({ answer, level, file, ids: masks.map(({ id }) => id) })
    }
  }
  return written
}
