// The preprocessing that the authors of each family train with, for files whose own is not known.
import type { ModelFamily, ModelFile, Preprocessing } from './model-entry.ts'

const bytesMean = [123.675, 116.28, 103.53]
const bytesStd = [58.395, 57.12, 57.375]
const unitMean = [0.485, 0.456, 0.406]
const unitStd = [0.229, 0.224, 0.225]
const none = { mean: [0, 0, 0], std: [1, 1, 1] }
const noPad: Preprocessing['pad'] = { where: 'none', value: 0, when: 'afterNormalising' }
const grey = (where: 'centre' | 'rightBottom'): Preprocessing['pad'] => ({ where, value: 114, when: 'beforeNormalising' })

/**
 * Sources: predictor of segment-anything (longest side 1024, zeros right and below after normalising), image predictor of SAM 2
 * (squash to 1024), YOLOv8 (grey 114 around the centre, 0 to 1), YOLOX (grey 114 right and below, BGR, 0 to 255), DINOv2 (sides
 * multiples of 14). An input [H,W,3] has the normalising inside of the graph.
 */
export function defaultPreprocessing(family: ModelFamily, files: readonly Pick<ModelFile, 'part' | 'inputs'>[]): Preprocessing | undefined {
  const file = files.find(({ part }) => part === 'whole' || part === 'encoder')
  const shape = file?.inputs[0]?.shape
  if (shape === undefined) return undefined
  const layout = shape.length === 3 ? 'hwc' : 'nchw'
  const fixed = (axis: number) => (typeof shape[axis] === 'number' ? shape[axis] : undefined)
  const size = layout === 'nchw' ? { width: fixed(3), height: fixed(2) } : { width: fixed(1), height: fixed(0) }
  if (family === 'sam' || family === 'edgesam') {
    const resize = {
      rule: 'longestSide',
      width: size.width ?? 1024,
      height: size.height ?? 1024,
      multiple: 1,
      interpolation: 'bilinear',
    } as const
    if (layout === 'hwc') return { resize, pad: noPad, colour: 'rgb', scale: 1, ...none, layout }
    return { resize, pad: { ...noPad, where: 'rightBottom' }, colour: 'rgb', scale: 1, mean: bytesMean, std: bytesStd, layout }
  }
  const unit = { colour: 'rgb', scale: 1 / 255, layout } as const
  if (family === 'sam2' || family === 'sam2-video') {
    const resize = {
      rule: 'squash',
      width: size.width ?? 1024,
      height: size.height ?? 1024,
      multiple: 1,
      interpolation: 'bilinear',
    } as const
    return { resize, pad: noPad, ...unit, mean: unitMean, std: unitStd }
  }
  if (family === 'features') {
    const resize = { rule: 'squash', ...size, multiple: 14, interpolation: 'bicubic' } as const
    return { resize, pad: noPad, ...unit, mean: unitMean, std: unitStd }
  }
  const resize = { rule: 'letterbox', ...size, multiple: 32, interpolation: 'area' } as const
  if (family === 'yolox') return { resize, pad: grey('rightBottom'), colour: 'bgr', scale: 1, ...none, layout }
  return { resize, pad: grey('centre'), ...unit, ...none }
}
