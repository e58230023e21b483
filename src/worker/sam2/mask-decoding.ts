// The mask decoder over several objects of one frame: all in one run where the graph takes a batch, one by one where it does not.
import type { FrameFeatures } from './frame-features.ts'
import type { Decoded } from './mask-choice.ts'
import { type Floats, floats, portNamed, runFloats, type VideoModules } from './modules.ts'
import type { PromptEmbedding } from './prompt-encoding.ts'

export type DecodingOrder = {
  /** [channels, places], with memory. */
  readonly embedding: Float32Array
  readonly prompt: PromptEmbedding
}

/** Objects in one run, at most: the masks of each take a megabyte, and what is between input and masks many times that. */
const mostTogether = 16

/** Of each order in turn. Orders with different numbers of points never share a run. */
export async function decodeMasks(
  modules: VideoModules,
  features: FrameFeatures,
  orders: readonly DecodingOrder[],
): Promise<readonly Decoded[]> {
  const takesBatch = typeof portNamed(modules.maskDecoder, 'image_embeddings')?.shape[0] === 'string'
  const results: Decoded[] = []
  for (let from = 0; from < orders.length; ) {
    const points = orders[from]!.prompt.sparse.dims[1]
    let to = from + 1
    while (takesBatch && to < orders.length && to - from < mostTogether && orders[to]!.prompt.sparse.dims[1] === points) to += 1
    results.push(...(await decodeTogether(modules, features, orders.slice(from, to))))
    from = to
  }
  return results
}

async function decodeTogether(
  modules: VideoModules,
  features: FrameFeatures,
  orders: readonly DecodingOrder[],
): Promise<readonly Decoded[]> {
  const { maskDecoder } = modules
  const count = orders.length
  const joined = (parts: readonly Float32Array[], dims: readonly number[]) => {
    const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      values.set(part, at)
      at += part.length
    }
    return floats([count, ...dims.slice(1)], values)
  }
  // What all objects share is given once, unless the graph says that it wants one for each.
  const shared = (name: string, { dims, values }: Floats) =>
    typeof portNamed(maskDecoder, name)?.shape[0] === 'string'
      ? joined(
          Array.from({ length: count }, () => values),
          dims,
        )
      : floats(dims, values)
  const of = await runFloats(maskDecoder, 'maskDecoder', {
    image_embeddings: joined(
      orders.map(({ embedding }) => embedding),
      features.coarse.dims,
    ),
    image_pe: floats(orders[0]!.prompt.dense_pe.dims, orders[0]!.prompt.dense_pe.values),
    sparse_prompt_embeddings: joined(
      orders.map(({ prompt }) => prompt.sparse.values),
      orders[0]!.prompt.sparse.dims,
    ),
    dense_prompt_embeddings: joined(
      orders.map(({ prompt }) => prompt.dense.values),
      orders[0]!.prompt.dense.dims,
    ),
    high_res_features1: shared('high_res_features1', features.fine),
    high_res_features2: shared('high_res_features2', features.middle),
  })
  const [masks, ious, tokens, scores] = ['masks', 'iou_pred', 'sam_tokens_out', 'object_score_logits'].map(of)
  return orders.map((_, at) => {
    return {
      masks: rowsOf(masks!, at, masks!.dims[1]!),
      ious: [...rowsOf(ious!, at, 1)[0]!],
      tokens: rowsOf(tokens!, at, tokens!.dims[1]!),
      objectScore: scores!.values[at]!,
    }
  })
}

/** The values of one object, in `rows` equal pieces. */
function rowsOf({ dims, values }: Floats, object: number, rows: number): readonly Float32Array[] {
  const each = values.length / dims[0]!
  const size = each / rows
  return Array.from({ length: rows }, (_, row) => values.subarray(object * each + row * size, object * each + (row + 1) * size))
}
