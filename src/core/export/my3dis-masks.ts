// Which size My3DIS would have stored the masks of a run at, and the masks brought to it.
import { downscaleRle, roundHalfEven, scaleRle } from '../mask/resize.ts'
import { areaOfRle, boundsOfRle, type Rle } from '../mask/rle.ts'
import { storedSize } from '../my3dis/masks/scale.ts'

type Size = readonly [height: number, width: number]

/** Semantic-SAM sees frames with this short side, in pixels. */
export const ssamShortSide = 640

/** How masks of one size are written. Masks are never made larger: that would only pretend to know more. */
export type MaskWriting = {
  /** From the masks of the run to those that are stored, within (0, 1]. */
  readonly factor: number
  /** For `mask_scale_ratio`: what was asked for, unless the masks of the run are smaller than that already. */
  readonly ratio: number
  /** [height, width] of the frame; undefined when masks are stored at that very size. */
  readonly fullSize: Size | undefined
}

/** `masks`: size of the run's masks; `frame`: of its frames; `scale` within (0, 1], to the frame. */
export function trackWriting(masks: Size, frame: Size, scale: number): MaskWriting {
  const [height, width] = storedSize(frame, scale)
  const isStoredSize = masks[0] === height && masks[1] === width
  const wanted = (scale * frame[0]) / masks[0]
  // A run whose masks were stored at this scale gives them back as they are, although a side was rounded.
  const factor = isStoredSize ? 1 : Math.min(1, wanted)
  const ratio = isStoredSize || wanted <= 1 ? scale : masks[0] / frame[0]
  const same = ratio === 1 || (factor === 1 && masks[0] === frame[0] && masks[1] === frame[1])
  return { factor, ratio, fullSize: same ? undefined : frame }
}

/** Of a candidate: `mask` as stored, and its numbers in My3DIS's units. */
export type WrittenCandidate = {
  readonly mask: Rle
  /** x, y and the distances to the last column and row, on the stored mask. */
  readonly bbox: readonly number[]
  /** Pixels of a frame whose short side is 640, before the mask was made smaller. */
  readonly area: number
  readonly ratio: number
  /** x, y of the first and of the last pixel at that resolution. */
  readonly boxAtSsam: readonly number[]
}

/**
 * Candidates are stored at `scale` to a frame whose short side is 640. A mask that would vanish keeps that resolution, with ratio 1,
 * as My3DIS does it.
 */
export function writtenCandidate(mask: Rle, frame: Size, scale: number): WrittenCandidate {
  const toFrame = frame[0] / mask.size[0]
  const toSsam = (ssamShortSide / Math.min(...frame)) * toFrame
  const factor = Math.min(1, scale * toSsam)
  const small = factor === 1 ? mask : downscaleRle(mask, factor)
  const pixels = areaOfRle(mask)
  const vanished = pixels > 0 && areaOfRle(small) === 0
  const stored = vanished ? scaleRle(mask, ssamSize(frame)) : small
  const area = Math.round(pixels * toSsam ** 2)
  const ratio = vanished ? 1 : factor === scale * toSsam ? scale : Math.min(1, 1 / toSsam)
  return { mask: stored, bbox: openBox(stored), area, ratio, boxAtSsam: boxAt(mask, toSsam) }
}

function ssamSize([height, width]: Size): Size {
  const factor = ssamShortSide / Math.min(height, width)
  return [roundHalfEven(height * factor), roundHalfEven(width * factor)]
}

function openBox(mask: Rle): readonly number[] {
  const bounds = boundsOfRle(mask)
  return bounds ? [bounds[0], bounds[1], bounds[2] - 1, bounds[3] - 1] : [0, 0, 0, 0]
}

/** x, y of the first and of the last pixel. */
export function inclusiveBox(mask: Rle): readonly number[] {
  const [x = 0, y = 0, width = 0, height = 0] = openBox(mask)
  return [x, y, x + width, y + height]
}

function boxAt(mask: Rle, factor: number): readonly number[] {
  const bounds = boundsOfRle(mask)
  if (!bounds) return [0, 0, 0, 0]
  const [x, y, width, height] = bounds
  const last = (start: number, length: number) => Math.max(Math.floor(start * factor), Math.ceil((start + length) * factor) - 1)
  return [Math.floor(x * factor), Math.floor(y * factor), last(x, width), last(y, height)]
}
