// `inspect dump`: masks of a run as PNG files or as COCO run lengths in JSON.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { maskFromRle, rleFromString } from '#core/mask/rle'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { pngFromIndices } from '../png-index.ts'
import { maskPlaces, type MaskStage, readMasks, withRun } from '../run-folders.ts'

export type DumpSettings = {
  readonly stage: MaskStage
  /** Undefined: every one that was written. */
  readonly level: number | undefined
  readonly frame: number | undefined
  readonly id: number | undefined
  readonly format: 'png' | 'rle'
  readonly out: string
}

/**
 * PNG: one file per mask, `frame_000037/level_2/200001.png`, 0 and 255. RLE: one JSON per frame and level, `size` and `counts` as
 * COCO has them. Throws ARTIFACT_MISSING when nothing fits the choice.
 */
export function inspectDump(output: Output, path: string, settings: DumpSettings, json: boolean): Promise<ExitCode> {
  return withRun(path, async (run) => {
    const out = resolve(settings.out)
    let files = 0
    for (const [level, frames] of maskPlaces(run.listing, settings.stage)) {
      if (settings.level !== undefined && level !== settings.level) continue
      for (const frame of frames) {
        if (settings.frame !== undefined && frame !== settings.frame) continue
        const found = await readMasks(run, settings.stage, level, frame)
        if (found) files += writeMasks(out, found, settings)
      }
    }
    if (files === 0) throw new Fault('ARTIFACT_MISSING', { artifact: wordsOf(settings) })
    if (json) output.printJson({ out, files })
    else output.print(`${files} files in ${out}`)
    return exitCodes.done
  })
}

function wordsOf({ stage, level, frame, id }: DumpSettings): string {
  const parts = [id === undefined ? 'masks' : `mask ${id}`, `of stage ${stage}`]
  if (level !== undefined) parts.push(`at level ${level}`)
  if (frame !== undefined) parts.push(`for frame ${frame}`)
  return parts.join(' ')
}

function writeMasks(out: string, { frameIndex, frameName, level, size, masks }: FrameMasks, { id, format, stage }: DumpSettings): number {
  const chosen = id === undefined ? masks : masks.filter((mask) => mask.id === id)
  if (chosen.length === 0) return 0
  const frame = `frame_${String(frameIndex).padStart(6, '0')}`
  if (format === 'rle') {
    mkdirSync(out, { recursive: true })
    const lines = chosen.map((mask) => ({ ...mask, segmentation: { size, counts: mask.counts }, counts: undefined }))
    writeFileSync(join(out, `${frame}_level_${level}.json`), `${JSON.stringify({ stage, frameIndex, frameName, level, masks: lines })}\n`)
    return 1
  }
  const folder = join(out, frame, `level_${level}`)
  mkdirSync(folder, { recursive: true })
  for (const mask of chosen) writeFileSync(join(folder, `${mask.id}.png`), pngOf(mask, size))
  return chosen.length
}

function pngOf({ counts }: MaskEntry, size: readonly [number, number]): Uint8Array {
  const [height, width] = size
  const bits = maskFromRle(rleFromString(counts, size))
  return pngFromIndices({ width, height, values: Uint16Array.from(bits, (bit) => (bit ? 255 : 0)), palette: undefined })
}
