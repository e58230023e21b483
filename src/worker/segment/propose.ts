// The built-in candidate generator: nested masks of a picture, found without a trained model.
import { chooseSets } from './choose.ts'
import { type CroppedMask, cutMask, enlargeLeaves, leafBoxes } from './full-size.ts'
import type { Rgb } from './lab-picture.ts'
import { growLeaves } from './leaves.ts'
import { quality } from './objectness.ts'
import { stability } from './stability.ts'

export type { CroppedMask } from './full-size.ts'
export type { Rgb } from './lab-picture.ts'

export type ProposeOptions = {
  /** Whole numbers 1..6, ascending, at least one; small is coarse. */
  readonly levels: readonly number[]
  /** Pixels of the given picture; a mask of exactly this area is kept. */
  readonly minArea: number
  readonly maxPerLevel: number
  /** Over all levels together. */
  readonly maxCandidates: number
}

export const defaultProposeOptions: ProposeOptions = { levels: [2, 4, 6], minArea: 0, maxPerLevel: 300, maxCandidates: 300 }

export type ProposedMask = {
  readonly level: number
  /** Index into the returned list, smaller than the mask's own; the mask lies inside it pixel for pixel. */
  readonly parent: number | undefined
  readonly mask: CroppedMask
  readonly area: number
  readonly predictedIou: number
  readonly stability: number
  readonly box: readonly [x: number, y: number, width: number, height: number]
}

/**
 * Masks of `picture`, coarse levels first, parents before children. The same picture and options give the same bytes.
 * Within a level the regions of the cut do not overlap each other; sets that cross the cut may overlap them.
 * Throws RangeError when the picture is empty, its pixels do not fit its size, or the levels are not as described.
 */
export function proposeMasks(picture: Rgb, options: ProposeOptions): readonly ProposedMask[] {
  check(picture, options)
  const leaves = growLeaves(picture)
  const total = leaves.width * leaves.height
  const scale = total / (picture.width * picture.height)
  const chosen = chooseSets(leaves.graph, total, { ...options, minArea: options.minArea * scale })
  const label = enlargeLeaves(picture, leaves)
  const boxes = leafBoxes(label, picture.width, picture.height, leaves.graph.count)
  const place = new Map<number, number>()
  const out: ProposedMask[] = []
  for (const [i, one] of chosen.entries()) {
    const cut = cutMask(one.set, label, picture.width, boxes)
    const parent = one.parent === undefined ? undefined : place.get(one.parent)
    // A parent too small at full size takes its children along: they are smaller still.
    if (cut === undefined || cut.area < options.minArea || (one.parent !== undefined && parent === undefined)) continue
    place.set(i, out.length)
    const { mask } = cut
    out.push({
      level: one.level,
      parent,
      mask,
      area: cut.area,
      predictedIou: quality(one.evidence),
      stability: stability(one.set, leaves.graph),
      box: [mask.x, mask.y, mask.width, mask.height],
    })
  }
  return out
}

function check(picture: Rgb, options: ProposeOptions): void {
  const { width, height, pixels } = picture
  if (!(width >= 1 && height >= 1)) throw new RangeError(`picture of ${width} x ${height} pixels`)
  if (pixels.length !== width * height * 3) throw new RangeError(`${pixels.length} bytes for ${width} x ${height} pixels of 3 bytes`)
  const { levels } = options
  const fine = levels.every((level, i) => Number.isInteger(level) && level >= 1 && level <= 6 && (i === 0 || level > levels[i - 1]!))
  if (levels.length === 0 || !fine) throw new RangeError(`levels must be ascending whole numbers 1..6, not [${levels.join(', ')}]`)
}
