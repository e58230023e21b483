// Finds things by their boxes with a detection network of the YOLOv8, YOLOX or end-to-end kind.
import { Fault } from '#core/base/fault'
import { defaultPreprocessing } from '#core/model/preprocessing-defaults'
import { fileOfPart, type UsableModel } from '#core/model/usable-model'
import type { Preprocessing } from '#core/model/model-entry'
import { suppressOverlaps } from '../inference/detection.ts'
import { type Box, boxInPicture } from '../inference/letterbox.ts'
import { type ModelThreadOptions, openModelThread } from '../inference/model-thread.ts'
import { pictureTensor } from '../inference/picture-tensor.ts'
import type { Rgb } from '../inference/resample.ts'
import type { ModelSession } from '../inference/session.ts'
import { wantedClasses } from './class-filter.ts'
import { classCountOf, type DetectorFamily, detectionsFrom } from './detector-outputs.ts'
import { cropOf, joinTiles, type Tile, tilesOf } from './tiling.ts'

export type FoundBox = {
  /** [x, y, width, height] in pixels of the picture, cut to it, not rounded; both sides above 0. */
  readonly box: Box
  /** 0 to 1. */
  readonly score: number
  readonly classIndex: number
  readonly className: string | undefined
}

export type DetectorOptions = ModelThreadOptions & {
  /** 0 to 1, inclusive. */
  readonly scoreThreshold?: number
  /** Two boxes of one class that overlap by more than this are one thing. */
  readonly iouThreshold?: number
  readonly maxDetections?: number
  /** Names or numbers of the classes that are wanted, as the settings write them; none = all. */
  readonly classes?: readonly string[]
  /** 1 = the whole picture only; n = n x n tiles besides. */
  readonly tiles?: number
  /** 0 to below 1, of a tile's side. */
  readonly tileOverlap?: number
}

export type Detector = {
  readonly session: Pick<ModelSession, 'path' | 'sha256' | 'provider' | 'wholeGraph' | 'failed'>
  /** Best first. */
  detect(picture: Rgb): Promise<readonly FoundBox[]>
  close(): Promise<void>
}

const families: ReadonlySet<string> = new Set<DetectorFamily>(['yolov8', 'yolo-end-to-end', 'yolox'])

/** Throws the faults of `openModelThread`, MODEL_UNEXPECTED for a model that is no detector, and CONFIG_INVALID for a class that it does not have. */
export async function openDetector(model: UsableModel, options: DetectorOptions): Promise<Detector> {
  const path = fileOfPart(model, 'whole')
  if (!families.has(model.family)) throw new Fault('MODEL_UNEXPECTED', { path, found: model.family, expected: [...families].join(', ') })
  const family = model.family as DetectorFamily
  const { scoreThreshold = 0.25, iouThreshold = 0.45, maxDetections = 100, classes = [], tiles = 1, tileOverlap = 0.1, ...thread } = options
  const session = await openModelThread(path, thread)
  try {
    const preprocessing = model.preprocessing ?? preprocessingOf(family, session)
    const [inputName, outputName] = [session.inputs[0]!.name, session.outputs[0]!.name]
    const wanted = wantedClasses(classes, model.classNames, classCountOf(family, session.outputs[0]!.shape), 'stages.ssam.classes')
    const look = async (picture: Rgb): Promise<FoundBox[]> => {
      const tensor = pictureTensor(picture, preprocessing)
      const results = await session.run({ [inputName]: { type: 'float32', dims: tensor.dims, values: tensor.values } })
      const output = results[outputName]
      if (!(output?.values instanceof Float32Array))
        throw new Fault('MODEL_UNEXPECTED', { path, found: 'an output of whole numbers', expected: 'float32' })
      const size = { width: tensor.dims[3]!, height: tensor.dims[2]! }
      const found = detectionsFrom(family, { values: output.values, dims: output.dims }, size, scoreThreshold, path)
      const offered = wanted ? found.filter(({ classIndex }) => wanted.has(classIndex)) : found
      // An end-to-end network has suppressed already; doing it again would drop what it meant to keep.
      const kept = family === 'yolo-end-to-end' ? offered.slice(0, maxDetections) : suppressOverlaps(offered, iouThreshold, maxDetections)
      const place = { ...tensor, pictureWidth: picture.width, pictureHeight: picture.height }
      return kept
        .map(({ box, score, classIndex }) => ({
          box: boxInPicture(box, place),
          score,
          classIndex,
          className: model.classNames?.[classIndex],
        }))
        .filter(({ box }) => box[2] > 0 && box[3] > 0)
    }
    return {
      session,
      close: () => session.close(),
      detect: async (picture) => {
        const parts = tilesOf(picture, tiles, tileOverlap)
        if (parts.length === 1) return look(picture)
        const found: (FoundBox & { readonly tile: Tile })[] = []
        for (const tile of parts)
          for (const one of await look(cropOf(picture, tile)))
            found.push({ ...one, tile, box: [one.box[0] + tile.x, one.box[1] + tile.y, one.box[2], one.box[3]] })
        return joinTiles(found, picture, iouThreshold, maxDetections).map(({ tile: _tile, ...one }) => one)
      },
    }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** What the authors of the family train with, at the size that the network's input has. */
function preprocessingOf(family: DetectorFamily, session: Pick<ModelSession, 'path' | 'sha256' | 'inputs' | 'outputs'>): Preprocessing {
  const found = defaultPreprocessing(family, [
    { part: 'whole', inputs: session.inputs.map((port) => ({ ...port, shape: [...port.shape] })) },
  ])
  if (!found) throw new Fault('MODEL_UNEXPECTED', { path: session.path, found: 'a network without an input', expected: 'one picture' })
  return found
}
