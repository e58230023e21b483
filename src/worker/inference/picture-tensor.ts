// Turns a picture into the input tensor of a network, by the rules that its entry in the model store tells.
import type { Preprocessing } from '#core/model/model-entry'
import { type Rgb, resample } from './resample.ts'
import { sharedFloats } from './shared-tensor.ts'

export type PictureTensor = {
  /** Shared between threads: handed to a network without a copy. */
  readonly values: Float32Array
  /** [1, 3, height, width], or [height, width, 3]. */
  readonly dims: readonly number[]
  /** Where the picture lies: input x = picture x * scaleX + left. */
  readonly scaleX: number
  readonly scaleY: number
  readonly left: number
  readonly top: number
}

/** Where a picture comes to lie in the input, in whole pixels; left and top are negative where it is cut. */
export type Placement = {
  readonly canvasWidth: number
  readonly canvasHeight: number
  readonly width: number
  readonly height: number
  readonly left: number
  readonly top: number
}

/** A size that the network leaves open is the picture's own, padded (or squashed) up to the multiple that the network needs. */
export function placePicture(picture: { readonly width: number; readonly height: number }, { resize, pad }: Preprocessing): Placement {
  const up = (size: number) => Math.ceil(size / resize.multiple) * resize.multiple
  const boxWidth = resize.width ?? up(picture.width)
  const boxHeight = resize.height ?? up(picture.height)
  const [across, down] = [boxWidth / picture.width, boxHeight / picture.height]
  const open = resize.width === undefined || resize.height === undefined
  const scale = resize.rule === 'none' || open ? 1 : resize.rule === 'shortestSide' ? Math.max(across, down) : Math.min(across, down)
  const squash = resize.rule === 'squash'
  const width = squash ? boxWidth : Math.max(1, Math.round(picture.width * scale))
  const height = squash ? boxHeight : Math.max(1, Math.round(picture.height * scale))
  const cut = resize.rule === 'shortestSide'
  const fits = pad.where === 'none' && !cut
  const canvasWidth = fits ? width : boxWidth
  const canvasHeight = fits ? height : boxHeight
  const centred = cut || pad.where === 'centre'
  // An odd pixel goes to the right or to the bottom.
  const left = centred ? Math.floor((canvasWidth - width) / 2) : 0
  const top = centred ? Math.floor((canvasHeight - height) / 2) : 0
  return { canvasWidth, canvasHeight, width, height, left, top }
}

/** Values of the padding, and of each pixel, after scale, mean and deviation. Shrinking takes the mean of the covered area. */
export function pictureTensor(picture: Rgb, preprocessing: Preprocessing): PictureTensor {
  const { canvasWidth, canvasHeight, width, height, left, top } = placePicture(picture, preprocessing)
  const { pad, colour, scale, mean, std, layout } = preprocessing
  const pixels = resample(picture, width, height)
  const plane = canvasWidth * canvasHeight
  const values = sharedFloats(3 * plane)
  for (let channel = 0; channel < 3; channel++) {
    const source = colour === 'bgr' ? 2 - channel : channel
    const normalise = (value: number) => (value * scale - mean[channel]!) / std[channel]!
    const padding = pad.when === 'beforeNormalising' ? normalise(pad.value) : pad.value
    const [step, offset] = layout === 'nchw' ? [1, channel * plane] : [3, channel]
    for (let y = 0; y < canvasHeight; y++)
      for (let x = 0; x < canvasWidth; x++) {
        const inside = x >= left && x < left + width && y >= top && y < top + height
        const value = inside ? normalise(pixels[((y - top) * width + x - left) * 3 + source]!) : padding
        values[offset + (y * canvasWidth + x) * step] = value
      }
  }
  const dims = layout === 'nchw' ? [1, 3, canvasHeight, canvasWidth] : [canvasHeight, canvasWidth, 3]
  return { values, dims, scaleX: width / picture.width, scaleY: height / picture.height, left, top }
}
