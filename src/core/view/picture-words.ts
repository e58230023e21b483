// What is written into a picture that is taken away: the numbers of its masks, and the legend of its colours.
import { labelOfId } from '../segment/frame-masks.ts'
import type { Legend } from './legend.ts'
import { drawText, fillBox, glyph, type Surface, type Tone, widthOfText } from './pixel-text.ts'

const [paper, ink, faint]: readonly Tone[] = [
  [12, 12, 12],
  [238, 238, 238],
  [181, 178, 174],
]
const paperShare = 0.84

/** Pixels of one dot of the letters: the shorter side has at least 45 lines of text, and letters grow with the picture. */
export function dotOf({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.max(1, Math.ceil(Math.min(width, height) / 360))
}

/** `at` gives the mask's index + 1 under a pixel of the picture, 0 for none. */
export type MaskAt = (i: number, j: number) => number
export type Labelled = { readonly id: number; readonly isSelected: boolean }

type Spot = { readonly x: number; readonly y: number; readonly count: number }
type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * Writes the number of each mask on the pixel of it that is nearest to its middle: what is selected first, then the larger ones. A mask that is
 * smaller than its number, or whose number would lie over another, goes without; what is selected is not held to its size. Gives how many are written.
 */
export function drawLabels(surface: Surface, masks: readonly (Labelled | undefined)[], at: MaskAt): number {
  const dot = dotOf(surface)
  const spots = spotsOf(surface, at)
  const order = [...spots].sort(([a, one], [b, other]) => {
    const lead = Number(masks[b - 1]?.isSelected) - Number(masks[a - 1]?.isSelected)
    return lead !== 0 ? lead : other.count - one.count || a - b
  })
  const taken: Box[] = []
  for (const [value, { x, y, count }] of order) {
    const mask = masks[value - 1]
    if (!mask) continue
    const text = labelOfId(mask.id)
    const [width, height] = [widthOfText(text, dot) + 4 * dot, (glyph.height + 2) * dot]
    if (!mask.isSelected && count < width * height) continue
    const box = {
      x: Math.min(Math.max(0, x - Math.floor(width / 2)), Math.max(0, surface.width - width)),
      y: Math.min(Math.max(0, y - Math.floor(height / 2)), Math.max(0, surface.height - height)),
      width,
      height,
    }
    if (taken.some((other) => meet(box, other))) continue
    taken.push(box)
    fillBox(surface, box.x, box.y, width, height, paper!, paperShare)
    drawText(surface, text, box.x + 2 * dot, box.y + Math.round(1.5 * dot), dot, ink!)
  }
  return taken.length
}

const meet = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The pixel of each mask that is nearest to the mean of its pixels: also of a ring it lies on the mask. */
function spotsOf({ width, height }: Surface, at: MaskAt): Map<number, Spot> {
  const sums = new Map<number, { x: number; y: number; count: number }>()
  for (let j = 0; j < height; j += 1)
    for (let i = 0; i < width; i += 1) {
      const value = at(i, j)
      if (value === 0) continue
      const sum = sums.get(value)
      if (!sum) sums.set(value, { x: i, y: j, count: 1 })
      else {
        sum.x += i
        sum.y += j
        sum.count += 1
      }
    }
  const best = new Map<number, Spot & { readonly far: number }>()
  for (let j = 0; j < height; j += 1)
    for (let i = 0; i < width; i += 1) {
      const sum = sums.get(at(i, j))
      if (!sum) continue
      const far = (i - sum.x / sum.count) ** 2 + (j - sum.y / sum.count) ** 2
      const now = best.get(at(i, j))
      if (!now || far < now.far) best.set(at(i, j), { x: i, y: j, count: sum.count, far })
    }
  return best
}

/** On a plate in the lower left corner; where it is too wide for the picture its letters are smaller, and at last it is cut. */
export function drawLegend(surface: Surface, legend: Legend): void {
  const pieces = piecesOf(legend)
  const widthAt = (dot: number) => pieces.reduce((sum, piece) => sum + widthOf(piece, dot), 0) + (pieces.length - 1) * 5 * dot + 8 * dot
  const least = dotOf(surface)
  const dot = Array.from({ length: least }, (_, i) => least - i).find((one) => widthAt(one) <= surface.width - 4 * one) ?? 1
  const height = (glyph.height + 5) * dot
  const [left, top] = [2 * dot, surface.height - height - 2 * dot]
  fillBox(surface, left, top, widthAt(dot), height, paper!, paperShare)
  let x = left + 4 * dot
  for (const piece of pieces) {
    if (piece.kind === 'text') drawText(surface, piece.text, x, top + 3 * dot, dot, piece.isFaint ? faint! : ink!)
    else if (piece.kind === 'swatch') fillBox(surface, x, top + 3 * dot, 7 * dot, 7 * dot, piece.tone, 1)
    else
      for (const [nth, tone] of piece.tones.entries()) {
        const [from, to] = [nth, nth + 1].map((end) => Math.round((end * barWidth * dot) / piece.tones.length))
        fillBox(surface, x + from!, top + 3 * dot, to! - from!, 7 * dot, tone, 1)
      }
    x += widthOf(piece, dot) + 5 * dot
  }
}

/** Dots. */
const barWidth = 60
type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly isFaint: boolean }
  | { readonly kind: 'swatch'; readonly tone: Tone }
  | { readonly kind: 'bar'; readonly tones: readonly Tone[] }

const widthOf = (piece: Piece, dot: number) =>
  piece.kind === 'text' ? widthOfText(piece.text, dot) : (piece.kind === 'bar' ? barWidth : 7) * dot

function piecesOf(legend: Legend): readonly Piece[] {
  const text = (words: string, isFaint = false): Piece => ({ kind: 'text', text: words, isFaint })
  if (legend.kind === 'words') return [text(legend.text)]
  if (legend.kind === 'swatches') return legend.rows.flatMap(([word, tone]): Piece[] => [{ kind: 'swatch', tone }, text(word)])
  return [text(legend.title, true), text(legend.low), { kind: 'bar', tones: legend.stops }, text(legend.high)]
}
