// Fits a picture into the input of a network with its aspect kept, and takes boxes back out of it.
import { type Rgb, resample } from './resample.ts'

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

/** The grey that these networks were trained with around the picture. */
const padding = 114

/** Centred; an odd pixel of padding goes to the right or to the bottom. All sizes in pixels, from 1. */
export function letterboxFor(picture: { width: number; height: number }, inputWidth: number, inputHeight: number): Letterbox {
  const scale = Math.min(inputWidth / picture.width, inputHeight / picture.height)
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  return {
    pictureWidth: picture.width,
    pictureHeight: picture.height,
    inputWidth,
    inputHeight,
    left: Math.floor((inputWidth - width) / 2),
    top: Math.floor((inputHeight - height) / 2),
    scaleX: width / picture.width,
    scaleY: height / picture.height,
  }
}

/** The input of the network: [1, 3, inputHeight, inputWidth], planes red, green, blue, values 0 to 1. */
export function fillLetterbox(picture: Rgb, box: Letterbox): Float32Array {
  const width = Math.round(box.pictureWidth * box.scaleX)
  const height = Math.round(box.pictureHeight * box.scaleY)
  const values = resample(picture, width, height)
  const plane = box.inputWidth * box.inputHeight
  const input = new Float32Array(3 * plane).fill(padding / 255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y + box.top) * box.inputWidth + x + box.left
      const from = (y * width + x) * 3
      input[to] = values[from]! / 255
      input[to + plane] = values[from + 1]! / 255
      input[to + 2 * plane] = values[from + 2]! / 255
    }
  }
  return input
}

/** A box of the input as a box of the picture, cut to the picture; width or height 0 when it lies outside. */
export function boxInPicture([x, y, width, height]: Box, box: Letterbox): Box {
  const cut = (value: number, size: number) => Math.min(size, Math.max(0, value))
  const x0 = cut((x - box.left) / box.scaleX, box.pictureWidth)
  const y0 = cut((y - box.top) / box.scaleY, box.pictureHeight)
  const x1 = cut((x + width - box.left) / box.scaleX, box.pictureWidth)
  const y1 = cut((y + height - box.top) / box.scaleY, box.pictureHeight)
  return [x0, y0, x1 - x0, y1 - y0]
}
