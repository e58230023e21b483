// A mask and the frame it was found on become a memory: SAM2Base._encode_new_memory of the authors.
import type { FrameFeatures } from './frame-features.ts'
import { type Constants, floats, portNamed, runFloats, type VideoModules } from './modules.ts'
import { type Plane, transposed } from './plane.ts'

export type EncodedMemory = {
  /** [tokens, width] */
  readonly tokens: Float32Array
  readonly position: Float32Array
}

// sigmoid_scale_for_mem_enc and sigmoid_bias_for_mem_enc.
const scale = 20
const bias = -10

/**
 * `logits` at the size of the network's picture. A mask that a person pointed at is made hard first (binarize_mask_from_pts_for_mem_enc).
 * The features are those of the picture alone, without memory.
 */
export async function encodeMemory(
  modules: VideoModules,
  { noObjectSpatial }: Constants,
  features: FrameFeatures,
  { width, height, values }: Plane,
  { isPointed, objectScore }: { readonly isPointed: boolean; readonly objectScore: number },
): Promise<EncodedMemory> {
  const masks = values.map((logit) => (isPointed ? Number(logit > 0) : 1 / (1 + Math.exp(-logit))) * scale + bias)
  const score = portNamed(modules.memoryEncoder, 'object_score_logits')
  const of = await runFloats(modules.memoryEncoder, 'memoryEncoder', {
    pix_feat: floats(features.coarse.dims, features.coarse.values),
    masks: floats([1, 1, height, width], masks),
    ...(score && { [score.name]: floats([1, 1], Float32Array.of(objectScore)) }),
  })
  const [memory, position] = [of('vision_features'), of('vision_pos_enc')]
  // [1, width, height, width] of SAM 2, or [1, tokens, width] behind EdgeTAM's perceiver.
  const isMap = memory.dims.length === 4
  const rows = (all: Float32Array) => (isMap ? transposed(all, memory.dims[1]!, memory.dims[2]! * memory.dims[3]!) : all.slice())
  const tokens = rows(memory.values)
  // An encoder that is told the score adds it before its perceiver.
  if (noObjectSpatial !== undefined && score === undefined && objectScore <= 0)
    for (let i = 0; i < tokens.length; i++) tokens[i]! += noObjectSpatial[i % noObjectSpatial.length]!
  return { tokens, position: rows(position.values) }
}
