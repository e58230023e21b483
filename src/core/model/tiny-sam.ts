// Tiny networks with the inputs and outputs of SAM and SAM 2, whose answers are known: discs around clicks, rectangles of boxes.
import { float, node, port, whole } from './graph-parts.ts'
import type { Graph, GraphConstant, GraphNode } from './onnx-writer.ts'

/** Radius of the disc of each mask, in pixels of the 1024 pixel input; the first is SAM's single mask. */
export const discRadii = [64, 32, 96, 160] as const
/** Predicted IoU of each mask, to which a thousandth of the mean of the embedding is added. */
export const discScores = [0.75, 0.5, 0.9375, 0.625] as const
/** Mean embedding counts so much: an encoder that was fed another picture gives other scores. */
export const embeddingWeight = 0.001

/** Pixels of the input for each pixel of a low-resolution mask. */
const shrink = 4
const lowSide = 256

const embedding = (name: string) => port(name, [1, 256, 64, 64])

/** image_embeddings: channel c is channel c modulo 3 of the input, averaged over 16 x 16 pixels. */
export function tinySamEncoder(): Graph {
  return {
    inputs: [port('input_image', [1, 3, 1024, 1024])],
    outputs: [embedding('image_embeddings')],
    nodes: [...pooled('input_image', 'pooled', 16), node('Conv', ['pooled', 'spread'], 'image_embeddings')],
    constants: [spread('spread', 256)],
  }
}

/** The same for SAM 2, with high_res_feats_0 and _1 made alike at 4 and 8 pixels. */
export function tinySam2Encoder(): Graph {
  return {
    inputs: [port('image', [1, 3, 1024, 1024])],
    outputs: [port('high_res_feats_0', [1, 32, 256, 256]), port('high_res_feats_1', [1, 64, 128, 128]), embedding('image_embed')],
    nodes: [
      ...pooled('image', 'pooled4', 4),
      ...pooled('image', 'pooled8', 8),
      ...pooled('image', 'pooled16', 16),
      node('Conv', ['pooled4', 'spread32'], 'high_res_feats_0'),
      node('Conv', ['pooled8', 'spread64'], 'high_res_feats_1'),
      node('Conv', ['pooled16', 'spread256'], 'image_embed'),
    ],
    constants: [spread('spread32', 32), spread('spread64', 64), spread('spread256', 256)],
  }
}

export function pooled(from: string, to: string, side: number): readonly GraphNode[] {
  return [node('AveragePool', [from], to, { kernel_shape: [side, side], strides: [side, side] })]
}

function spread(name: string, channels: number): GraphConstant {
  const values = new Float32Array(channels * 3)
  for (let channel = 0; channel < channels; channel++) values[channel * 3 + (channel % 3)] = 1
  return { name, dims: [channels, 3, 1, 1], values }
}

/**
 * SAM's decoder: four masks. low_res_masks are logits (r^2 - d^2) / (2 r), the distance to the disc in pixels near its edge; `masks`
 * are those brought to the picture as SAM does: to 1024, cut to the picture's part, then to orig_im_size (height, width).
 */
export function tinySamDecoder(): Graph {
  const { nodes, constants } = clickedMasks('image_embeddings', [0, 1, 2, 3], 'low_res_masks')
  return {
    inputs: [
      embedding('image_embeddings'),
      port('point_coords', [1, 'num_points', 2]),
      port('point_labels', [1, 'num_points']),
      port('mask_input', [1, 1, lowSide, lowSide]),
      port('has_mask_input', [1]),
      port('orig_im_size', [2]),
    ],
    outputs: [port('masks', [1, 4, 'height', 'width']), port('iou_predictions', [1, 4]), port('low_res_masks', [1, 4, lowSide, lowSide])],
    nodes: [...nodes, ...toPicture],
    constants: [
      ...constants,
      whole('planes', 1, 4),
      whole('full', 1, 4, 1024, 1024),
      whole('from', 0, 0),
      whole('axes', 2, 3),
      float('side', [], 1024),
      float('half', [], 0.5),
    ],
  }
}

