// J, F and their mean of a folder of masks against a folder of truth, for one object or for several.
import { resolve } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { type ObjectsScore, scoreObjects, scoreSequence, type SequenceScore } from '#core/metric/score'
import { anyObject, idsOf, listMasks, numbersObjects, objectsOf, pairByName, readRaster } from '#engine/engine'

export type MasksScore = {
  readonly type: 'masks'
  /** Truth frames, and masks found. The first and the last frame do not count. */
  readonly frames: number
  readonly found: number
  readonly J: number
  readonly F: number
  readonly JF: number
  /** One entry per object of the truth when it numbers several. */
  readonly objects: readonly { readonly id: number; readonly J: number; readonly F: number; readonly JF: number }[]
  readonly unknownIds: readonly number[]
}

/** Throws TRUTH_MISMATCH when a folder holds no masks, or too few to score. */
export function scoreMaskFolder(folder: string, truthFolder: string): MasksScore {
  const truth = listMasks(truthFolder)
  const found = listMasks(folder)
  const paired = pairByName(truth, found)
  const counts = { type: 'masks', frames: truth.length, found: found.length } as const
  try {
    if (severalObjects(truth)) return { ...counts, ...fromObjects(scoreObjects(objectFrames(truth, paired))) }
    return { ...counts, ...namesOf(scoreSequence(binaryFrames(truth, paired))), objects: [], unknownIds: [] }
  } catch (error) {
    if (error instanceof RangeError) throw new Fault('TRUTH_MISMATCH', { path: resolve(truthFolder), reason: reasonOfError(error) }, error)
    throw error
  }
}

function severalObjects(truth: readonly string[]): boolean {
  const ids = new Set<number>()
  for (const path of truth) {
    const raster = readRaster(path)
    if (!numbersObjects(raster)) return false
    for (const id of idsOf(raster)) ids.add(id)
  }
  return ids.size > 1
}

function* binaryFrames(truth: readonly string[], paired: readonly (string | undefined)[]) {
  for (const [i, path] of truth.entries()) {
    const mask = paired[i]
    yield { truth: anyObject(readRaster(path)), predicted: mask === undefined ? undefined : anyObject(readRaster(mask)) }
  }
}

function* objectFrames(truth: readonly string[], paired: readonly (string | undefined)[]) {
  for (const [i, path] of truth.entries()) {
    const raster = readRaster(path)
    const mask = paired[i]
    const predicted = mask === undefined ? new Map() : objectsOf(readRaster(mask))
    yield { size: [raster.height, raster.width] as const, truth: objectsOf(raster), predicted }
  }
}

function namesOf({ j, f, jf }: Pick<SequenceScore, 'j' | 'f' | 'jf'>) {
  return { J: j, F: f, JF: jf }
}

function fromObjects(score: ObjectsScore) {
  return { ...namesOf(score), objects: score.objects.map((one) => ({ id: one.id, ...namesOf(one) })), unknownIds: score.unknownIds }
}
