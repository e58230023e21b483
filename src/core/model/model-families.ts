// The inputs and outputs by which each part of each family is known, as data: the names that public exporters write.
import type { ModelFamily, ModelPart, ModelRole } from './model-entry.ts'
import type { OnnxPort } from './onnx-types.ts'

/** A size that has to be so if it is fixed; undefined: any. */
type Size = number | undefined
export type PortRule = {
  /** One of these names; absent: any name. */
  readonly names?: readonly string[]
  readonly sizes: readonly Size[]
  /** float32 or float16 by default. */
  readonly types?: readonly string[]
  readonly optional?: boolean
}

export type Signature = {
  readonly family: ModelFamily
  readonly part: ModelPart
  readonly role: ModelRole
  /** In words, for people whose file was refused. */
  readonly expected: string
  readonly inputs: readonly PortRule[]
  readonly outputs: readonly PortRule[]
  /** What names and sizes cannot say. */
  readonly holds?: (inputs: readonly OnnxPort[], outputs: readonly OnnxPort[]) => boolean
}

const any = undefined
const float: readonly string[] = ['float32', 'float16']
const rule = (sizes: readonly Size[], ...names: readonly string[]): PortRule => ({ sizes, ...(names.length > 0 && { names }) })
const maybe = (sizes: readonly Size[], ...names: readonly string[]): PortRule => ({ ...rule(sizes, ...names), optional: true })
/** Labels and sizes are float in some exports and whole numbers in others. */
const loose = (entry: PortRule): PortRule => ({ ...entry, types: [...float, 'int32', 'int64'] })
const fixed = (port: OnnxPort | undefined, axis: number): number | undefined => {
  const size = port?.shape[axis]
  return typeof size === 'number' ? size : undefined
}

const picture = rule([any, 3, any, any])
const points = [loose(rule([any, any, 2], 'point_coords')), loose(rule([any, any], 'point_labels'))]
const maskPrompt = [rule([any, 1, any, any], 'mask_input'), loose(rule([any], 'has_mask_input'))]
const embedding = rule([any, 256, 64, 64], 'image_embeddings', 'image_embedding', 'embeddings')
const high = (channels: number, side: number, ...names: readonly string[]) => rule([any, channels, side, side], ...names)
const tokens = (...names: readonly string[]) => rule([any, any, 64], ...names)

const promptable: readonly Signature[] = [
  {
    family: 'sam',
    part: 'encoder',
    role: 'promptableSegmenter',
    expected: 'a SAM image encoder: a picture [1,3,1024,1024] (or [H,W,3]) to image_embeddings [1,256,64,64]',
    inputs: [{ ...picture, types: [...float, 'uint8'] }],
    outputs: [embedding],
  },
  {
    family: 'sam',
    part: 'encoder',
    role: 'promptableSegmenter',
    expected: 'a SAM image encoder with its preprocessing inside: input_image [H,W,3] to image_embeddings [1,256,64,64]',
    inputs: [{ ...rule([any, any, 3]), types: [...float, 'uint8'] }],
    outputs: [embedding],
  },
  {
    family: 'sam',
    part: 'decoder',
    role: 'promptableSegmenter',
    expected:
      'a SAM decoder: image_embeddings, point_coords, point_labels, mask_input, has_mask_input, orig_im_size to masks, iou_predictions, low_res_masks',
    inputs: [embedding, ...points, ...maskPrompt, loose(maybe([2], 'orig_im_size'))],
    outputs: [rule([any, any, any, any], 'masks'), rule([any, any], 'iou_predictions'), maybe([any, any, 256, 256], 'low_res_masks')],
  },
  {
    family: 'edgesam',
    part: 'decoder',
    role: 'promptableSegmenter',
    expected: 'an EdgeSAM decoder: image_embeddings, point_coords, point_labels to scores, masks',
    inputs: [embedding, ...points],
    outputs: [rule([any, any], 'scores'), rule([any, any, any, any], 'masks')],
  },
  {
    family: 'sam2',
    part: 'encoder',
    role: 'promptableSegmenter',
    expected: 'a SAM 2 image encoder: a picture to high_res_feats_0, high_res_feats_1 and image_embed',
    inputs: [picture],
    outputs: [high(32, 256, 'high_res_feats_0'), high(64, 128, 'high_res_feats_1'), high(256, 64, 'image_embed')],
  },
  {
    family: 'sam2',
    part: 'decoder',
    role: 'promptableSegmenter',
    expected:
      'a SAM 2 decoder: image_embed, high_res_feats_0, high_res_feats_1, point_coords, point_labels, mask_input, has_mask_input to masks, iou_predictions',
    inputs: [
      high(256, 64, 'image_embed'),
      high(32, 256, 'high_res_feats_0'),
      high(64, 128, 'high_res_feats_1'),
      ...points,
      ...maskPrompt,
      loose(maybe([2], 'orig_im_size')),
    ],
    outputs: [rule([any, any, any, any], 'masks'), rule([any, any], 'iou_predictions'), maybe([any, any, any, any], 'low_res_masks')],
  },
]

