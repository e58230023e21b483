// Offers the masks of a YOLO-kind instance-segmentation network for a picture.
import { Fault } from '#core/base/fault'
import { type Detection, decodeDetections, suppressOverlaps } from './detection.ts'
import { type Box, boxInPicture, fillLetterbox, type Letterbox, letterboxFor } from './letterbox.ts'
import { recogniseSegmenter, type SegmenterShape } from './network-kind.ts'
import { assembleMask, logitsFrom, type Prototypes } from './prototype-mask.ts'
import type { Rgb } from './resample.ts'
import type { ProviderName } from './runtime.ts'
import { openModelThread } from './model-thread.ts'
import type { FailedProvider, TensorValue } from './session.ts'

export type InstanceMask = {
  /** 0 or 1, row-major, of the picture's size. */
  readonly mask: Uint8Array
  /** Pixels that are 1; from 1. */
  readonly area: number
  /** The detection's box, [x, y, width, height] in pixels of the picture, cut to it; the mask lies inside. Not rounded. */
  readonly box: Box
  /** Of the best class, 0 to 1. */
  readonly score: number
  /** How little the mask depends on its threshold, 0 to 1. */
  readonly stability: number
  readonly classIndex: number
  readonly className?: string
}

export type SegmenterOptions = {
  /** Tried in this order. */
  readonly providers?: readonly ProviderName[]
  readonly threads?: number
  readonly deviceId?: number
  /** Aborted: a picture that is being looked at is left at once, with CANCELLED. */
  readonly signal?: AbortSignal
  /** 0 to 1, inclusive. */
  readonly scoreThreshold?: number
  /** Two boxes of one class that overlap by more than this are one object. */
  readonly iouThreshold?: number
  /** The best so many of a picture. */
  readonly maxInstances?: number
  /** As many as the network has classes, in its order. */
  readonly classNames?: readonly string[]
  /** Pixels, a multiple of 32: the side of the input of a network that takes any size. */
  readonly inputSize?: number
}

export type SegmenterDescription = {
  readonly path: string
  readonly sha256: string
  readonly provider: ProviderName
  /** False when the CPU does the part that the provider did not take. */
  readonly wholeGraph: boolean
  readonly failed: readonly FailedProvider[]
  readonly threads: number
  readonly classCount: number
  readonly inputWidth: number
  readonly inputHeight: number
  readonly scoreThreshold: number
  readonly iouThreshold: number
  readonly maxInstances: number
}

export type InstanceSegmenter = {
  /** Best first. A detection whose mask has no pixel offers nothing and is left out. */
  propose(picture: Rgb): Promise<readonly InstanceMask[]>
  readonly description: SegmenterDescription
  close(): Promise<void>
}

type Outputs = { readonly detections: Float32Array; readonly columns: number; readonly prototypes: Prototypes }

function float32Of(value: TensorValue | undefined): { values: Float32Array; dims: readonly number[] } | undefined {
  return value?.values instanceof Float32Array ? { values: value.values, dims: value.dims } : undefined
}

/** Checks what the graph gave against what it promised, for open dimensions are only known now. */
function outputsFrom(path: string, shape: SegmenterShape, results: Readonly<Record<string, TensorValue>>): Outputs {
  const detections = float32Of(results[shape.detectionsName])
  const prototypes = float32Of(results[shape.prototypesName])
  const channels = 4 + shape.classCount + shape.coefficientCount
  const [, gotChannels, columns] = detections?.dims ?? []
  const [, gotCount, height, width] = prototypes?.dims ?? []
  if (!detections || !prototypes || gotChannels !== channels || !columns || gotCount !== shape.coefficientCount || !height || !width) {
    const found = `outputs [${detections?.dims}] and [${prototypes?.dims}] when run`
    throw new Fault('MODEL_UNEXPECTED', { path, found, expected: `[1,${channels},N] and [1,${shape.coefficientCount},h,w]` })
  }
  return { detections: detections.values, columns, prototypes: { values: prototypes.values, count: gotCount, width, height } }
}

function coefficientsOf({ column }: Detection, shape: SegmenterShape, { detections, columns }: Outputs): Float32Array {
  return Float32Array.from({ length: shape.coefficientCount }, (_, index) => detections[(4 + shape.classCount + index) * columns + column]!)
}

function instancesFrom(
  outputs: Outputs,
  shape: SegmenterShape,
  letterbox: Letterbox,
  limits: SegmenterDescription,
  names?: readonly string[],
) {
  const grid = { values: outputs.detections, columns: outputs.columns, classCount: shape.classCount }
  const kept = suppressOverlaps(decodeDetections(grid, limits.scoreThreshold), limits.iouThreshold, limits.maxInstances)
  return kept.flatMap((detection): readonly InstanceMask[] => {
    const box = boxInPicture(detection.box, letterbox)
    const logits = logitsFrom(coefficientsOf(detection, shape, outputs), outputs.prototypes)
    const assembled = assembleMask(logits, outputs.prototypes, box, letterbox)
    if (assembled.area === 0) return []
    const { score, classIndex } = detection
    return [{ ...assembled, box, score, classIndex, className: names?.[classIndex] }]
  })
}

function checkPicture({ width, height, pixels }: Rgb): void {
  if (width < 1 || height < 1 || pixels.length !== width * height * 3) {
    throw new Error(`A picture of ${width} x ${height} needs ${width * height * 3} bytes, not ${pixels.length}.`)
  }
}

/**
 * Opens the network. Throws the faults of `openModelThread`, and MODEL_UNEXPECTED when the graph is of another kind or has
 * another number of classes than there are names.
 */
export async function createInstanceSegmenter(modelPath: string, options: SegmenterOptions = {}): Promise<InstanceSegmenter> {
  const { providers = ['cpu'], threads = 1, deviceId, classNames, inputSize = 640, signal } = options
  const session = await openModelThread(modelPath, { providers, threads, deviceId, signal })
  try {
    const shape = recogniseSegmenter(modelPath, session)
    if (classNames !== undefined && classNames.length !== shape.classCount) {
      const expected = `${classNames.length}, as many as there are class names`
      throw new Fault('MODEL_UNEXPECTED', { path: modelPath, found: `${shape.classCount} classes`, expected })
    }
    const { path, sha256, provider, wholeGraph, failed } = session
    const { scoreThreshold = 0.25, iouThreshold = 0.45, maxInstances = 100 } = options
    const inputWidth = shape.inputWidth ?? inputSize
    const inputHeight = shape.inputHeight ?? inputSize
    const limits = { scoreThreshold, iouThreshold, maxInstances }
    const network = { path, sha256, provider, wholeGraph, failed, threads, classCount: shape.classCount, inputWidth, inputHeight }
    const description: SegmenterDescription = { ...network, ...limits }
    return {
      description,
      close: () => session.close(),
      async propose(picture) {
        checkPicture(picture)
        const letterbox = letterboxFor(picture, inputWidth, inputHeight)
        const input: TensorValue = { type: 'float32', dims: [1, 3, inputHeight, inputWidth], values: fillLetterbox(picture, letterbox) }
        const outputs = outputsFrom(modelPath, shape, await session.run({ [shape.inputName]: input }))
        return instancesFrom(outputs, shape, letterbox, description, classNames)
      },
    }
  } catch (error) {
    await session.close()
    throw error
  }
}
