// Turns the bytes of a frame into what is drawn: masks as columns and label rasters. Runs in the decoding thread; no page in here.
import { paintLabelRaster } from '#core/mask/label-raster'
import { type Rle, rleFromString } from '#core/mask/rle'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import type { MaskColumns, MaskLayers } from './mask-columns.ts'

export type DecodedMasks = { readonly columns: MaskColumns; readonly layers: MaskLayers; readonly dropped: number }

/** `parts` are FrameMasks as JSON, one per level. Throws when one is not of that shape or not of this frame and size. */
export function decodeMasks(parts: readonly Uint8Array[], frameIndex: number, width: number, height: number): DecodedMasks {
  const frames = parts.map(masksFromBytes).sort((a, b) => a.level - b.level)
  for (const one of frames)
    if (one.frameIndex !== frameIndex || one.size[0] !== height || one.size[1] !== width)
      throw new RangeError(
        `masks of frame ${one.frameIndex} (${one.size[1]} x ${one.size[0]}) came for frame ${frameIndex} (${width} x ${height})`,
      )
  const entries = frames.flatMap((one) => one.masks)
  const levelOf = frames.flatMap((one) => one.masks.map(() => one.level))
  const rles = entries.map((entry) => rleFromString(entry.counts, [height, width]))
  const firsts: number[] = []
  let first = 0
  const rasters = frames.map((one) => {
    firsts.push(first)
    first += one.masks.length
    return paintLabelRaster(rles.slice(first - one.masks.length, first), width, height)
  })
  return {
    columns: columnsFrom(entries, levelOf, rles),
    layers: { levels: frames.map((one) => one.level), firsts, rasters },
    dropped: frames.reduce((sum, one) => sum + (one.dropped?.length ?? 0), 0),
  }
}

/**
 * The engine is of our own build and checks what it writes, so only the shape that is relied on is checked here: a whole schema makes a
 * second copy of each of two thousand masks, on every frame.
 */
function masksFromBytes(part: Uint8Array): FrameMasks {
  const value: unknown = JSON.parse(new TextDecoder().decode(part))
  const isFrame =
    typeof value === 'object' &&
    value !== null &&
    'masks' in value &&
    Array.isArray(value.masks) &&
    'size' in value &&
    'frameIndex' in value
  if (!isFrame) throw new RangeError('a part of the frame is not a list of masks')
  return value as FrameMasks
}

function columnsFrom(entries: readonly MaskEntry[], levels: readonly number[], rles: readonly Rle[]): MaskColumns {
  const runStarts = new Uint32Array(entries.length + 1)
  rles.forEach((rle, i) => {
    runStarts[i + 1] = runStarts[i]! + rle.counts.length
  })
  const runs = new Uint32Array(runStarts[entries.length]!)
  rles.forEach((rle, i) => {
    runs.set(rle.counts, runStarts[i]!)
  })
  return {
    count: entries.length,
    ids: Uint32Array.from(entries, (entry) => entry.id),
    levels: Uint8Array.from(levels),
    areas: Uint32Array.from(entries, (entry) => entry.area),
    scores: Float32Array.from(entries, (entry) => entry.score ?? Number.NaN),
    stabilities: Float32Array.from(entries, (entry) => entry.stability ?? Number.NaN),
    parents: Uint32Array.from(entries, (entry) => entry.parent ?? 0),
    boxes: Uint32Array.from(entries.flatMap((entry) => entry.box)),
    runs,
    runStarts,
  }
}
