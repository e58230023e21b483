// What a person may mean by clicks or a box, without a network: regions of the built-in hierarchies that fit them best.
import { covers } from '#core/mask/label-raster'
import { iouOfRles } from '#core/mask/overlap'
import { areaOfRle, boundsOfRle, type Rle, rleFromCrop, stringFromRle } from '#core/mask/rle'
import { differenceOfRles, unionOfRles } from '#core/mask/overlap'
import type { MaskQuestion, OfferedMask, PromptPoint } from '#core/segment/mask-question'
import { proposeMasks } from '../segment/propose.ts'
import type { Rgb } from '../segment/lab-picture.ts'

/** A region that the picture itself gives; `score` and `stability` 0..1. */
export type Region = { readonly rle: Rle; readonly area: number; readonly score: number; readonly stability: number }

const most = { maxPerLevel: 300, maxCandidates: 900 }
/** Smaller regions are grain of the picture: 100 pixels where the short side is 640. */
const leastArea = 100
/** Two answers that overlap more are one for the eye. */
const sameAbove = 0.85
const offered = 5

/** All regions of a picture at all levels; worked out once for each frame. */
export function regionsOf(picture: Rgb): Region[] {
  const minArea = leastArea * (Math.min(picture.width, picture.height) / 640) ** 2
  return proposeMasks(picture, { levels: [1, 2, 3, 4, 5, 6], minArea, ...most }).map(({ mask, area, predictedIou, stability }) => ({
    rle: rleFromCrop(mask.bits, mask, picture.width, picture.height),
    area,
    score: predictedIou,
    stability,
  }))
}

/**
 * At most 5 masks, best first: those that hold every point inside and none outside, by their own worth, and with a box by how well they fill it.
 * Where no region does, the best ones of each point inside are put together and regions of the points outside cut away. Empty when nothing fits.
 */
export function fittingRegions(regions: readonly Region[], { points, box }: MaskQuestion): OfferedMask[] {
  const inside = points.filter(({ positive }) => positive)
  const outside = points.filter(({ positive }) => !positive)
  const fits = ({ rle }: Region) => inside.every((at) => has(rle, at)) && !outside.some((at) => has(rle, at))
  const worth = (region: Region) => (box ? fillOf(region, box) : region.score * region.stability)
  const whole = regions.filter(fits)
  const joined = whole.length > 0 ? undefined : joinedRegion(regions, inside, outside)
  const ranked = (joined ? [joined] : whole).map((region) => ({ region, worth: worth(region) })).sort((a, b) => b.worth - a.worth)
  const chosen: Region[] = []
  for (const { region, worth: value } of ranked) {
    if (chosen.length === offered || value <= 0) break
    if (!chosen.some((other) => iouOfRles(other.rle, region.rle, other.area, region.area) > sameAbove)) chosen.push(region)
  }
  return chosen.map(({ rle, area, score, stability }) => ({
    counts: stringFromRle(rle),
    area,
    box: [...boundsOfRle(rle)!] as OfferedMask['box'],
    score,
    stability,
  }))
}

function has(rle: Rle, { x, y }: PromptPoint): boolean {
  return covers(rle, Math.floor(x), Math.floor(y))
}

/** Overlap of the box with that of the mask, as IoU. */
function fillOf({ rle }: Region, [x0, y0, x1, y1]: NonNullable<MaskQuestion['box']>): number {
  const [x, y, width, height] = boundsOfRle(rle)!
  const shared = Math.max(0, Math.min(x1, x + width) - Math.max(x0, x)) * Math.max(0, Math.min(y1, y + height) - Math.max(y0, y))
  return shared / ((x1 - x0) * (y1 - y0) + width * height - shared)
}

function joinedRegion(regions: readonly Region[], inside: readonly PromptPoint[], outside: readonly PromptPoint[]): Region | undefined {
  const best = inside.map((at) => {
    const around = regions.filter(({ rle }) => has(rle, at))
    const clean = around.filter(({ rle }) => !outside.some((other) => has(rle, other)))
    return (clean.length > 0 ? clean : around).reduce<Region | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined)
  })
  const found = best.filter((region) => region !== undefined)
  const [first] = found
  // A point on no region: half an answer would not say which of the points it leaves out.
  if (!first || found.length < inside.length) return undefined
  const [height, width] = first.rle.size
  let rle = unionOfRles(
    found.map((region) => region.rle),
    height,
    width,
  )
  for (const at of outside.filter((point) => has(rle, point))) {
    const cuts = regions.filter((region) => has(region.rle, at) && !inside.some((kept) => has(region.rle, kept)))
    const largest = cuts.reduce<Region | undefined>((a, b) => (a && a.area >= b.area ? a : b), undefined)
    if (!largest) return undefined
    rle = differenceOfRles(rle, largest.rle)
  }
  const area = areaOfRle(rle)
  const least = (of: (region: Region) => number) => Math.min(...found.map(of))
  return area === 0 ? undefined : { rle, area, score: least(({ score }) => score), stability: least(({ stability }) => stability) }
}