const video: readonly Signature[] = [
  {
    family: 'sam2-video',
    part: 'encoder',
    role: 'videoTracker',
    expected: 'a SAM 2 video encoder: a picture to vision_features, vision_pos_enc_0..2 and backbone_fpn_0..2',
    inputs: [picture],
    outputs: [
      high(256, 64, 'vision_features'),
      ...[0, 1, 2].map((level) => rule([any, 256, any, any], `vision_pos_enc_${level}`)),
      ...[0, 1, 2].map((level) => rule([any, any, any, any], `backbone_fpn_${level}`)),
    ],
  },
  {
    family: 'sam2-video',
    part: 'promptEncoder',
    role: 'videoTracker',
    expected: 'a SAM 2 prompt encoder: coords, labels, masks, masks_enable to sparse_embeddings, dense_embeddings, dense_pe',
    inputs: [
      loose(rule([any, any, 2], 'coords')),
      loose(rule([any, any], 'labels')),
      maybe([any, any, any], 'masks'),
      loose(maybe([any], 'masks_enable')),
    ],
    outputs: [rule([any, any, 256], 'sparse_embeddings'), high(256, 64, 'dense_embeddings'), high(256, 64, 'dense_pe')],
  },
  {
    family: 'sam2-video',
    part: 'maskDecoder',
    role: 'videoTracker',
    expected:
      'a SAM 2 mask decoder: image_embeddings, image_pe, sparse_prompt_embeddings, dense_prompt_embeddings, high_res_features1, high_res_features2 to masks, iou_pred, sam_tokens_out, object_score_logits',
    inputs: [
      high(256, 64, 'image_embeddings'),
      high(256, 64, 'image_pe'),
      rule([any, any, 256], 'sparse_prompt_embeddings'),
      high(256, 64, 'dense_prompt_embeddings'),
      high(32, 256, 'high_res_features1'),
      high(64, 128, 'high_res_features2'),
    ],
    outputs: [
      rule([any, any, 256, 256], 'masks'),
      rule([any, any], 'iou_pred'),
      rule([any, any, 256], 'sam_tokens_out'),
      rule([any, 1], 'object_score_logits'),
    ],
  },
  {
    family: 'sam2-video',
    part: 'memoryAttention',
    role: 'videoTracker',
    expected: 'a SAM 2 memory attention: curr, memory_1, memory_2, curr_pos, memory_pos_1, memory_pos_2 to pix_feat',
    inputs: [
      rule([any, any, 256], 'curr'),
      tokens('memory_1'),
      tokens('memory_2'),
      rule([any, any, 256], 'curr_pos'),
      tokens('memory_pos_1'),
      tokens('memory_pos_2'),
      ...[1, 2].map((at) => ({ ...maybe([any, any], `attention_mask_${at}`), types: ['bool'] })),
    ],
    outputs: [rule([any, any, 256], 'pix_feat')],
  },
  {
    family: 'sam2-video',
    part: 'memoryEncoder',
    role: 'videoTracker',
    expected: 'a SAM 2 memory encoder: pix_feat, masks to vision_features, vision_pos_enc',
    inputs: [high(256, 64, 'pix_feat'), rule([any, 1, 1024, 1024], 'masks')],
    outputs: [rule([any, 64, 64, 64], 'vision_features'), rule([any, 64, 64, 64], 'vision_pos_enc')],
  },
  {
    family: 'sam2-video',
    part: 'memoryEncoder',
    role: 'videoTracker',
    expected: 'an EdgeTAM memory encoder with its perceiver: pix_feat, masks to vision_features and vision_pos_enc of [B,tokens,64]',
    inputs: [high(256, 64, 'pix_feat'), rule([any, 1, 1024, 1024], 'masks'), maybe([any, 1], 'object_score_logits')],
    outputs: [tokens('vision_features'), tokens('vision_pos_enc')],
  },
  {
    family: 'sam2-video',
    part: 'pointerProjection',
    role: 'videoTracker',
    expected: 'the projection of SAM 2 object pointers: x [N,256] to x_out [N,256]',
    inputs: [rule([any, 256], 'x')],
    outputs: [rule([any, 256], 'x_out')],
  },
  {
    family: 'sam2-video',
    part: 'pointerTimeProjection',
    role: 'videoTracker',
    expected: 'the projection of times of SAM 2.1 object pointers: x [N,256] to x_out [N,64]',
    inputs: [rule([any, 256], 'x')],
    outputs: [rule([any, 64], 'x_out')],
  },
  {
    family: 'sam2-video',
    part: 'constants',
    role: 'videoTracker',
    expected:
      'the constants of a SAM 2 checkpoint, without inputs: maskmem_tpos_enc, no_mem_embed, no_obj_ptr, mask_downsample.weight, mask_downsample.bias (and no_obj_embed_spatial of 2.1)',
    inputs: [],
    outputs: [
      rule([any, 1, 1, 64], 'maskmem_tpos_enc'),
      rule([1, 1, 256], 'no_mem_embed'),
      rule([1, 256], 'no_obj_ptr'),
      maybe([1, 64], 'no_obj_embed_spatial'),
      rule([1, 1, 4, 4], 'mask_downsample.weight'),
      rule([1], 'mask_downsample.bias'),
    ],
  },
]

