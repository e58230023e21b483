// Says what a graph most likely is that belongs to none of the known families, so that a person whose file was refused knows what it is.
import type { OnnxPort, Ports } from './onnx-types.ts'

function kindOfSingle({ shape }: OnnxPort): string | undefined {
  if (shape.length === 2) return 'an image classifier or an embedding, with no masks'
  if (shape.length === 4) return 'a network that gives one picture-like result, with no single instances'
  return undefined
}

function kindOfPair(detections: OnnxPort, prototypes: OnnxPort): string | undefined {
  const [, second, third] = detections.shape
  const coefficients = prototypes.shape[1]
  if (typeof coefficients !== 'number') return undefined
  if (third === 6 + coefficients) return 'a YOLO segmentation network with its suppression built in, which is exported in another form'
  if (typeof second === 'number' && typeof third === 'number' && third < second) {
    return 'a YOLO segmentation network of an older kind (rows with objectness, as in YOLOv5)'
  }
  return undefined
}

/** In words, as far as names and shapes tell. */
export function kindOfGraph({ inputs, outputs }: Ports): string | undefined {
  const names = [...inputs, ...outputs].map(({ name }) => name.toLowerCase())
  if (names.some((name) => /point_coords|point_labels|mask_input|image_embed|low_res_masks/.test(name))) {
    return 'a part of a promptable segmenter (SAM), which needs clicks or boxes'
  }
  const detections = outputs.find(({ shape }) => shape.length === 3)
  const prototypes = outputs.find(({ shape }) => shape.length === 4)
  if (outputs.length === 2 && detections !== undefined && prototypes !== undefined) return kindOfPair(detections, prototypes)
  return inputs.length === 1 && outputs.length === 1 ? kindOfSingle(outputs[0]!) : undefined
}
