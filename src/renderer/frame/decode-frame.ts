// Turns the bytes of a frame into what is drawn: masks as columns and label rasters. Runs in the decoding thread; no page in here.
import { paintLabelRaster, paintLabelsBeneath } from '#core/mask/label-raster'
import { areaOfRle, boundsOfRle, type Rle, rleFromString } from '#core/mask/rle'
import { enlargeRle } from '#core/mask/rle-enlarge'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import { type LayerPlan, type MaskColumns, type MaskLayers, noLayers, peelDepth } from './mask-columns.ts'

export type DecodedMasks = { readonly columns: MaskColumns; readonly layers: MaskLayers; readonly dropped: number }

/**
 * `parts` are FrameMasks as JSON, one per level. Masks that were stored smaller than the frame (as My3DIS does) are enlarged to it, so that all that
 * follows counts in pixels of the frame. Throws when one is not of that shape, of another frame, or larger than it. Without `isDrawn` there are
 * no layers: numbers need none, and they are the most of a frame.
 */
export function decodeMasks(parts: readonly Uint8Array[], frameIndex: number, width: number, height: number, isDrawn = true): DecodedMasks {
  const frames = parts.map(masksFromBytes).sort((a, b) => a.level - b.level)
  for (const one of frames)
    if (one.frameIndex !== frameIndex || !isOfFrame(one.size, width, height))
      throw new RangeError(
        `masks of frame ${one.frameIndex} (${one.size[1]} x ${one.size[0]}) came for frame ${frameIndex} (${width} x ${height})`,
      )
  const levelOf = frames.flatMap((one) => one.masks.map(() => one.level))
  const rles = frames.flatMap((one) => one.masks.map((entry) => enlargeRle(rleFromString(entry.counts, one.size), [height, width])))
  const entries = frames.flatMap((one) => one.masks).map((entry, i) => atFrameSize(entry, rles[i]!, frames, levelOf[i]!))
  const firsts: number[] = []
  let first = 0
  for (const { masks } of frames) {
    firsts.push(first)
    first += masks.length
  }
  const plan = { levels: frames.map((one) => one.level), firsts, width, height }
  return {
    columns: columnsFrom(entries, levelOf, rles),
    layers: isDrawn ? paintLayers(rles, plan) : noLayers,
    dropped: frames.reduce((sum, one) => sum + (one.dropped?.length ?? 0), 0),
  }
}

function paintLayers(rles: readonly Rle[], { levels, firsts, width, height }: LayerPlan): MaskLayers {
  const peeled = firsts.map((first, layer) => {
    const own = rles.slice(first, firsts[layer + 1] ?? rles.length)
    const top = paintLabelRaster(own, width, height)
    return { top, beneath: paintLabelsBeneath(own, top, width, height, peelDepth).map((raster) => ({ layer, raster })) }
  })
  return { levels, firsts, rasters: peeled.map((one) => one.top), beneath: peeled.flatMap((one) => one.beneath) }
}

/** The layers of a frame whose columns were kept without them, as they were decoded first. */
export function paintColumns(columns: MaskColumns, plan: LayerPlan): MaskLayers {
  const rles = Array.from({ length: columns.count }, (_, index): Rle => {
    const counts = columns.runs.subarray(columns.runStarts[index]!, columns.runStarts[index + 1]!)
    return { size: [plan.height, plan.width], counts }
  })
  return paintLayers(rles, plan)
}

/** The same size, or a smaller one of the same shape: sides that were rounded may be off by a pixel. */
function isOfFrame([maskHeight, maskWidth]: FrameMasks['size'], width: number, height: number): boolean {
  if (maskHeight > height || maskWidth > width) return false
  return Math.abs(maskWidth - (maskHeight * width) / height) <= 1 + width / height
}

/** Area and box of a mask that was enlarged are those of what is drawn. */
function atFrameSize(entry: MaskEntry, rle: Rle, frames: readonly FrameMasks[], level: number): MaskEntry {
  const stored = frames.find((one) => one.level === level)?.size
  if (!stored || (stored[0] === rle.size[0] && stored[1] === rle.size[1])) return entry
  return { ...entry, area: areaOfRle(rle), box: [...(boundsOfRle(rle) ?? [0, 0, 0, 0])] }
}

/**
 * The engine is of our own build and checks what it writes, so only the shape that is relied on is checked here: a whole schema makes a
 * second copy of each of two thousand masks, on every frame.
 */
export function masksFromBytes(part: Uint8Array): FrameMasks {
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
