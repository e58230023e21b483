// Lines of YOLO's segmentation labels: a class and a polygon in parts of the picture, one line for each mask.
import { type Rle, rleFromString } from '../mask/rle.ts'
import type { FrameMasks } from '../segment/frame-masks.ts'
import { joinedOutline, type Outline, outlinesOfRle } from './outline.ts'

/** Fewer points than this are no polygon for YOLO's readers. */
const leastPoints = 3

/**
 * Pixel centres lie at .5, so that a reader that multiplies by the size and rounds down finds the very pixels, and one that fills the
 * polygon with its border finds the very mask but for its holes. Undefined for a mask without a pixel.
 */
export function yoloLine(category: number, mask: Rle): string | undefined {
  const outlines = outlinesOfRle(mask).map(asPolygon)
  if (outlines.length === 0) return undefined
  const [height, width] = mask.size
  const points = joinedOutline(outlines).map((value, i) => ((value + 0.5) / (i % 2 === 0 ? width : height)).toFixed(6))
  return `${category} ${points.join(' ')}`
}

/** A piece of one pixel or one line of pixels gets a narrow quadrangle within those pixels. */
function asPolygon(outline: Outline): Outline {
  if (outline.length >= leastPoints * 2) return outline
  const [x0 = 0, y0 = 0, x1 = x0, y1 = y0] = outline
  const inset = 0.25
  return [x0 - inset, y0 - inset, x1 + inset, y0 === y1 ? y0 - inset : y1 - inset, x1 + inset, y1 + inset, x0 - inset, y0 + inset]
}

export type YoloLabels = { readonly lines: readonly string[]; readonly emptyMasks: number }

/** Throws RangeError when run lengths do not fit the size of the frame's masks. */
export function yoloLabels({ masks, size }: Pick<FrameMasks, 'masks' | 'size'>, category: number): YoloLabels {
  const lines = masks.map(({ counts }) => yoloLine(category, rleFromString(counts, size)))
  const kept = lines.filter((line) => line !== undefined)
  return { lines: kept, emptyMasks: lines.length - kept.length }
}

/** data.yaml: levels are the classes, from 0 in their order. Pictures are looked for in images/, beside labels/. */
export function yoloDataText(levels: readonly number[]): string {
  const names = levels.map((level, i) => `  ${i}: level_${level}\n`).join('')
  return `# Put the frames into images/ under the names that the files in labels/ have.\npath: .\ntrain: images\nval: images\nnames:\n${names}`
}
