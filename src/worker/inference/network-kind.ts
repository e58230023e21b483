// Tells from the inputs and outputs of a graph whether it is an instance-segmentation network of the YOLO kind, or what else.
import { Fault } from '#core/base/fault'
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

export const expectedSegmenter =
  'an instance-segmentation network of the YOLO kind: one float32 input [1,3,H,W], and the float32 outputs [1,4+classes+M,N] and [1,M,h,w]'

const fixed = (size: number | string | undefined): number | undefined => (typeof size === 'number' ? size : undefined)
/** A dimension that is `wanted`, or is left open by the graph. */
const admits = (size: number | string | undefined, wanted: number) => typeof size === 'string' || size === wanted

function describePort({ name, type, shape }: TensorPort): string {
  return `${name} ${type} [${shape.map((size) => (size === '' ? '?' : size)).join(',')}]`
}

function describePorts({ inputs, outputs }: Ports): string {
  const list = (word: string, ports: readonly TensorPort[]) =>
    `${ports.length} ${word}${ports.length === 1 ? '' : 's'} (${ports.slice(0, 4).map(describePort).join(', ')}${ports.length > 4 ? ', ...' : ''})`
  return `${list('input', inputs)} and ${list('output', outputs)}`
}

/** What a graph with one output is most likely, in words. */
function kindOfSingle(output: TensorPort): string | undefined {
  const [, second, third] = output.shape
  if (output.shape.length === 2) return 'an image classifier or an embedding, with no masks'
  if (output.shape.length === 4) return 'a network that gives one picture-like result, with no single instances'
  if (output.shape.length !== 3) return undefined
  const rows = typeof second === 'number' ? second : Number.POSITIVE_INFINITY
  const columns = typeof third === 'number' ? third : Number.POSITIVE_INFINITY
  if (columns === 6) return 'a detection network with its suppression built in: boxes, and no masks'
  if (columns < rows && columns > 5) {
    return `a detection network of the YOLOX kind (rows with objectness, ${columns - 5} classes): boxes, and no masks`
  }
  if (rows < columns && rows > 4) return `a detection network of the YOLOv8 kind (${rows - 4} classes): boxes, and no masks`
  return undefined
}

function kindOfPair(detections: TensorPort, coefficients: number): string | undefined {
  const [, second, third] = detections.shape
  if (third === 6 + coefficients) return 'a YOLO segmentation network with its suppression built in, which is exported in another form'
  if (typeof second === 'number' && typeof third === 'number' && third < second) {
    return 'a YOLO segmentation network of an older kind (rows with objectness, as in YOLOv5)'
  }
  return undefined
}

function findPair(outputs: readonly TensorPort[]) {
  const detections = outputs.find(({ shape }) => shape.length === 3)
  const prototypes = outputs.find(({ shape }) => shape.length === 4)
  return outputs.length === 2 && detections !== undefined && prototypes !== undefined ? { detections, prototypes } : undefined
}

/** The kind of a graph that is no segmenter, as far as its shapes tell. */
export function kindOfGraph({ inputs, outputs }: Ports): string | undefined {
  const names = [...inputs, ...outputs].map(({ name }) => name.toLowerCase())
  if (names.some((name) => /point_coords|point_labels|mask_input|image_embed|low_res_masks/.test(name))) {
    return 'a part of a promptable segmenter (SAM), which needs clicks or boxes'
  }
  const pair = findPair(outputs)
  if (pair !== undefined) {
    const coefficients = fixed(pair.prototypes.shape[1])
    return coefficients === undefined ? undefined : kindOfPair(pair.detections, coefficients)
  }
  return inputs.length === 1 && outputs.length === 1 ? kindOfSingle(outputs[0]!) : undefined
}

function segmenterShape({ inputs, outputs }: Ports): SegmenterShape | undefined {
  const [input] = inputs
  const pair = findPair(outputs)
  if (input === undefined || inputs.length !== 1 || pair === undefined) return undefined
  if (input.shape.length !== 4 || !admits(input.shape[0], 1) || input.shape[1] !== 3) return undefined
  if ([input, ...outputs].some(({ type }) => type !== 'float32')) return undefined
  const channels = fixed(pair.detections.shape[1])
  const coefficientCount = fixed(pair.prototypes.shape[1])
  if (channels === undefined || coefficientCount === undefined || coefficientCount === 0) return undefined
  const classCount = channels - 4 - coefficientCount
  if (classCount < 1 || kindOfPair(pair.detections, coefficientCount) !== undefined) return undefined
  return {
    inputName: input.name,
    detectionsName: pair.detections.name,
    prototypesName: pair.prototypes.name,
    classCount,
    coefficientCount,
    inputWidth: fixed(input.shape[3]),
    inputHeight: fixed(input.shape[2]),
  }
}

/** Throws MODEL_UNEXPECTED, which says what the graph of the file at `path` has, and what kind that is if it can be told. */
export function recogniseSegmenter(path: string, ports: Ports): SegmenterShape {
  const shape = segmenterShape(ports)
  if (shape !== undefined) return shape
  const kind = kindOfGraph(ports)
  const found = `${describePorts(ports)}${kind === undefined ? '' : `; this is ${kind}`}`
  throw new Fault('MODEL_UNEXPECTED', { path, found, expected: expectedSegmenter })
}
