// For tests and figures: what real networks find, held against what was found with them elsewhere and recorded (models/expected.json).
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { UsableModel } from '#core/model/usable-model'
import type { Rgb } from '../inference/resample.ts'
import { readPicture } from '../inference/trial-picture.ts'
import { createInstanceSegmenter } from '../inference/yolo-seg.ts'
import { type FoundBox, openDetector } from './detector.ts'

const Expected = z.object({
  results: z.record(
    z.string(),
    z.record(z.string(), z.array(z.object({ name: z.string(), score: z.number(), box: z.array(z.number()).length(4) }))),
  ),
})
type RecordedBox = z.infer<typeof Expected>['results'][string][string][number]

export const recordedNetworks = [
  ['yolox_nano_416.onnx', 'yolox'],
  ['yolov8n_int8_320.onnx', 'yolov8'],
  ['yolov8n-seg_int8_320.onnx', 'yolo-seg'],
] as const
type Family = (typeof recordedNetworks)[number][1]

export type Held = {
  readonly pictures: number
  /** Boxes that have to be found: those recorded with a score from 0.4 on. */
  readonly recorded: number
  /** A sentence for each box that is missing, or that is sure and was not recorded. */
  readonly problems: readonly string[]
}

/** `folder`: of the real inputs. Throws what reading and running throw. */
export async function heldAgainstRecorded(folder: string, file: string, family: Family): Promise<Held> {
  const { results } = Expected.parse(JSON.parse(await readFile(join(folder, 'models', 'expected.json'), 'utf8')))
  const classNames = z
    .object({ classes: z.array(z.string()) })
    .parse(JSON.parse(await readFile(join(folder, 'models', 'models.json'), 'utf8'))).classes
  const pictures = Object.entries(results[file] ?? {})
  const { find, close } = await openAny(join(folder, 'models', file), family, classNames)
  const problems: string[] = []
  try {
    for (const [name, boxes] of pictures) {
      const picture = await readPicture(join(folder, name))
      problems.push(...unlike(await find(picture), boxes, picture).map((text) => `${name}: ${text}`))
    }
  } finally {
    await close()
  }
  return { pictures: pictures.length, recorded: pictures.flatMap(([, boxes]) => boxes).filter(isSure).length, problems }
}

const isSure = ({ score }: RecordedBox) => score >= 0.4

/** 0.1 in score and 4 percent of the picture's side in a box, as the file itself allows; what is weaker than 0.4 may come or go. */
function unlike(
  found: readonly FoundBox[],
  recorded: readonly RecordedBox[],
  picture: { readonly width: number; readonly height: number },
) {
  const near = (one: FoundBox, other: RecordedBox) => {
    const [x, y, width, height] = one.box
    const corners = [x, y, x + width, y + height]
    const allowed = [picture.width, picture.height, picture.width, picture.height].map((side) => side * 0.04)
    const cut = other.box.map((value, i) => Math.min(i % 2 === 0 ? picture.width : picture.height, Math.max(0, value)))
    return (
      one.className === other.name &&
      Math.abs(one.score - other.score) <= 0.1 &&
      corners.every((value, i) => Math.abs(value - cut[i]!) <= allowed[i]!)
    )
  }
  return [
    ...recorded
      .filter((other) => isSure(other) && !found.some((one) => near(one, other)))
      .map((other) => `missing ${other.name} ${other.score}`),
    ...found
      .filter((one) => one.score >= 0.5 && !recorded.some((other) => near(one, other)))
      .map((one) => `extra ${one.className} ${one.score.toFixed(2)}`),
  ]
}

/** A detector's file that is in no store. */
export function looseModel(path: string, family: 'yolox' | 'yolov8', classNames: readonly string[]): UsableModel {
  const sha256 = '0'.repeat(64)
  return {
    name: path,
    path,
    sha256,
    role: 'detector',
    family,
    files: [{ part: 'whole', path, sha256, sizeBytes: 1 }],
    classNames: [...classNames],
  }
}

type Finder = { find(picture: Rgb): Promise<readonly FoundBox[]>; close(): Promise<void> }

async function openAny(path: string, family: Family, classNames: readonly string[]): Promise<Finder> {
  const options = { providers: ['cpu'] as const, threads: 1, scoreThreshold: 0.25, iouThreshold: 0.45 }
  if (family === 'yolo-seg') {
    const segmenter = await createInstanceSegmenter(path, { ...options, classNames })
    const find = async (picture: Rgb) => (await segmenter.propose(picture)).map((one) => ({ ...one, className: one.className }))
    return { find, close: () => segmenter.close() }
  }
  const detector = await openDetector(looseModel(path, family, classNames), options)
  return { find: detector.detect, close: () => detector.close() }
}
