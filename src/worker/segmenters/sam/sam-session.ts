// One picture through a model of the SAM family: the encoder once, then the decoder for any number of prompts, several at a time.
import { Fault } from '#core/base/fault'
import type { Preprocessing } from '#core/model/model-entry'
import type { UsableModel } from '#core/model/usable-model'
import type { TensorValue } from '../../inference/session.ts'
import { halfTensor } from '../../inference/half-border.ts'
import { pictureTensor } from '../../inference/picture-tensor.ts'
import { sharedFloats, sharedTensor } from '../../inference/shared-tensor.ts'
import type { Rgb } from '../../inference/resample.ts'
import type { LogitGrid } from './mask-grid.ts'
import { encodePrompts, type Placing, padsPrompts, type Prompt } from './prompts.ts'
import { type SamNetwork, type SamWires, tensorFor, wiresOf } from './sam-wires.ts'

/** What the encoder made of a picture; good for any number of prompts. */
export type SeenPicture = {
  readonly width: number
  readonly height: number
  readonly placing: Placing
  readonly canvasWidth: number
  readonly canvasHeight: number
  readonly features: Readonly<Record<string, TensorValue>>
}

/** Answers to one batch: for each prompt `masksEach` masks in `grid`, one after the other, and as many scores. */
export type Decoded = { readonly grid: LogitGrid; readonly masksEach: number; readonly scores: Float32Array }

export type SamSession = {
  /** Prompts at a time; 1 where the export takes no more. */
  readonly batch: number
  see(picture: Rgb): Promise<SeenPicture>
  /** Batch after batch in the order of the prompts; throws CANCELLED between two of them. */
  decode(seen: SeenPicture, prompts: readonly Prompt[], signal?: AbortSignal): AsyncGenerator<Decoded & { readonly first: number }>
}

/** `batch`: prompts at a time, from 1, where the decoder takes several. Throws MODEL_UNEXPECTED when the parts do not fit each other. */
export function createSamSession(
  model: Pick<UsableModel, 'family' | 'preprocessing'>,
  encoder: SamNetwork,
  decoder: SamNetwork,
  batch: number,
): SamSession {
  const wires = wiresOf(model.family, encoder, decoder)
  const { preprocessing } = model
  if (!preprocessing)
    throw new Fault('MODEL_UNEXPECTED', { path: encoder.path, found: 'no preprocessing', expected: 'what its entry has to tell' })
  const size = wires.batches ? batch : 1
  const noHint = noHintsOf(wires)
  return {
    batch: size,
    async see(picture) {
      const { values, dims, ...placing } = pictureTensor(picture, preprocessing)
      const outputs = await encoder.run({ [wires.pictureInput.name]: tensorFor(wires.pictureInput, dims, values) })
      // Made ready once for all prompts: halves for a decoder that takes them, and where its thread sees them without a copy.
      const features = wires.features.map(([port, from]): readonly [string, TensorValue] => [
        port.name,
        port.stored === 'float16' ? halfTensor(outputs[from]!) : sharedTensor(outputs[from]!),
      ])
      return {
        width: picture.width,
        height: picture.height,
        placing,
        ...canvasOf(preprocessing, dims),
        features: Object.fromEntries(features),
      }
    },
    async *decode(seen, prompts, signal) {
      for (let first = 0; first < prompts.length; first += size) {
        if (signal?.aborted) throw new Fault('CANCELLED')
        const some = prompts.slice(first, first + size)
        const outputs = await decoder.run({ ...seen.features, ...promptFeeds(wires, model.family, some, seen), ...noHint(some.length) })
        yield { first, ...answerOf(decoder.path, wires, outputs, seen) }
      }
    },
  }
}

/** What the masks of the decoder cover: an encoder that pads by itself is given less than it sees. */
function canvasOf({ layout, resize }: Preprocessing, dims: readonly number[]) {
  const [height = 0, width = 0] = layout === 'nchw' ? dims.slice(2) : dims
  return { canvasWidth: resize.width ?? width, canvasHeight: resize.height ?? height }
}

/** A mask that nobody drew, as zeros and switched off; made once for each size of batch and handed over without a copy. */
function noHintsOf({ hint, hasHint }: SamWires): (count: number) => Readonly<Record<string, TensorValue>> {
  const made = new Map<number, Readonly<Record<string, TensorValue>>>()
  return (count) => {
    const known = made.get(count)
    if (known) return known
    const feeds: Record<string, TensorValue> = {}
    if (hint) {
      const dims = hint.shape.map((length, axis) => (typeof length === 'number' ? length : axis === 0 ? count : axis === 1 ? 1 : 256))
      feeds[hint.name] = tensorFor(hint, dims, sharedFloats(dims.reduce((product, length) => product * length, 1)))
    }
    if (hasHint) {
      const length = typeof hasHint.shape[0] === 'number' ? hasHint.shape[0] : count
      feeds[hasHint.name] = tensorFor(hasHint, [length], new Float32Array(length))
    }
    made.set(count, feeds)
    return feeds
  }
}

function promptFeeds(
  wires: SamWires,
  family: UsableModel['family'],
  prompts: readonly Prompt[],
  { placing, width, height }: SeenPicture,
): Record<string, TensorValue> {
  const { coordinates, labels, points } = encodePrompts(prompts, placing, padsPrompts(family))
  const count = prompts.length
  const feeds: Record<string, TensorValue> = {
    [wires.coordinates.name]: tensorFor(wires.coordinates, [count, points, 2], coordinates),
    [wires.labels.name]: tensorFor(wires.labels, [count, points], labels),
  }
  const { pictureSize } = wires
  if (pictureSize) {
    // Where the low masks are there, those of the picture's size are not looked at: the smallest that keeps the aspect costs the least.
    const scale = wires.isLow ? Math.min(1, 64 / Math.max(width, height)) : 1
    const sides = [height, width].map((side) => Math.max(1, Math.round(side * scale)))
    feeds[pictureSize.name] = tensorFor(pictureSize, [2], Float32Array.from(sides))
  }
  return feeds
}

function answerOf(path: string, wires: SamWires, outputs: Readonly<Record<string, TensorValue>>, seen: SeenPicture): Decoded {
  const [masks, scores] = [outputs[wires.masks], outputs[wires.scores]]
  if (!(masks?.values instanceof Float32Array) || !(scores?.values instanceof Float32Array) || masks.dims.length !== 4)
    throw new Fault('MODEL_UNEXPECTED', {
      path,
      found: 'masks or scores of another kind',
      expected: 'float32 masks [N,K,h,w] and scores [N,K]',
    })
  const [, masksEach = 0, height = 1, width = 1] = masks.dims
  const { placing, canvasWidth, canvasHeight } = seen
  const over = wires.isLow ? { x: canvasWidth, y: canvasHeight } : { x: seen.width * placing.scaleX, y: seen.height * placing.scaleY }
  const grid = { values: masks.values, width, height, perInputX: width / over.x, perInputY: height / over.y }
  return { grid, masksEach, scores: scores.values }
}
