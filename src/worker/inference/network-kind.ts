// Reads the sizes of an instance-segmentation network of the YOLO kind out of its inputs and outputs.
import { Fault } from '#core/base/fault'
import { describePorts } from '#core/model/onnx-types'
import { requireModel } from '#core/model/recognise'
import type { TensorPort } from './session.ts'

export type SegmenterShape = {
  readonly inputName: string
  /** [1, 4 + classes + coefficients, columns] */
  readonly detectionsName: string
  /** [1, coefficients, height, width] */
  readonly prototypesName: string
  readonly classCount: number
  readonly coefficientCount: number
  /** Fixed by the graph; absent when it takes any size. */
  readonly inputWidth?: number
  readonly inputHeight?: number
}

type Ports = { readonly inputs: readonly TensorPort[]; readonly outputs: readonly TensorPort[] }

const fixed = (size: number | string | undefined): number | undefined => (typeof size === 'number' ? size : undefined)

/** Throws MODEL_UNEXPECTED, which says what the graph of the file at `path` has, and what kind that is if it can be told. */
export function recogniseSegmenter(path: string, ports: Ports): SegmenterShape {
  requireModel(path, ports, 'instanceSegmenter')
  const [input] = ports.inputs
  const detections = ports.outputs.find(({ shape }) => shape.length === 3)
  const prototypes = ports.outputs.find(({ shape }) => shape.length === 4)
  const channels = fixed(detections?.shape[1])
  const coefficientCount = fixed(prototypes?.shape[1])
  if (!input || !detections || !prototypes || !channels || !coefficientCount || (fixed(input.shape[0]) ?? 1) !== 1) {
    const expected = 'one picture at a time, and sizes that tell classes and coefficients apart'
    throw new Fault('MODEL_UNEXPECTED', { path, found: describePorts(ports), expected })
  }
  return {
    inputName: input.name,
    detectionsName: detections.name,
    prototypesName: prototypes.name,
    classCount: channels - 4 - coefficientCount,
    coefficientCount,
    inputWidth: fixed(input.shape[3]),
    inputHeight: fixed(input.shape[2]),
  }
}
