// A tiny mask decoder of SAM 2 for video: discs and boxes of prompts, the mask of a prompt, or what has the colour that memory tells.
import { float, node, port, whole } from '../graph-parts.ts'
import type { Graph, GraphNode } from '../onnx-writer.ts'
import { clickedMasks, discScores } from '../tiny-sam.ts'

/** A pixel is the remembered object's when the sum of its three colour differences is below this. */
export const colourTolerance = 0.5
/** Logit for each unit of colour below the tolerance. */
export const colourSteepness = 20
/** Channels of image_embeddings that memory attention writes: the colour of the object, and 1 where there is memory at all. */
export const memoryChannels = { colour: 3, known: 6 } as const

/**
 * Four masks, the highest of three logits at each pixel: of points and box as in tiny SAM; 20 (m - 0.5) of a mask prompt m; and
 * 20 (0.5 - |colour - remembered colour|) where memory attention wrote one. Token k of sam_tokens_out: the remembered colour in channels 0..2, k
 * in channel 3. object_score_logits: the highest logit of all, within -10..10. `batch`: 1 as in public exports, or a name.
 */
export function tinyMaskDecoder(batch: number | string = 1): Graph {
  const clicked = clickedMasks('image_embeddings', [0, 1, 2, 3], 'clicked')
  return {
    inputs: [
      port('image_embeddings', [batch, 256, 64, 64]),
      port('image_pe', [1, 256, 64, 64]),
      port('sparse_prompt_embeddings', [batch, 'num_points', 256]),
      port('dense_prompt_embeddings', [batch, 256, 64, 64]),
      port('high_res_features1', [1, 32, 256, 256]),
      port('high_res_features2', [1, 64, 128, 128]),
    ],
    outputs: [
      port('masks', [batch, 4, 256, 256]),
      port('iou_pred', [batch, 4]),
      port('sam_tokens_out', [batch, 4, 256]),
      port('object_score_logits', [batch, 1]),
    ],
    nodes: [
      node('Slice', ['sparse_prompt_embeddings', 'at0', 'at2', 'axis2'], 'point_coords'),
      node('Gather', ['sparse_prompt_embeddings', 'labelChannel'], 'point_labels', { axis: 2 }),
      ...clicked.nodes,
      ...remembered,
      ...given,
      node('Max', ['clicked', 'rememberedMask', 'givenMask'], 'masks'),
      node('Add', ['rows', 'scores'], 'iou_pred'),
      node('ReduceMax', ['masks'], 'highest', { axes: [1, 2, 3], keepdims: 0 }),
      node('Clip', ['highest', 'lowScore', 'highScore'], 'clipped'),
      node('Reshape', ['clipped', 'column'], 'object_score_logits'),
      ...tokens,
    ],
    constants: [
      ...clicked.constants,
      ...[0, 1, 2, 3, 6, 7].map((at) => whole(`at${at}`, at)),
      whole('axis1', 1),
      whole('axis2', 2),
      { name: 'labelChannel', dims: [], values: BigInt64Array.of(2n) },
      // clickedMasks adds a mask given as a hint; here there is none.
      float('mask_input', [1, 1, 1, 1], 0),
      float('has_mask_input', [1], 0),
      float('tolerance', [], colourTolerance),
      float('steep', [], colourSteepness),
      float('middle', [], 0.5),
      float('twenty', [], 20),
      whole('planeAxes', 2, 3),
      float('enlarge', [4], 1, 1, 4, 4),
      float('lowScore', [], -10),
      float('highScore', [], 10),
      whole('column', -1, 1),
      float('fourRows', [1, 4, 1], 0, 0, 0, 0),
      float('ranks', [1, 4, 1], ...discScores.map((_, rank) => rank)),
      whole('tokenPads', 0, 0, 0, 0, 0, 252),
    ],
  }
}

const mean = (from: string, first: string, last: string, to: string): readonly GraphNode[] => [
  node('Slice', ['image_embeddings', first, last, 'axis1'], from),
  node('ReduceMean', [from], to, { axes: [2, 3] }),
]

const remembered: readonly GraphNode[] = [
  ...mean('colourPlanes', 'at3', 'at6', 'colour'),
  ...mean('knownPlane', 'at6', 'at7', 'known'),
  node('Slice', ['high_res_features1', 'at0', 'at3', 'axis1'], 'seen'),
  node('Sub', ['seen', 'colour'], 'difference'),
  node('Abs', ['difference'], 'distances'),
  node('ReduceSum', ['distances', 'axis1'], 'distance'),
  node('Sub', ['tolerance', 'distance'], 'near'),
  node('Mul', ['near', 'steep'], 'likeness'),
  node('Sub', ['known', 'one'], 'unknown'),
  node('Mul', ['unknown', 'far'], 'unknownFar'),
  node('Add', ['likeness', 'unknownFar'], 'rememberedMask'),
]

const given: readonly GraphNode[] = [
  node('Slice', ['dense_prompt_embeddings', 'at0', 'at1', 'axis1'], 'maskSmall'),
  node('Slice', ['dense_prompt_embeddings', 'at1', 'at2', 'axis1'], 'maskOn'),
  node('Resize', ['maskSmall', '', 'enlarge'], 'maskLarge', { mode: 'linear' }),
  node('Sub', ['maskLarge', 'middle'], 'maskSigned'),
  node('Mul', ['maskSigned', 'twenty'], 'maskLogits'),
  node('ReduceMean', ['maskOn'], 'maskIsOn', { axes: [2, 3] }),
  node('Sub', ['maskIsOn', 'one'], 'maskOff'),
  node('Mul', ['maskOff', 'far'], 'maskFar'),
  node('Add', ['maskLogits', 'maskFar'], 'givenMask'),
]

const tokens: readonly GraphNode[] = [
  node('Squeeze', ['colour', 'planeAxes'], 'colourFlat'),
  node('Unsqueeze', ['colourFlat', 'axis1'], 'colourRow'),
  node('Add', ['colourRow', 'fourRows'], 'colourRows'),
  node('Slice', ['colourRows', 'at0', 'at1', 'axis2'], 'firstColumn'),
  node('Mul', ['firstColumn', 'nothing'], 'emptyColumn'),
  node('Add', ['emptyColumn', 'ranks'], 'rankColumn'),
  node('Concat', ['colourRows', 'rankColumn'], 'token', { axis: 2 }),
  node('Pad', ['token', 'tokenPads'], 'sam_tokens_out'),
]