/** SAM 2's decoder: a batch of prompts, the three masks without the single one, logits of 256 x 256 only. */
export function tinySam2Decoder(): Graph {
  const { nodes, constants } = clickedMasks('image_embed', [1, 2, 3], 'masks')
  return {
    inputs: [
      embedding('image_embed'),
      port('high_res_feats_0', [1, 32, 256, 256]),
      port('high_res_feats_1', [1, 64, 128, 128]),
      port('point_coords', ['num_labels', 'num_points', 2]),
      port('point_labels', ['num_labels', 'num_points']),
      port('mask_input', ['num_labels', 1, lowSide, lowSide]),
      port('has_mask_input', ['num_labels']),
    ],
    outputs: [port('masks', ['num_labels', 3, lowSide, lowSide]), port('iou_predictions', ['num_labels', 3])],
    nodes: [...nodes],
    constants,
  }
}

// Resizing as SAM's own export does it: sizes are computed in the graph, for they are known only when it runs.
const toPicture: readonly GraphNode[] = [
  node('Resize', ['low_res_masks', '', '', 'full'], 'at1024', { mode: 'linear' }),
  node('ReduceMax', ['orig_im_size'], 'longest', { keepdims: 0 }),
  node('Div', ['side', 'longest'], 'scale'),
  node('Mul', ['orig_im_size', 'scale'], 'scaled'),
  node('Add', ['scaled', 'half'], 'raised'),
  node('Floor', ['raised'], 'part'),
  node('Cast', ['part'], 'partSize', { to: 7 }),
  node('Slice', ['at1024', 'from', 'partSize', 'axes'], 'cut'),
  node('Cast', ['orig_im_size'], 'pictureSize', { to: 7 }),
  node('Concat', ['planes', 'pictureSize'], 'target', { axis: 0 }),
  node('Resize', ['cut', '', '', 'target'], 'masks', { mode: 'linear' }),
]

/**
 * Labels: 1 adds a disc, 0 takes one away, 2 and 3 are the corners of a box, whose rectangle is every mask, -1 is nothing. With
 * has_mask_input 1 the logits of mask_input are added. Shapes: b prompts, n points, k masks of `masks`.
 */
