// Fits a picture into the input of a network with its aspect kept, and takes boxes back out of it.
import type { Preprocessing } from '#core/model/model-entry'
import { pictureTensor, placePicture } from './picture-tensor.ts'
import type { Rgb } from './resample.ts'

/** [x, y, width, height] in pixels, edges at whole numbers. */
export type Box = readonly [number, number, number, number]

/**
 * Where the picture lies in the input: input x = picture x * scaleX + left. The two scales differ a little, because the
 * picture takes a whole number of pixels.
 */
export type Letterbox = {
  readonly pictureWidth: number
  readonly pictureHeight: number
  readonly inputWidth: number
  readonly inputHeight: number
  readonly left: number
  readonly top: number
  readonly scaleX: number
  readonly scaleY: number
}

/** What these networks were trained with: in the middle of grey, red first, 0 to 1. */
function rules(width: number, height: number): Preprocessing {
  return {
    resize: { rule: 'letterbox', width, height, multiple: 1, interpolation: 'area' },
    pad: { where: 'centre', value: 114, when: 'beforeNormalising' },
    colour: 'rgb',
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    layout: 'nchw',
  }
}

/** Centred; an odd pixel of padding goes to the right or to the bottom. All sizes in pixels, from 1. */
export function letterboxFor(picture: { width: number; height: number }, inputWidth: number, inputHeight: number): Letterbox {
  const { width, height, left, top } = placePicture(picture, rules(inputWidth, inputHeight))
  return {
    pictureWidth: picture.width,
    pictureHeight: picture.height,
    inputWidth,
    inputHeight,
    left,
    top,
    scaleX: width / picture.width,
    scaleY: height / picture.height,
  }
}

/** The input of the network: [1, 3, inputHeight, inputWidth], planes red, green, blue, values 0 to 1. */
export function fillLetterbox(picture: Rgb, { inputWidth, inputHeight }: Letterbox): Float32Array {
  return pictureTensor(picture, rules(inputWidth, inputHeight)).values
}

/** A box of the input as a box of the picture, cut to the picture; width or height 0 when it lies outside. */
export function boxInPicture([x, y, width, height]: Box, box: Omit<Letterbox, 'inputWidth' | 'inputHeight'>): Box {
  const cut = (value: number, size: number) => Math.min(size, Math.max(0, value))
  const x0 = cut((x - box.left) / box.scaleX, box.pictureWidth)
  const y0 = cut((y - box.top) / box.scaleY, box.pictureHeight)
  const x1 = cut((x + width - box.left) / box.scaleX, box.pictureWidth)
  const y1 = cut((y + height - box.top) / box.scaleY, box.pictureHeight)
  return [x0, y0, x1 - x0, y1 - y0]
}