const wholes: readonly Signature[] = [
  {
    family: 'yolo-seg',
    part: 'whole',
    role: 'instanceSegmenter',
    expected: 'an instance segmenter of the YOLO-seg kind: one picture to [1,4+classes+M,N] and [1,M,h,w]',
    inputs: [picture],
    outputs: [rule([any, any, any]), rule([any, any, any, any])],
    holds: (_, [detections, prototypes]) => {
      const [channels, columns, coefficients] = [fixed(detections, 1), fixed(detections, 2), fixed(prototypes, 1)]
      if (channels === undefined || coefficients === undefined) return false
      return channels - 4 - coefficients >= 1 && (columns === undefined || columns > channels)
    },
  },
  {
    family: 'yolo-end-to-end',
    part: 'whole',
    role: 'detector',
    expected: 'a detector with its suppression inside: one picture to [1,N,6]',
    inputs: [picture],
    outputs: [rule([any, any, 6])],
    // YOLOX with one class has six values too, but thousands of rows.
    holds: (_, [boxes]) => (fixed(boxes, 1) ?? 0) <= 1000,
  },
  {
    family: 'yolov8',
    part: 'whole',
    role: 'detector',
    expected: 'a detector of the YOLOv8 kind: one picture to [1,4+classes,N]',
    inputs: [picture],
    outputs: [rule([any, any, any])],
    holds: (_, [boxes]) => (fixed(boxes, 1) ?? 0) > 4 && (fixed(boxes, 2) ?? Number.POSITIVE_INFINITY) > (fixed(boxes, 1) ?? 0),
  },
  {
    family: 'yolox',
    part: 'whole',
    role: 'detector',
    expected: 'a detector of the YOLOX kind: one picture to [1,N,5+classes]',
    inputs: [picture],
    outputs: [rule([any, any, any], 'output', 'outputs', 'output0')],
    holds: (_, [rows]) => (fixed(rows, 2) ?? 0) > 5 && (fixed(rows, 1) ?? Number.POSITIVE_INFINITY) > (fixed(rows, 2) ?? 0),
  },
  {
    family: 'features',
    part: 'whole',
    role: 'featureBackbone',
    expected: 'a feature backbone (DINOv2): one picture to last_hidden_state [1,tokens,width] (and pooler_output [1,width])',
    inputs: [picture],
    outputs: [rule([any, any, any], 'last_hidden_state', 'x_norm_patchtokens'), maybe([any, any], 'pooler_output', 'x_norm_clstoken')],
  },
]

/** The first that fits is taken, so those that look at names stand before those that look at sizes alone. */
export const signatures: readonly Signature[] = [...promptable, ...video, ...wholes]