export function clickedMasks(
  embeddingName: string,
  masks: readonly number[],
  logits: string,
): { nodes: readonly GraphNode[]; constants: readonly GraphConstant[] } {
  const radii = masks.map((index) => discRadii[index]! / shrink)
  const places = Float32Array.from({ length: lowSide }, (_, at) => at + 0.5)
  const far = 1e4
  const labelled = (label: string, to: string): readonly GraphNode[] => [
    node('Equal', ['labels', label], `${to}Bool`),
    node('Cast', [`${to}Bool`], to, { to: 1 }),
  ]
  /** Where `chosen` is 0, far below zero. */
  const only = (from: string, chosen: string, to: string): readonly GraphNode[] => [
    node('Sub', [chosen, 'one'], `${to}Off`),
    node('Mul', [`${to}Off`, 'far'], `${to}Far`),
    node('Add', [from, `${to}Far`], `${to}All`),
    node('ReduceMax', [`${to}All`], to, { axes: [1], keepdims: 0 }),
  ]
  const corner = (label: string, coordinate: string, to: string): readonly GraphNode[] => [
    node('Mul', [label, coordinate], `${to}All`),
    node('ReduceSum', [`${to}All`, 'pointAxis'], to, { keepdims: 0 }),
  ]
  const nodes: readonly GraphNode[] = [
    // [b,n] and [b,n,2] to [b,n,1,1,1], in pixels of the low-resolution mask.
    node('Unsqueeze', ['point_labels', 'lastThree'], 'labels'),
    node('Mul', ['point_coords', 'shrunk'], 'points'),
    node('Gather', ['points', 'indexX'], 'pointX', { axis: 2 }),
    node('Gather', ['points', 'indexY'], 'pointY', { axis: 2 }),
    node('Unsqueeze', ['pointX', 'lastTwo'], 'px'),
    node('Unsqueeze', ['pointY', 'lastTwo'], 'py'),
    node('Sub', ['gridX', 'px'], 'dx'),
    node('Sub', ['gridY', 'py'], 'dy'),
    node('Mul', ['dx', 'dx'], 'dx2'),
    node('Mul', ['dy', 'dy'], 'dy2'),
    node('Add', ['dx2', 'dy2'], 'd2'),
    node('Sub', ['radius2', 'd2'], 'inside2'),
    node('Div', ['inside2', 'diameter'], 'inside'),
    ...['isNegative', 'isPositive', 'isFirst', 'isSecond'].flatMap((name, label) => labelled(`label${label}`, name)),
    ...only('inside', 'isPositive', 'positive'),
    ...only('inside', 'isNegative', 'negative'),
    ...corner('isFirst', 'px', 'x0'),
    ...corner('isFirst', 'py', 'y0'),
    ...corner('isSecond', 'px', 'x1'),
    ...corner('isSecond', 'py', 'y1'),
    ...corner('isSecond', 'one', 'hasBox'),
    node('Sub', ['planeX', 'x0'], 'right'),
    node('Sub', ['x1', 'planeX'], 'left'),
    node('Sub', ['planeY', 'y0'], 'below'),
    node('Sub', ['y1', 'planeY'], 'above'),
    node('Min', ['right', 'left', 'below', 'above'], 'inBox'),
    node('Sub', ['hasBox', 'one'], 'boxOff'),
    node('Mul', ['boxOff', 'far'], 'boxFar'),
    node('Add', ['inBox', 'boxFar'], 'box'),
    node('Max', ['positive', 'box'], 'wanted'),
    node('Neg', ['negative'], 'allowed'),
    node('Min', ['wanted', 'allowed'], 'prompted'),
    node('Unsqueeze', ['has_mask_input', 'firstThree'], 'hasMask'),
    node('Mul', ['mask_input', 'hasMask'], 'hint'),
    node('Add', ['prompted', 'hint'], logits),
    node('ReduceMean', [embeddingName], 'brightness', { keepdims: 0 }),
    node('Mul', ['brightness', 'weight'], 'bonus'),
    node('Add', ['scores', 'bonus'], 'oneRow'),
    // A row for each prompt of the batch.
    node('Gather', ['hasBox', 'zero'], 'rowShape', { axis: 1 }),
    node('Mul', ['rowShape', 'nothing'], 'rowZero'),
    node('Reshape', ['rowZero', 'rowSize'], 'rows'),
    node('Add', ['rows', 'oneRow'], 'iou_predictions'),
  ]
  const constants: readonly GraphConstant[] = [
    { name: 'gridX', dims: [1, 1, 1, 1, lowSide], values: places },
    { name: 'gridY', dims: [1, 1, 1, lowSide, 1], values: places },
    { name: 'planeX', dims: [1, 1, 1, lowSide], values: places },
    { name: 'planeY', dims: [1, 1, lowSide, 1], values: places },
    float('radius2', [1, 1, masks.length, 1, 1], ...radii.map((radius) => radius * radius)),
    float('diameter', [1, 1, masks.length, 1, 1], ...radii.map((radius) => 2 * radius)),
    float('scores', [1, masks.length], ...masks.map((index) => discScores[index]!)),
    float('shrunk', [], 1 / shrink),
    float('far', [], far),
    float('one', [], 1),
    float('nothing', [], 0),
    float('weight', [], embeddingWeight),
    ...[0, 1, 2, 3].map((label) => float(`label${label}`, [], label)),
    whole('indexX', 0),
    whole('indexY', 1),
    whole('zero', 0),
    whole('pointAxis', 1),
    whole('lastTwo', 3, 4),
    whole('lastThree', 2, 3, 4),
    whole('firstThree', 1, 2, 3),
    whole('rowSize', -1, 1),
  ]
  return { nodes, constants }
}
