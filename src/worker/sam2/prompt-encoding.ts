// Clicks, boxes and masks as the embeddings that the mask decoder takes; and that of no prompt at all, for frames in between.
import { type Constants, type Floats, floats, numbersFor, portNamed, runFloats, type VideoModules } from './modules.ts'
import type { Plane } from './plane.ts'

/** In pixels of the picture that the network sees. Labels: 1 is the object, 0 is not, 2 and 3 are the upper left and lower right of a box. */
export type NetworkPoint = { readonly x: number; readonly y: number; readonly label: 0 | 1 | 2 | 3 | -1 }

export type PromptEmbedding = { readonly sparse: Floats; readonly dense: Floats; readonly dense_pe: Floats }

/** `mask` has the size that the prompt encoder takes. Without points there is one of label -1, which is none (_forward_sam_heads of SAM 2). */
export async function encodePrompt(
  { promptEncoder }: VideoModules,
  points: readonly NetworkPoint[],
  mask: Plane | undefined,
): Promise<PromptEmbedding> {
  const given = points.length > 0 ? points : [{ x: 0, y: 0, label: -1 }]
  const port = (name: string) => portNamed(promptEncoder, name)
  const [height, width] = [1, 2].map((axis) => maskSide(port('masks')?.shape[axis]))
  const of = await runFloats(promptEncoder, 'promptEncoder', {
    coords: numbersFor(
      port('coords'),
      [1, given.length, 2],
      given.flatMap(({ x, y }) => [x, y]),
    ),
    labels: numbersFor(
      port('labels'),
      [1, given.length],
      given.map(({ label }) => label),
    ),
    masks: floats([1, height!, width!], mask?.values ?? new Float32Array(height! * width!)),
    masks_enable: numbersFor(port('masks_enable'), [1], [mask ? 1 : 0]),
  })
  return { sparse: of('sparse_embeddings'), dense: of('dense_embeddings'), dense_pe: of('dense_pe') }
}

const maskSide = (size: number | string | undefined): number => (typeof size === 'number' ? size : 256)

/** mask_downsample of SAM 2: a convolution of 4 x 4 with stride 4; both sides of the mask are multiples of 4. */
export function downsampledMask(
  { width, height, values }: Plane,
  { maskDownsample: { weight, bias } }: Pick<Constants, 'maskDownsample'>,
): Plane {
  const [across, down] = [width / 4, height / 4]
  const result = new Float32Array(across * down)
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      let sum = bias
      for (let tap = 0; tap < 16; tap++) sum += weight[tap]! * values[(4 * y + (tap >> 2)) * width + 4 * x + (tap & 3)]!
      result[y * across + x] = sum
    }
  return { width: across, height: down, values: result }
}
