// A folder of PNG masks, one per frame: matched to frames by name or order, and taken apart into objects.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { rlesFromLabels } from '#core/mask/label-raster'
import { rleFromMask, type Rle } from '#core/mask/rle'
import { type IndexRaster, indicesFromPng } from './png-index.ts'

/** Files in order of name; throws TRUTH_MISMATCH when there is no PNG. */
export function listMasks(folder: string): string[] {
  const path = resolve(folder)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Fault('TRUTH_MISMATCH', { path, reason: 'there is no such folder' })
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.png'))
    .sort()
  if (names.length === 0) throw new Fault('TRUTH_MISMATCH', { path, reason: 'it holds no PNG masks' })
  return names.map((name) => join(path, name))
}

export function stemOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return name.replace(/\.[^.]*$/, '')
}

/** For each truth the mask of the same stem, else, when there are equally many, the one at the same place. */
export function pairByName(truth: readonly string[], found: readonly string[]): (string | undefined)[] {
  const byStem = new Map(found.map((path) => [stemOf(path), path]))
  return truth.map((path, i) => byStem.get(stemOf(path)) ?? (found.length === truth.length ? found[i] : undefined))
}

export function readRaster(path: string): IndexRaster {
  return indicesFromPng(readFileSync(path), path)
}

/** Largest grey value that is read as a number of an object; above it (255 above all) grey means just "object". */
const largestGreyId = 32

/** Whether values of the raster number objects: always with a palette, and in grey images of small values. */
export function numbersObjects({ palette, values }: IndexRaster): boolean {
  return palette !== undefined || values.every((value) => value <= largestGreyId)
}

export function idsOf({ values }: IndexRaster): number[] {
  return [...new Set(values)].filter((id) => id > 0).sort((a, b) => a - b)
}

/** Mask of each object; one under id 1 when the values do not number objects. */
export function objectsOf(raster: IndexRaster): Map<number, Rle> {
  if (numbersObjects(raster)) return rlesFromLabels(raster.values, raster.width, raster.height)
  return new Map([[1, anyObject(raster)]])
}

/** Everything that is not 0, as one mask. */
export function anyObject({ values, width, height }: IndexRaster): Rle {
  return rleFromMask(
    Uint8Array.from(values, (value) => (value > 0 ? 1 : 0)),
    width,
    height,
  )
}
