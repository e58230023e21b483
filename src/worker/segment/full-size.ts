// Bringing leaves back to the size of the picture, and cutting masks out of them.
import type { Rgb } from './lab-picture.ts'
import { type LeafSet, hasLeaf } from './leaf-set.ts'
import type { Leaves } from './leaves.ts'

/** `bits` is row-major, `width` x `height`, 1 inside; `x`, `y` is its top left pixel in the picture. */
export type CroppedMask = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

/**
 * The leaf of each pixel of the full picture. Where the working pixels round a pixel disagree, the leaf wins whose
 * working pixels are near in place and colour (joint bilateral upsampling, Kopf et al. 2007), so outlines follow the
 * edges of the full picture.
 */
export function enlargeLeaves(picture: Rgb, leaves: Leaves): Int32Array {
  const { width, height } = picture
  if (leaves.width === width && leaves.height === height) return leaves.leaf
  const small = sampleColours(picture, leaves)
  const out = new Int32Array(width * height)
  const stepX = leaves.width / width
  const stepY = leaves.height / height
  for (let y = 0; y < height; y += 1) {
    const v = (y + 0.5) * stepY - 0.5
    const row = Math.min(leaves.height - 1, Math.round(Math.max(0, v)))
    for (let x = 0; x < width; x += 1) {
      const u = (x + 0.5) * stepX - 0.5
      const column = Math.min(leaves.width - 1, Math.round(Math.max(0, u)))
      const middle = leaves.leaf[row * leaves.width + column]!
      out[y * width + x] = isPlain(leaves, column, row, middle) ? middle : vote(picture, leaves, small, x, y, u, v)
    }
  }
  return out
}

function isPlain(leaves: Leaves, column: number, row: number, middle: number): boolean {
  const { width, height, leaf } = leaves
  const left = Math.max(0, column - 1)
  const right = Math.min(width - 1, column + 1)
  const middleRow = row * width
  const top = Math.max(0, row - 1) * width
  const low = Math.min(height - 1, row + 1) * width
  return (
    leaf[middleRow + left] === middle &&
    leaf[middleRow + right] === middle &&
    leaf[top + column] === middle &&
    leaf[low + column] === middle &&
    leaf[top + left] === middle &&
    leaf[top + right] === middle &&
    leaf[low + left] === middle &&
    leaf[low + right] === middle
  )
}

const COLOUR_SPREAD = 2 * 22 * 22
const PLACE_SPREAD = 2 * 0.8 * 0.8

function vote(picture: Rgb, leaves: Leaves, small: Float32Array, x: number, y: number, u: number, v: number): number {
  const names: number[] = []
  const votes: number[] = []
  const at = (y * picture.width + x) * 3
  const fromX = Math.max(0, Math.ceil(u - 1.5))
  const toX = Math.min(leaves.width - 1, Math.floor(u + 1.5))
  for (let j = Math.max(0, Math.ceil(v - 1.5)); j <= Math.min(leaves.height - 1, Math.floor(v + 1.5)); j += 1) {
    for (let i = fromX; i <= toX; i += 1) {
      const p = j * leaves.width + i
      let d = 0
      for (let c = 0; c < 3; c += 1) d += (small[p * 3 + c]! - picture.pixels[at + c]!) ** 2
      const weight = Math.exp(-d / COLOUR_SPREAD - ((i - u) ** 2 + (j - v) ** 2) / PLACE_SPREAD) + 1e-9
      const name = leaves.leaf[p]!
      const known = names.indexOf(name)
      if (known >= 0) votes[known] = votes[known]! + weight
      else {
        names.push(name)
        votes.push(weight)
      }
    }
  }
  let best = 0
  for (let k = 1; k < names.length; k += 1) if (votes[k]! > votes[best]!) best = k
  return names[best]!
}

function sampleColours(picture: Rgb, leaves: Leaves): Float32Array {
  const out = new Float32Array(leaves.width * leaves.height * 3)
  const hits = new Float32Array(leaves.width * leaves.height)
  for (let y = 0; y < picture.height; y += 1) {
    const row = Math.floor((y * leaves.height) / picture.height) * leaves.width
    for (let x = 0; x < picture.width; x += 1) {
      const p = row + Math.floor((x * leaves.width) / picture.width)
      hits[p] = hits[p]! + 1
      for (let c = 0; c < 3; c += 1) out[p * 3 + c] = out[p * 3 + c]! + picture.pixels[(y * picture.width + x) * 3 + c]!
    }
  }
  for (let p = 0; p < hits.length; p += 1) for (let c = 0; c < 3; c += 1) out[p * 3 + c] = out[p * 3 + c]! / hits[p]!
  return out
}

/** Where each leaf lies in the full picture: 4 numbers a leaf (x0, y0, x1, y1; inclusive; x1 < x0 for a leaf lost on the way). */
export function leafBoxes(label: Int32Array, width: number, height: number, leaves: number): Int32Array {
  const box = new Int32Array(leaves * 4)
  for (let leaf = 0; leaf < leaves; leaf += 1) box.set([width, height, -1, -1], leaf * 4)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = label[y * width + x]! * 4
      if (x < box[at]!) box[at] = x
      if (y < box[at + 1]!) box[at + 1] = y
      if (x > box[at + 2]!) box[at + 2] = x
      if (y > box[at + 3]!) box[at + 3] = y
    }
  }
  return box
}

/** The mask of a set, tight round its pixels, and its area in pixels; undefined when no pixel is left. */
export function cutMask(
  set: LeafSet,
  label: Int32Array,
  width: number,
  boxes: Int32Array,
): { readonly mask: CroppedMask; readonly area: number } | undefined {
  const leaves = boxes.length / 4
  const inside = new Uint8Array(leaves)
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1]
  for (let leaf = 0; leaf < leaves; leaf += 1) {
    if (!hasLeaf(set, leaf) || boxes[leaf * 4 + 2]! < 0) continue
    inside[leaf] = 1
    x0 = Math.min(x0, boxes[leaf * 4]!)
    y0 = Math.min(y0, boxes[leaf * 4 + 1]!)
    x1 = Math.max(x1, boxes[leaf * 4 + 2]!)
    y1 = Math.max(y1, boxes[leaf * 4 + 3]!)
  }
  if (x1 < 0) return undefined
  const mask = { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1, bits: new Uint8Array((x1 - x0 + 1) * (y1 - y0 + 1)) }
  let area = 0
  for (let y = 0; y < mask.height; y += 1) {
    const from = (y + y0) * width + x0
    for (let x = 0; x < mask.width; x += 1) {
      if (inside[label[from + x]!] === 0) continue
      mask.bits[y * mask.width + x] = 1
      area += 1
    }
  }
  return { mask, area }
}
