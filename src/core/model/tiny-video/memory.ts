// Tiny memory modules of SAM 2 for video: a memory is the mask with its colours, attention is their mean, pointers are doubled.
import { float, node, port, whole } from '../graph-parts.ts'
import type { Graph, GraphNode } from '../onnx-writer.ts'
import { pooled } from '../tiny-sam.ts'

/** Every value of the memory encoder's vision_pos_enc. */
export const memoryPosition = 0.5
/** How much of a place has to be covered by the mask to count; places on the border have mixed colours. */
export const fullCover = 0.95

/** Channels of pix_feat that attention writes after the colour: means of memory_pos_1, memory_2 and memory_pos_2, each of its channel 0. */
export const meanChannels = { spatialPosition: 7, pointer: 8, pointerPosition: 9 } as const

/**
 * vision_features: channel 0 is how far the mask (logits -10..10 as 0..1, averaged over 16 x 16 pixels) covers the place beyond 0.95, as 0..1;
 * channels 1..3 are that times channels 0..2 of pix_feat. `tokens`: as EdgeTAM, [batch,256,64] of 16 x 16 places.
 */
export function tinyMemoryEncoder({ batch = 1, tokens = false }: { batch?: number | string; tokens?: boolean } = {}): Graph {
  const shape = tokens ? [batch, 256, 64] : [batch, 64, 64, 64]
  return {
    inputs: [port('pix_feat', [batch, 256, 64, 64]), port('masks', [batch, 1, 1024, 1024])],
    outputs: [port('vision_features', shape), port('vision_pos_enc', shape)],
    nodes: [
      ...pooled('masks', 'averaged', 16),
      node('Sub', ['averaged', 'threshold'], 'above'),
      node('Relu', ['above'], 'covered'),
      node('Mul', ['covered', 'stretch'], 'cover'),
      node('Slice', ['pix_feat', 'at0', 'at3', 'axis1'], 'colours'),
      node('Mul', ['colours', 'cover'], 'coveredColours'),
      node('Concat', ['cover', 'coveredColours'], 'memory', { axis: 1 }),
      node('Pad', ['memory', 'pads'], tokens ? 'full' : 'vision_features'),
      ...(tokens ? perceived : []),
      node('Mul', ['vision_features', 'zero'], 'nothing'),
      node('Add', ['nothing', 'position'], 'vision_pos_enc'),
    ],
    constants: [
      // As logits: 0.95 is 9, and what lies above spans 1.
      float('threshold', [], 20 * fullCover - 10),
      float('stretch', [], 1 / (20 - 20 * fullCover)),
      whole('at0', 0),
      whole('at3', 3),
      whole('axis1', 1),
      whole('pads', 0, 0, 0, 0, 0, 60, 0, 0),
      whole('flat', 0, 64, 256),
      float('zero', [], 0),
      float('position', [], memoryPosition),
    ],
  }
}

const perceived: readonly GraphNode[] = [
  ...pooled('full', 'coarse', 4),
  node('Reshape', ['coarse', 'flat'], 'rows'),
  node('Transpose', ['rows'], 'vision_features', { perm: [0, 2, 1] }),
]

/**
 * pix_feat: channels 0..2 of curr; in 3..5 the colour of all memories, weighted by their cover; 6 is 1; 7..9 are `meanChannels`; the
 * others are those of curr.
 */
