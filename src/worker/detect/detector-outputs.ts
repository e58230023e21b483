// The three forms in which detectors give their boxes, read into one: box in pixels of the input, score, class.
import { Fault } from '#core/base/fault'
import { type Detection, decodeDetections } from '../inference/detection.ts'

export type DetectorFamily = 'yolov8' | 'yolo-end-to-end' | 'yolox'

/** Row-major output of the network as it came. */
export type DetectorOutput = { readonly values: Float32Array; readonly dims: readonly number[] }

export type InputSize = { readonly width: number; readonly height: number }

/** Cells of these sides, in pixels of the input, one after the other; inside of each line by line. */
const yoloxStrides = [8, 16, 32] as const

/**
 * Boxes whose score reaches `threshold` (0 to 1, inclusive), in the order of the output. Values that are not finite give no detection. Throws MODEL_UNEXPECTED when the
 * output does not have the form of the family.
 */
export function detectionsFrom(
  family: DetectorFamily,
  output: DetectorOutput,
  input: InputSize,
  threshold: number,
  path: string,
): readonly Detection[] {
  if (family === 'yolov8') return yolov8Detections(output, threshold, path)
  if (family === 'yolox') return yoloxDetections(output, input, threshold, path)
  return endToEndDetections(output, threshold, path)
}

/** How many classes an output of these sizes tells apart; undefined where it does not say. */
export function classCountOf(family: DetectorFamily, dims: readonly (number | string)[]): number | undefined {
  const size = family === 'yolov8' ? dims[1] : family === 'yolox' ? dims[2] : undefined
  return typeof size === 'number' ? size - (family === 'yolox' ? 5 : 4) : undefined
}

/** [1, 4 + classes, N]: centre, size, then scores past their sigmoid. */
function yolov8Detections({ values, dims }: DetectorOutput, threshold: number, path: string): readonly Detection[] {
  const [, channels = 0, columns = 0] = dims
  if (dims.length !== 3 || channels < 5 || columns < 1) throw unexpected(path, dims, '[1,4+classes,N]')
  return decodeDetections({ values, columns, classCount: channels - 4 }, threshold)
}

/**
 * [1, N, 5 + classes] over the cells of three strides: centre in cells from the cell's corner, size as a logarithm in cells, objectness, class scores. Source: YOLOX,
 * `demo_postprocess`. The score is objectness times the best class.
 */
function yoloxDetections({ values, dims }: DetectorOutput, input: InputSize, threshold: number, path: string): readonly Detection[] {
  const [, rows = 0, columns = 0] = dims
  const cells = yoloxStrides.map((stride) => ({ stride, across: input.width / stride, down: input.height / stride }))
  const expected = cells.reduce((sum, { across, down }) => sum + across * down, 0)
  if (dims.length !== 3 || columns < 6 || rows !== expected) throw unexpected(path, dims, `[1,${expected},5+classes]`)
  const found: Detection[] = []
  let row = 0
  for (const { stride, across, down } of cells)
    for (let y = 0; y < down; y += 1)
      for (let x = 0; x < across; x += 1, row += 1) {
        const at = row * columns
        const { score, classIndex } = bestClass(values, at + 5, columns - 5)
        const total = score * values[at + 4]!
        if (!(total >= threshold)) continue
        const [cx, cy] = [(values[at]! + x) * stride, (values[at + 1]! + y) * stride]
        const [width, height] = [Math.exp(values[at + 2]!) * stride, Math.exp(values[at + 3]!) * stride]
        if (![total, cx, cy, width, height].every(Number.isFinite)) continue
        found.push({ box: [cx - width / 2, cy - height / 2, width, height], score: total, classIndex, column: row })
      }
  return found
}

/** [1, N, 6]: left, top, right, bottom, score, class; what overlaps is suppressed already. */
function endToEndDetections({ values, dims }: DetectorOutput, threshold: number, path: string): readonly Detection[] {
  const [, rows = 0, columns = 0] = dims
  if (dims.length !== 3 || columns !== 6) throw unexpected(path, dims, '[1,N,6]')
  const found: Detection[] = []
  for (let row = 0; row < rows; row += 1) {
    const [left, top, right, bottom, score, name] = values.subarray(row * 6, row * 6 + 6)
    if (!(score! >= threshold)) continue
    if (![left, top, right, bottom, score, name].every((value) => Number.isFinite(value))) continue
    const box = [left!, top!, right! - left!, bottom! - top!] as const
    if (box[2] <= 0 || box[3] <= 0) continue
    found.push({ box, score: score!, classIndex: Math.round(name!), column: row })
  }
  return found
}

function bestClass(values: Float32Array, from: number, count: number): { readonly score: number; readonly classIndex: number } {
  let [score, classIndex] = [Number.NEGATIVE_INFINITY, 0]
  for (let index = 0; index < count; index += 1) {
    const value = values[from + index]!
    if (value > score) [score, classIndex] = [value, index]
  }
  return { score, classIndex }
}

function unexpected(path: string, dims: readonly number[], expected: string): Fault {
  return new Fault('MODEL_UNEXPECTED', { path, found: `an output [${dims}] when run`, expected })
}
