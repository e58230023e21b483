// Golden tensors of each family's preprocessing, worked out by hand on pictures of a few pixels.
import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '#core/model/model-entry'
import { pictureTensor, placePicture } from './picture-tensor.ts'
import type { Rgb } from './resample.ts'

const base: Preprocessing = {
  resize: { rule: 'letterbox', width: 4, height: 4, multiple: 1, interpolation: 'area' },
  pad: { where: 'centre', value: 114, when: 'beforeNormalising' },
  colour: 'rgb',
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'nchw',
}
/** Four pixels by two, each [10, 20, 30] but the last, [40, 50, 60]. */
const picture: Rgb = {
  width: 4,
  height: 2,
  pixels: Uint8Array.from({ length: 24 }, (_, at) => (at < 21 ? 10 + (at % 3) * 10 : 40 + (at % 3) * 10)),
}
const plane = (values: Float32Array, channel: number) => [...values.subarray(channel * 16, channel * 16 + 16)]

describe('pictureTensor', () => {
  it('YOLO: in the middle between grey, 0 to 1, red first', () => {
    const { values, dims } = pictureTensor(picture, { ...base, scale: 1 / 255 })
    expect(dims).toEqual([1, 3, 4, 4])
    const grey = Array<number>(4).fill(114)
    expect(plane(values, 0).map((value) => Math.round(value * 255))).toEqual([...grey, 10, 10, 10, 10, 10, 10, 10, 40, ...grey])
  })

  it('YOLOX: at the top left, blue first, 0 to 255', () => {
    const { values } = pictureTensor(picture, { ...base, colour: 'bgr', pad: { ...base.pad, where: 'rightBottom' } })
    expect(plane(values, 0)).toEqual([30, 30, 30, 30, 30, 30, 30, 60, ...Array<number>(8).fill(114)])
  })

  it('SAM: zeros after normalising, so that the padding is the mean and not black', () => {
    const { values } = pictureTensor(picture, {
      ...base,
      resize: { ...base.resize, rule: 'longestSide' },
      pad: { where: 'rightBottom', value: 0, when: 'afterNormalising' },
      mean: [10, 0, 0],
      std: [2, 1, 1],
    })
    expect(plane(values, 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 15, ...Array<number>(8).fill(0)])
  })

  it('SAM 2: squashed without regard to the aspect', () => {
    const { values, scaleX, scaleY } = pictureTensor(picture, {
      ...base,
      resize: { ...base.resize, rule: 'squash' },
      pad: { ...base.pad, where: 'none' },
    })
    expect([scaleX, scaleY]).toEqual([1, 2])
    expect(plane(values, 2).slice(0, 4)).toEqual([30, 30, 30, 30])
    expect(plane(values, 2)[15]).toBe(60)
  })

  it('MobileSAM: as a picture of its own size, channels last', () => {
    const hwc: Preprocessing = {
      ...base,
      resize: { ...base.resize, rule: 'longestSide' },
      pad: { ...base.pad, where: 'none' },
      layout: 'hwc',
    }
    const { values, dims } = pictureTensor(picture, hwc)
    expect(dims).toEqual([2, 4, 3])
    expect([...values]).toEqual([...picture.pixels])
  })
})

describe('placePicture', () => {
  it.each<[string, Preprocessing['resize'], Preprocessing['pad']['where'], readonly [number, number], readonly number[]]>([
    ['letterbox rounds and centres', { ...base.resize, width: 320, height: 320 }, 'centre', [854, 480], [320, 320, 320, 180, 0, 70]],
    [
      'SAM: 854 x 480 becomes 1024 x 576',
      { ...base.resize, rule: 'longestSide', width: 1024, height: 1024 },
      'rightBottom',
      [854, 480],
      [1024, 1024, 1024, 576, 0, 0],
    ],
    [
      'an open size is padded up to the multiple, and nothing is enlarged',
      { rule: 'letterbox', multiple: 32, interpolation: 'area' },
      'rightBottom',
      [100, 65],
      [128, 96, 100, 65, 0, 0],
    ],
    [
      'the shortest side covers, and the middle is kept',
      { ...base.resize, rule: 'shortestSide', width: 224, height: 224 },
      'none',
      [400, 200],
      [224, 224, 448, 224, -112, 0],
    ],
  ])('%s', (_, resize, where, [width, height], expected) => {
    const {
      canvasWidth,
      canvasHeight,
      width: w,
      height: h,
      left,
      top,
    } = placePicture({ width, height }, { ...base, resize, pad: { ...base.pad, where } })
    expect([canvasWidth, canvasHeight, w, h, left, top]).toEqual(expected)
  })
})
