// Tiny encoders with the inputs and outputs of SAM 2 for video: pictures become mean colours, prompts become their own numbers.
import { float, node, port, whole } from '../graph-parts.ts'
import type { Graph, GraphConstant } from '../onnx-writer.ts'
import { pooled } from '../tiny-sam.ts'

/** Every value of vision_pos_enc_0..2. */
export const visionPosition = [0.125, 0.25, 0.375] as const
/** Every value of dense_pe. */
export const densePosition = 0.25

/** Channels 0..2 of `channels` are the three colours, the others are 0. */
function colours(channels: number): GraphConstant {
  const values = new Float32Array(channels * 3)
  for (let channel = 0; channel < 3; channel++) values[channel * 3 + channel] = 1
  return { name: `colours${channels}`, dims: [channels, 3, 1, 1], values }
}

/** Each feature map has the mean colour of 4, 8 or 16 pixels in its channels 0..2. */
export function tinyVideoEncoder(): Graph {
  const sides = [256, 128, 64]
  return {
    inputs: [port('input_image', [1, 3, 1024, 1024])],
    outputs: [
      port('vision_features', [1, 256, 64, 64]),
      ...sides.map((side, level) => port(`vision_pos_enc_${level}`, [1, 256, side, side])),
      port('backbone_fpn_0', [1, 32, 256, 256]),
      port('backbone_fpn_1', [1, 64, 128, 128]),
      port('backbone_fpn_2', [1, 256, 64, 64]),
    ],
    nodes: [
      ...pooled('input_image', 'pooled4', 4),
      ...pooled('input_image', 'pooled8', 8),
      ...pooled('input_image', 'pooled16', 16),
      node('Conv', ['pooled4', 'colours32'], 'backbone_fpn_0'),
      node('Conv', ['pooled8', 'colours64'], 'backbone_fpn_1'),
      node('Conv', ['pooled16', 'colours256'], 'vision_features'),
      node('Identity', ['vision_features'], 'backbone_fpn_2'),
      ...sides.map((_, level) => node('Expand', [`position${level}`, `size${level}`], `vision_pos_enc_${level}`)),
    ],
    constants: [
      colours(32),
      colours(64),
      colours(256),
      ...sides.flatMap((side, level) => [
        float(`position${level}`, [1, 1, 1, 1], visionPosition[level]!),
        whole(`size${level}`, 1, 256, side, side),
      ]),
    ],
  }
}

/**
 * sparse_embeddings: x, y (pixels of 1024) and label in channels 0..2. dense_embeddings: channel 0 is the mask averaged over 4 x 4
 * pixels of its 256, channel 1 is 1, both only when masks_enable is 1.
 */
export function tinyPromptEncoder(): Graph {
  return {
    inputs: [
      port('coords', ['num_labels', 'num_points', 2]),
      { name: 'labels', type: 'int32', shape: ['num_labels', 'num_points'] },
      port('masks', ['num_labels', 256, 256]),
      { name: 'masks_enable', type: 'int32', shape: [1] },
    ],
    outputs: [
      port('sparse_embeddings', ['num_labels', 'num_points', 256]),
      port('dense_embeddings', ['num_labels', 256, 64, 64]),
      port('dense_pe', [1, 256, 64, 64]),
    ],
    nodes: [
      node('Cast', ['labels'], 'labelNumbers', { to: 1 }),
      node('Unsqueeze', ['labelNumbers', 'axis2'], 'labelColumn'),
      node('Concat', ['coords', 'labelColumn'], 'points', { axis: 2 }),
      node('Pad', ['points', 'pointPads'], 'sparse_embeddings'),
      node('Cast', ['masks_enable'], 'enabled', { to: 1 }),
      node('Unsqueeze', ['masks', 'axis1'], 'planes'),
      ...pooled('planes', 'averaged', 4),
      node('Mul', ['averaged', 'enabled'], 'mask'),
      node('Mul', ['averaged', 'zero'], 'nothing'),
      node('Add', ['nothing', 'enabled'], 'isOn'),
      node('Concat', ['mask', 'isOn'], 'dense', { axis: 1 }),
      node('Pad', ['dense', 'densePads'], 'dense_embeddings'),
      node('Expand', ['position', 'size'], 'dense_pe'),
    ],
    constants: [
      whole('axis1', 1),
      whole('axis2', 2),
      whole('pointPads', 0, 0, 0, 0, 0, 253),
      whole('densePads', 0, 0, 0, 0, 0, 254, 0, 0),
      float('zero', [], 0),
      float('position', [1, 1, 1, 1], densePosition),
      whole('size', 1, 256, 64, 64),
    ],
  }
}
