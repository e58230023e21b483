// A tiny network with the inputs and outputs of YOLO-seg, whose answers are known: pure red, green and blue squares of the picture.
import type { Graph, GraphConstant, GraphNode } from './onnx-writer.ts'

/** Side of the input in pixels. */
export const tinyYoloSide = 320
export const tinyYoloClasses = ['red', 'green', 'blue'] as const
/** A cell's box is so many times its stride, so that a square of one cell lies in the middle of its box. */
export const boxPerStride = 2
const coefficients = 32
const strides = [8, 16, 32] as const

const node = (op: string, inputs: readonly string[], output: string, attributes?: GraphNode['attributes']): GraphNode => ({
  op,
  inputs,
  outputs: [output],
  ...(attributes && { attributes }),
})

/** Cells over strides 8, 16, 32; in a stride over y, then x. */
function boxes(): Float32Array {
  const count = strides.reduce((sum, stride) => sum + (tinyYoloSide / stride) ** 2, 0)
  const values = new Float32Array(4 * count)
  let at = 0
  for (const stride of strides) {
    const cells = tinyYoloSide / stride
    for (let y = 0; y < cells; y++)
      for (let x = 0; x < cells; x++, at++) {
        values[at] = (x + 0.5) * stride
        values[at + count] = (y + 0.5) * stride
        values[at + 2 * count] = boxPerStride * stride
        values[at + 3 * count] = boxPerStride * stride
      }
  }
  return values
}

/**
 * Score of a class in a cell: the mean of its channel there, less the means of the other two, and at least 0: 1 for a cell of that
 * pure colour, 0 for grey, black and white. The first mask coefficient is 1, the others are 0. The first prototype is the brightest
 * channel of each 4 x 4 pixels, less one half: masks are where the picture is bright. The others are 0.
 */
export function tinyYoloSeg(): Graph {
  const columns = strides.reduce((sum, stride) => sum + (tinyYoloSide / stride) ** 2, 0)
  const quarter = tinyYoloSide / 4
  const classes = tinyYoloClasses.length
  const constants: readonly GraphConstant[] = [
    { name: 'boxes', dims: [1, 4, columns], values: boxes() },
    { name: 'coefficients', dims: [1, coefficients, 1], values: Float32Array.from({ length: coefficients }, (_, at) => Number(at === 0)) },
    { name: 'against', dims: [classes, 3, 1, 1], values: Float32Array.from({ length: 9 }, (_, at) => (at % 4 === 0 ? 1 : -1)) },
    { name: 'half', dims: [], values: Float32Array.of(0.5) },
    { name: 'onlyFirst', dims: [1, coefficients, 1, 1], values: Float32Array.from({ length: coefficients }, (_, at) => Number(at === 0)) },
    { name: 'flat', dims: [3], values: BigInt64Array.of(1n, BigInt(classes), -1n) },
    { name: 'columnShape', dims: [3], values: BigInt64Array.of(1n, BigInt(coefficients), BigInt(columns)) },
  ]
  const scored = strides.flatMap((stride): readonly GraphNode[] => [
    node('AveragePool', ['images'], `mean${stride}`, { kernel_shape: [stride, stride], strides: [stride, stride] }),
    node('Conv', [`mean${stride}`, 'against'], `pure${stride}`),
    node('Relu', [`pure${stride}`], `score${stride}`),
    node('Reshape', [`score${stride}`, 'flat'], `row${stride}`),
  ])
  return {
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, tinyYoloSide, tinyYoloSide] }],
    outputs: [
      { name: 'output0', type: 'float32', shape: [1, 4 + classes + coefficients, columns] },
      { name: 'output1', type: 'float32', shape: [1, coefficients, quarter, quarter] },
    ],
    nodes: [
      ...scored,
      node(
        'Concat',
        strides.map((stride) => `row${stride}`),
        'scores',
        { axis: 2 },
      ),
      node('Expand', ['coefficients', 'columnShape'], 'ones'),
      node('Concat', ['boxes', 'scores', 'ones'], 'output0', { axis: 1 }),
      node('MaxPool', ['images'], 'brightest', { kernel_shape: [4, 4], strides: [4, 4] }),
      node('ReduceMax', ['brightest'], 'bright', { axes: [1], keepdims: 1 }),
      node('Sub', ['bright', 'half'], 'logits'),
      node('Mul', ['logits', 'onlyFirst'], 'output1'),
    ],
    constants,
    metadata: { task: 'segment', names: `{${tinyYoloClasses.map((name, index) => `${index}: '${name}'`).join(', ')}}`, license: 'ours' },
  }
}
