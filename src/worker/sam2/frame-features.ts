// The image encoder, once for each frame and shared by all objects; features are kept up to a bound and made again beyond it.
import type { Preprocessing } from '#core/model/model-entry'
import type { Picture } from '../frame-pixels.ts'
import { pictureTensor } from '../inference/picture-tensor.ts'
import { createBoundedCache } from '../track/bounded-cache.ts'
import { type Floats, floats, shared, runFloats, unexpected, type VideoModules } from './modules.ts'
import { transposed } from './plane.ts'

export type FrameFeatures = {
  /** vision_features: [1, channels, height, width] of the coarsest level, untouched by memory. */
  readonly coarse: Floats
  /** backbone_fpn_0 and backbone_fpn_1, as the mask decoder takes them. */
  readonly fine: Floats
  readonly middle: Floats
  /** vision_pos_enc_2 as [places, channels]; it depends on sizes alone. */
  readonly position: Float32Array
}

/** The encoder gives 80 MB of positions of finer levels besides, which nobody here reads. */
export const encoderOutputs = [['vision_features'], ['backbone_fpn_0'], ['backbone_fpn_1'], ['vision_pos_enc_2']] as const

export type FeatureStore = { at(position: number): Promise<FrameFeatures> }

/** About 35 frames of SAM 2 (16 MiB each): the default window back and the frames on the way to the next prompt. */
const featureBytes = 576 * 2 ** 20

export function createFeatureStore(
  modules: VideoModules,
  preprocessing: Preprocessing,
  pictureAt: (position: number) => Promise<Picture>,
): FeatureStore {
  let position: Float32Array | undefined
  const cache = createBoundedCache<FrameFeatures>(
    featureBytes,
    ({ coarse, fine, middle }) => 4 * (coarse.values.length + fine.values.length + middle.values.length),
    async (at) => {
      const { values, dims } = pictureTensor(await pictureAt(at), preprocessing)
      const of = await runFloats(modules.encoder, 'encoder', { [modules.encoder.inputs[0]!.name]: floats(dims, values) })
      const [coarse, fine, middle] = [shared(of('vision_features')), shared(of('backbone_fpn_0')), shared(of('backbone_fpn_1'))]
      const [channels, places] = [coarse.dims[1]!, coarse.dims[2]! * coarse.dims[3]!]
      position ??= shared({ dims: [places, channels], values: transposed(of('vision_pos_enc_2').values, channels, places) }).values
      checkFine(modules, fine, 'high_res_features1')
      checkFine(modules, middle, 'high_res_features2')
      return { coarse, fine, middle, position }
    },
  )
  return { at: (at) => cache.get(at) }
}

/** Some exports leave out the two convolutions (conv_s0, conv_s1) that bring these levels to the decoder's channels. */
function checkFine({ encoder, maskDecoder }: VideoModules, { dims }: Floats, name: string): void {
  const channels = maskDecoder.inputs.find((port) => port.name === name)?.shape[1]
  if (typeof channels === 'number' && channels !== dims[1])
    throw unexpected(
      encoder,
      'encoder',
      `${channels} channels for ${name} of the mask decoder (conv_s0 and conv_s1 exported with the encoder)`,
    )
}
