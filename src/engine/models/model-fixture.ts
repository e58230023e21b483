// Model files for tests: graphs with the inputs and outputs of a family and nothing behind them.
import { encodeGraph, type Graph, type GraphConstant } from '#core/model/onnx-writer'

const port = (name: string, shape: readonly (number | string)[]) => ({ name, type: 'float32', shape }) as const

export function yoloSegBytes(metadata: Graph['metadata'] = {}, constants: readonly GraphConstant[] = []): Uint8Array<ArrayBuffer> {
  return encodeGraph({
    inputs: [port('images', [1, 3, 320, 320])],
    outputs: [port('output0', [1, 38, 2100]), port('output1', [1, 32, 80, 80])],
    nodes: [],
    constants,
    metadata,
  })
}

const embeddings = port('image_embeddings', [1, 256, 64, 64])

export function samEncoderBytes(): Uint8Array<ArrayBuffer> {
  return encodeGraph({ inputs: [port('image', [1, 3, 1024, 1024])], outputs: [embeddings], nodes: [] })
}

export function samDecoderBytes(): Uint8Array<ArrayBuffer> {
  return encodeGraph({
    inputs: [
      embeddings,
      port('point_coords', [1, 'n', 2]),
      port('point_labels', [1, 'n']),
      port('mask_input', [1, 1, 256, 256]),
      port('has_mask_input', [1]),
      port('orig_im_size', [2]),
    ],
    outputs: [port('masks', ['', '', '', '']), port('iou_predictions', ['', '']), port('low_res_masks', ['', '', '', ''])],
    nodes: [],
  })
}
