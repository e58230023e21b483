// Writes a run's masks as PNG: one picture of ids for each frame and level, or one of black and white for each mask.
import { deflateSync } from 'node:zlib'
import { type ExportOutcome, objectFileName } from '#core/export/export-settings'
import { type PngRaster, pngBytes } from '#core/foreign/png-writer'
import { paintLabelRaster } from '#core/mask/label-raster'
import { maskFromRle, rleFromString } from '#core/mask/rle'
import type { FrameMasks } from '#core/segment/frame-masks'
import { colourOfMask } from '#core/view/mask-colours'
import type { ExportWork } from './export-work.ts'
import { chosenPlaces, frameRead, framePlaces, masksFrom, walkFrames } from './frame-walk.ts'

/** Ids are many small areas: more effort than this makes files hardly smaller. */
const deflate = (plain: Uint8Array) => deflateSync(plain, { level: 6 })
/** Values of a palette picture besides 0, which is background. */
const paletteIds = 255
const largestValue = 0xffff

/**
 * `level_2/000037.png`: 0 is background, else 1 + the place of the id among the ids in order: among all tracks of the level when
 * they fit a palette, so that a track keeps its value, else among those of the frame. labels.ndjson tells the ids of each picture.
 */
export async function exportPalette({ folder, reader, settings, signal, onProgress }: ExportWork): Promise<ExportOutcome> {
  const places = chosenPlaces(await reader.places(), settings.stage, settings.levels)
  const lasting = settings.stage === 'tracker' ? await lastingIds(reader) : new Map<number, readonly number[]>()
  const labels = await folder.file('labels.ndjson')
  const frames = framePlaces(places)
  const counts = { pictures: 0, masks: 0, sixteenBit: 0 }
  for await (const frame of walkFrames(reader, frames, signal)) {
    const masks = masksFrom(frame)
    const own = masks.masks.map(({ id }) => id).sort((a, b) => a - b)
    const all = lasting.get(frame.level)
    const ids = all && own.every((id) => all.includes(id)) ? all : own
    const raster = frameRead(frame, () => rasterOf(masks, ids))
    const file = `level_${frame.level}/${String(frame.frameIndex).padStart(6, '0')}.png`
    await folder.whole(file, pngBytes(raster, deflate))
    await labels.text(`${JSON.stringify({ file, frameIndex: frame.frameIndex, frameName: masks.frameName, kind: raster.kind, ids })}\n`)
    counts.pictures += 1
    counts.masks += own.length
    if (raster.kind === 'grey16') counts.sixteenBit += 1
    onProgress?.(counts.pictures, frames.length)
  }
  await labels.close()
  const notes = ['Where masks overlap, the smaller one is on top.']
  if (counts.sixteenBit > 0)
    notes.push(`${counts.sixteenBit} pictures have more than ${paletteIds} ids and are grey of 16 bits instead of a palette.`)
  return { counts, notes }
}

/** Ids of each level in order, for the levels whose tracks all fit a palette. */
async function lastingIds(reader: ExportWork['reader']): Promise<Map<number, readonly number[]>> {
  const byLevel = new Map<number, number[]>()
  for (const { id, level } of (await reader.tracks()).tracks) byLevel.set(level, [...(byLevel.get(level) ?? []), id])
  const fitting = [...byLevel].filter(([, ids]) => ids.length <= paletteIds)
  return new Map(fitting.map(([level, ids]) => [level, ids.sort((a, b) => a - b)]))
}

function rasterOf({ masks, size: [height, width] }: FrameMasks, ids: readonly number[]): PngRaster {
  if (ids.length > largestValue) throw new RangeError(`${ids.length} ids do not fit one picture`)
  const painted = paintLabelRaster(
    masks.map(({ counts }) => rleFromString(counts, [height, width])),
    width,
    height,
  )
  const places = new Map(ids.map((id, i) => [id, i + 1]))
  const values = Uint16Array.from([0, ...masks.map(({ id }) => places.get(id) ?? 0)])
  for (let i = 0; i < painted.length; i++) painted[i] = values[painted[i]!]!
  if (ids.length > paletteIds) return { kind: 'grey16', width, height, values: painted }
  return {
    kind: 'index',
    width,
    height,
    values: painted,
    palette: Uint8Array.from([0, 0, 0, ...ids.flatMap((id) => colourOfMask(id, 'vivid'))]),
  }
}

/** `2_200001_000037.png`: level, id, frame; white where the mask is. Masks without a pixel are left out and counted. */
export async function exportObjects({ folder, reader, settings, signal, onProgress }: ExportWork): Promise<ExportOutcome> {
  const frames = framePlaces(chosenPlaces(await reader.places(), settings.stage, settings.levels))
  const counts = { pictures: 0, emptyMasks: 0 }
  let done = 0
  for await (const frame of walkFrames(reader, frames, signal)) {
    const { masks, size, level, frameIndex } = masksFrom(frame)
    for (const { id, counts: runs, area } of masks) {
      if (area === 0) {
        counts.emptyMasks += 1
        continue
      }
      const values = frameRead(frame, () => maskFromRle(rleFromString(runs, size)))
      await folder.whole(objectFileName(level, id, frameIndex), pngBytes({ kind: 'bit', width: size[1], height: size[0], values }, deflate))
      counts.pictures += 1
    }
    onProgress?.(++done, frames.length)
  }
  return { counts, notes: [] }
}
