// `inspect dump`: one file for each mask of a run, as PNG, COCO run lengths or a NumPy array, named level_object_frame.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { objectFileName } from '#core/export/export-settings'
import { npyFromArray } from '#core/foreign/npy/npy-writer'
import { maskFromRle, rleFromString } from '#core/mask/rle'
import type { MaskStage } from '#core/run/run-reader'
import { FrameMasks, type MaskEntry } from '#core/segment/frame-masks'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { pngFromIndices } from '#engine/engine'
import { withReader } from '../run-reader.ts'

export type DumpFormat = 'png' | 'rle' | 'npy'
export type DumpSettings = {
  readonly stage: MaskStage
  /** Undefined: every one that was written. */
  readonly level: number | undefined
  readonly frame: number | undefined
  readonly id: number | undefined
  readonly format: DumpFormat
  readonly out: string
}

/**
 * `2_200001_000037.png`: level, id, frame; 0 and 255. rle: JSON with `size` [height, width] and `counts` as COCO has them, and what else is known of
 * the mask. npy: bool, height x width. Masks have the size they were stored with. Throws ARTIFACT_MISSING when nothing fits the choice.
 */
export function inspectDump(output: Output, path: string, settings: DumpSettings, json: boolean): Promise<ExitCode> {
  return withReader(path, async ({ reader }) => {
    const out = resolve(settings.out)
    let files = 0
    for (const { stage, level, frameIndices } of await reader.places()) {
      if (stage !== settings.stage || (settings.level !== undefined && level !== settings.level)) continue
      for (const frameIndex of frameIndices) {
        if (settings.frame !== undefined && frameIndex !== settings.frame) continue
        const found = await reader.masks(stage, level, frameIndex)
        if (found) files += writeMasks(out, FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes))), settings)
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

const extensions: Readonly<Record<DumpFormat, string>> = { png: 'png', rle: 'json', npy: 'npy' }

function writeMasks(out: string, frame: FrameMasks, { id, format, stage }: DumpSettings): number {
  const chosen = id === undefined ? frame.masks : frame.masks.filter((mask) => mask.id === id)
  if (chosen.length > 0) mkdirSync(out, { recursive: true })
  for (const mask of chosen) {
    const name = objectFileName(frame.level, mask.id, frame.frameIndex, extensions[format])
    writeFileSync(join(out, name), bytesOf(mask, frame, format, stage))
  }
  return chosen.length
}

function bytesOf(
  mask: MaskEntry,
  { size, frameIndex, frameName, level }: FrameMasks,
  format: DumpFormat,
  stage: MaskStage,
): Uint8Array | string {
  const [height, width] = size
  if (format === 'rle') {
    const { counts, ...known } = mask
    return `${JSON.stringify({ stage, level, frameIndex, frameName, ...known, segmentation: { size, counts } })}\n`
  }
  const bits = maskFromRle(rleFromString(mask.counts, size))
  if (format === 'npy') return npyFromArray({ kind: 'bool', shape: [height, width], values: bits })
  return pngFromIndices({ width, height, values: Uint16Array.from(bits, (bit) => (bit ? 255 : 0)), palette: undefined })
}
