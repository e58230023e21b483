// Recognising graphs by their ports: segmenters with fixed and open sizes, and what the others are called.
import { describe, expect, test } from 'vitest'
import { recogniseSegmenter } from './network-kind.ts'
import type { TensorPort } from './session.ts'

type Shape = TensorPort['shape']
const port = (name: string, shape: Shape, type = 'float32'): TensorPort => ({ name, type, shape })
const graph = (input: Shape, ...outputs: readonly Shape[]) => ({
  inputs: [port('images', input)],
  outputs: outputs.map((shape, at) => port(`output${at}`, shape)),
})

describe('segmenters', () => {
  test('fixed sizes', () => {
    expect(recogniseSegmenter('m', graph([1, 3, 320, 416], [1, 116, 2730], [1, 32, 80, 104]))).toEqual({
      inputName: 'images',
      detectionsName: 'output0',
      prototypesName: 'output1',
      classCount: 80,
      coefficientCount: 32,
      inputWidth: 416,
      inputHeight: 320,
    })
  })

  test('open sizes, and outputs in the other order', () => {
    const ports = graph(['batch', 3, 'height', 'width'], ['batch', 32, 'h', 'w'], ['batch', 37, 'anchors'])
    expect(recogniseSegmenter('m', ports)).toMatchObject({
      classCount: 1,
      detectionsName: 'output1',
      prototypesName: 'output0',
      inputWidth: undefined,
    })
  })
})

describe('everything else is refused and named', () => {
  const cases: readonly (readonly [ReturnType<typeof graph>, string])[] = [
    [graph([1, 3, 320, 320], [1, 84, 2100]), 'a network of the family yolov8'],
    [graph(['b', 3, 'h', 'w'], ['b', 6, 'n']), '[b,6,n]'],
    [graph([1, 3, 416, 416], [1, 3549, 85]), 'a network of the family yolox'],
    [graph([1, 3, 640, 640], [1, 300, 6]), 'a network of the family yolo-end-to-end'],
    [graph([1, 3, 640, 640], [1, 300, 38], [1, 32, 160, 160]), 'YOLO segmentation network with its suppression built in'],
    [graph([1, 3, 640, 640], [1, 25200, 117], [1, 32, 160, 160]), 'older kind'],
    [graph([1, 3, 224, 224], [1, 1000]), 'classifier'],
    [graph([1, 3, 512, 512], [1, 21, 512, 512]), 'no single instances'],
  ]
  test.each(cases)('%#', (ports, kind) => {
    expect(() => recogniseSegmenter('m', ports)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNEXPECTED', message: expect.stringContaining(kind) }),
    )
  })

  test('a part of a promptable segmenter is called that, though its outputs look like a pair', () => {
    const ports = {
      inputs: [port('image_embeddings', [1, 256, 64, 64]), port('point_coords', [1, 'n', 2])],
      outputs: [port('masks', [1, 4, 256, 256])],
    }
    expect(() => recogniseSegmenter('m', ports)).toThrow('a part of a promptable segmenter')
  })

  test('a segmenter of several pictures at a time is refused with its sizes in the sentence', () => {
    expect(() => recogniseSegmenter('m', graph([4, 3, 320, 320], [4, 116, 2100], [4, 32, 80, 80]))).toThrow('images float32 [4,3,320,320]')
  })

  test('coefficients that leave no class are refused', () => {
    expect(() => recogniseSegmenter('m', graph([1, 3, 320, 320], [1, 36, 2100], [1, 32, 80, 80]))).toThrow(
      'an instance segmenter of the YOLO-seg kind',
    )
  })
})
