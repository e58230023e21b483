// How the encoder and the decoder of one model are wired: names, types and open sizes, read from their ports.
import { Fault } from '#core/base/fault'
import type { ModelFamily } from '#core/model/model-entry'
import { halfTensor } from '../../inference/half-border.ts'
import type { ModelSession, TensorPort, TensorValue } from '../../inference/session.ts'

export type SamNetwork = Pick<ModelSession, 'path' | 'inputs' | 'outputs' | 'run'>

export type SamWires = {
  readonly pictureInput: TensorPort
  /** Inputs of the decoder that are fed with outputs of the encoder, each with the name there. */
  readonly features: readonly (readonly [port: TensorPort, from: string])[]
  /** Whether it takes several prompts at once; exports of SAM take one. */
  readonly batches: boolean
  readonly coordinates: TensorPort
  readonly labels: TensorPort
  /** The mask a person drew; fed with zeros, and switched off. Absent in EdgeSAM. */
  readonly hint: TensorPort | undefined
  readonly hasHint: TensorPort | undefined
  readonly pictureSize: TensorPort | undefined
  /** Logits as the decoder makes them; absent where only masks of the picture's size come out. */
  readonly masks: string
  /** Whether `masks` cover the network's input, not the picture. */
  readonly isLow: boolean
  readonly scores: string
}

const promptNames = ['point_coords', 'point_labels', 'mask_input', 'has_mask_input', 'orig_im_size']

/** What a decoder is opened for: exports of SAM bring each mask to 1024 x 1024 and then to the picture, which costs more than the decoder itself. */
export const decoderOutputs: readonly (readonly string[])[] = [
  ['low_res_masks', 'masks'],
  ['iou_predictions', 'scores'],
]

/** Throws MODEL_UNEXPECTED when parts do not fit each other. */
export function wiresOf(family: ModelFamily, encoder: SamNetwork, decoder: SamNetwork): SamWires {
  const unexpected = (path: string, found: string, expected: string) => new Fault('MODEL_UNEXPECTED', { path, found, expected })
  const input = (name: string) => decoder.inputs.find((port) => port.name === name)
  const output = (...names: readonly string[]) => names.find((name) => decoder.outputs.some((port) => port.name === name))
  const [pictureInput] = encoder.inputs
  const [coordinates, labels] = [input('point_coords'), input('point_labels')]
  const scores = output('iou_predictions', 'scores')
  const low = output('low_res_masks')
  const masks = low ?? output('masks')
  if (!pictureInput || !coordinates || !labels || !scores || !masks)
    throw unexpected(decoder.path, 'other inputs and outputs', 'point_coords, point_labels, masks and their scores')
  const features = decoder.inputs
    .filter(({ name }) => !promptNames.includes(name))
    .map((port): readonly [TensorPort, string] => {
      const { name } = port
      const same = encoder.outputs.find((port) => port.name === name) ?? (encoder.outputs.length === 1 ? encoder.outputs[0] : undefined)
      if (!same) throw unexpected(decoder.path, `the input ${name}`, `one of ${encoder.outputs.map((port) => port.name).join(', ')}`)
      return [port, same.name]
    })
  const pictureSize = input('orig_im_size')
  return {
    pictureInput,
    features,
    batches: typeof coordinates.shape[0] !== 'number',
    coordinates,
    labels,
    hint: input('mask_input'),
    hasHint: input('has_mask_input'),
    pictureSize,
    masks,
    // SAM's own export brings `masks` to the picture; exports without the size of the picture cannot.
    isLow: low !== undefined || pictureSize === undefined || family !== 'sam',
    scores,
  }
}

/** Numbers as the element type that a port takes. Throws an Error for one that takes no numbers. */
export function tensorFor({ name, type, stored }: TensorPort, dims: readonly number[], values: Float32Array): TensorValue {
  switch (type) {
    case 'float32':
      return stored === 'float16' ? halfTensor({ type, dims, values }) : { type, dims, values }
    case 'int32':
      return { type, dims, values: Int32Array.from(values, Math.round) }
    case 'int64':
      return { type, dims, values: BigInt64Array.from(values, (value) => BigInt(Math.round(value))) }
    case 'uint8':
      return { type, dims, values: Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))) }
    default:
      throw new Error(`The input ${name} takes ${type}, which is not made here.`)
  }
}