export function tinyMemoryAttention(): Graph {
  const memory = (name: string) => port(name, ['num_tokens', 'batch', 64])
  const mean = (from: string, first: string, last: string, to: string): readonly GraphNode[] => [
    node('ReduceMean', [from], `${to}All`, { axes: [0] }),
    node('Slice', [`${to}All`, first, last, 'axis2'], `${to}One`),
    node('Add', [`${to}One`, 'emptyColumn'], to),
  ]
  return {
    inputs: [
      port('curr', [4096, 1, 256]),
      memory('memory_1'),
      port('memory_2', ['num_pointers', 'batch', 64]),
      port('curr_pos', [4096, 1, 256]),
      memory('memory_pos_1'),
      port('memory_pos_2', ['num_pointers', 'batch', 64]),
    ],
    outputs: [port('pix_feat', [4096, 1, 256])],
    nodes: [
      node('Slice', ['curr', 'at0', 'at1', 'axis2'], 'firstColumn'),
      node('Mul', ['firstColumn', 'zero'], 'emptyColumn'),
      node('Add', ['emptyColumn', 'one'], 'known'),
      node('ReduceMean', ['memory_1'], 'memories', { axes: [0] }),
      node('Slice', ['memories', 'at0', 'at1', 'axis2'], 'cover'),
      node('Slice', ['memories', 'at1', 'at4', 'axis2'], 'colours'),
      node('Add', ['cover', 'tiny'], 'weight'),
      node('Div', ['colours', 'weight'], 'colour'),
      node('Add', ['colour', 'emptyColumn'], 'colourRows'),
      ...mean('memory_pos_1', 'at0', 'at1', 'spatialPosition'),
      ...mean('memory_2', 'at0', 'at1', 'pointer'),
      ...mean('memory_pos_2', 'at0', 'at1', 'pointerPosition'),
      node('Slice', ['curr', 'at0', 'at3', 'axis2'], 'before'),
      node('Slice', ['curr', 'at10', 'at256', 'axis2'], 'after'),
      node('Concat', ['before', 'colourRows', 'known', 'spatialPosition', 'pointer', 'pointerPosition', 'after'], 'pix_feat', { axis: 2 }),
    ],
    constants: [
      ...[0, 1, 3, 4, 10, 256].map((at) => whole(`at${at}`, at)),
      whole('axis2', 2),
      float('zero', [], 0),
      float('one', [], 1),
      float('tiny', [], 1e-6),
    ],
  }
}

/** x_out = 2 x. */
export function tinyPointerProjection(): Graph {
  return {
    inputs: [port('x', ['num_pointers', 256])],
    outputs: [port('x_out', ['num_pointers', 256])],
    nodes: [node('Add', ['x', 'x'], 'x_out')],
  }
}

/** x_out is the first 64 of x. */
export function tinyPointerTimeProjection(): Graph {
  return {
    inputs: [port('x', ['num_pointers', 256])],
    outputs: [port('x_out', ['num_pointers', 64])],
    nodes: [node('Slice', ['x', 'from', 'to', 'axis1'], 'x_out')],
    constants: [whole('from', 0), whole('to', 64), whole('axis1', 1)],
  }
}

/** How many memories are known by their age, the prompted one included. */
export const tinyMemories = 7

/**
 * The constants of a checkpoint that none of its modules holds, as a network without inputs. maskmem_tpos_enc: row i is (i + 1) / 8;
 * no_mem_embed: 1 in channel 255; no_obj_ptr: -1; no_obj_embed_spatial: 1 in channel 63; mask_downsample: the mean of 4 x 4.
 */
export function tinyVideoConstants(): Graph {
  const only = (length: number, at: number) => Float32Array.from({ length }, (_, i) => Number(i === at))
  const times = Float32Array.from({ length: tinyMemories * 64 }, (_, i) => (Math.floor(i / 64) + 1) / 8)
  const constants = [
    { name: 'maskmem_tpos_enc', dims: [tinyMemories, 1, 1, 64], values: times },
    { name: 'no_mem_embed', dims: [1, 1, 256], values: only(256, 255) },
    { name: 'no_obj_ptr', dims: [1, 256], values: new Float32Array(256).fill(-1) },
    { name: 'no_obj_embed_spatial', dims: [1, 64], values: only(64, 63) },
    { name: 'mask_downsample.weight', dims: [1, 1, 4, 4], values: new Float32Array(16).fill(1 / 16) },
    { name: 'mask_downsample.bias', dims: [1], values: Float32Array.of(0) },
  ]
  return {
    inputs: [],
    outputs: constants.map(({ name, dims }) => port(name, dims)),
    nodes: constants.map(({ name }) => node('Identity', [`${name}.value`], name)),
    constants: constants.map(({ name, ...rest }) => ({ name: `${name}.value`, ...rest })),
  }
}
