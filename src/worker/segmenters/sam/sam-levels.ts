// Levels out of a model that knows three sizes of each thing: the coarsest over the whole frame, finer ones inside their parents.
import { differenceOfRles, intersectionOfRles, unionOfRles } from '#core/mask/overlap'
import { areaOfRle, boundsOfRle, equalRles, maskFromRle, type Rle } from '#core/mask/rle'
import type { Rgb } from '../../inference/resample.ts'
import type { Offer } from '../../candidates/offer.ts'
import { cropsOf, cutOut } from './crops.ts'
import { bestOf, type FoundMask, findMasks, type MaskRules } from './found-masks.ts'
import { type Click, pointGrid } from './prompts.ts'
import type { SamSession } from './sam-session.ts'

export type LevelSettings = {
  /** 1 (coarse) to 6 (fine), ascending. */
  readonly levels: readonly number[]
  /** Clicks on the whole frame: so many in a row, and so many rows. */
  readonly pointsPerSide: number
  readonly cropLayers: number
  /** points: what was clicked inside the parent; anew: the parent alone on black, seen by the encoder again. */
  readonly refine: 'points' | 'anew'
  readonly rules: MaskRules
  /** Pixels of the frame. */
  readonly minArea: number
  readonly maxPerLevel: number
  readonly maxCandidates: number
}

/** Which mask of a click a level takes, of `count` masks from the largest (0) on: level 1 the largest, level 6 the smallest. */
export function rankOfLevel(level: number, count: number): number {
  return Math.round(((level - 1) / 5) * (count - 1))
}

type Parent = { readonly rle: Rle; readonly place: number }
type Found = Pick<FoundMask, 'rle' | 'score' | 'stability'>

/**
 * My3DIS 3.2: masks of one level do not overlap (a pixel belongs to the first, best one), children lie inside their parents, one that is
 * all of its parent is none, and a parent without children ends there. Parents before children.
 */
export async function proposeByLevels(session: SamSession, picture: Rgb, settings: LevelSettings, signal?: AbortSignal): Promise<Offer[]> {
  const { levels, rules, minArea, maxPerLevel, maxCandidates } = settings
  const pool = await findOnFrame(session, picture, settings, signal)
  const offers: Offer[] = []
  let parents: Parent[] = []
  for (const [depth, level] of levels.entries()) {
    const next: Parent[] = []
    const offer = (found: readonly Found[], parent: number | undefined) => {
      for (const { rle, score, stability } of found) {
        if (next.length >= maxPerLevel || offers.length >= maxCandidates) return
        next.push({ rle, place: offers.length })
        offers.push({ level, parent, rle, score, stability })
      }
    }
    const ofLevel = pool.filter(({ rank, of }) => rank === rankOfLevel(level, of))
    if (depth === 0)
      offer(
        apart(bestOf(ofLevel, rules), picture).filter(({ rle }) => areaOfRle(rle) >= minArea),
        undefined,
      )
    else
      for (const parent of parents) {
        const inside = maskFromRle(parent.rle)
        const found =
          settings.refine === 'anew'
            ? await findAnew(session, picture, parent.rle, inside, level, settings, signal)
            : ofLevel.filter(({ click }) => isInside(click, inside, picture))
        offer(childrenOf(parent.rle, bestOf(found, rules), picture, minArea), parent.place)
      }
    parents = next
  }
  return offers
}

async function findOnFrame(
  session: SamSession,
  picture: Rgb,
  settings: LevelSettings,
  signal: AbortSignal | undefined,
): Promise<FoundMask[]> {
  const { levels, pointsPerSide, cropLayers, refine, rules } = settings
  const used = refine === 'anew' ? levels.slice(0, 1) : levels
  const wanted = (of: number) => new Set(used.map((level) => rankOfLevel(level, of)))
  const found: FoundMask[] = []
  for (const crop of cropsOf(picture.width, picture.height, cropLayers)) {
    const seen = await session.see(crop.layer === 0 ? picture : cutOut(picture, crop.box))
    const clicks = pointGrid(Math.max(1, Math.floor(pointsPerSide / 2 ** crop.layer)), crop.box.width, crop.box.height)
    found.push(...(await findMasks(session, seen, { clicks, crop, frame: picture, rules, wanted, signal })))
  }
  return found
}

/** The parent's box with all around the parent black, clicked as often as the whole frame, but only on the parent. */
async function findAnew(
  session: SamSession,
  picture: Rgb,
  parent: Rle,
  inside: Uint8Array,
  level: number,
  { pointsPerSide, rules }: LevelSettings,
  signal: AbortSignal | undefined,
): Promise<FoundMask[]> {
  const [x, y, width, height] = boundsOfRle(parent) ?? [0, 0, 1, 1]
  const box = { x, y, width, height }
  const seen = await session.see(cutOut(picture, box, inside))
  const clicks = pointGrid(pointsPerSide, width, height).filter((click) =>
    isInside({ ...click, x: click.x + x, y: click.y + y }, inside, picture),
  )
  const wanted = (of: number) => new Set([rankOfLevel(level, of)])
  // Layer 0: a child may well end where its parent does, so the edges of this box cut nothing.
  return findMasks(session, seen, { clicks, crop: { box, layer: 0 }, frame: picture, rules, wanted, signal })
}

function isInside({ x, y }: Click, inside: Uint8Array, { width }: Rgb): boolean {
  return inside[Math.floor(y) * width + Math.floor(x)] === 1
}

/** Each without what those before it have; what is left of none is dropped. */
function apart(masks: readonly Found[], { width, height }: Rgb): Found[] {
  let taken: Rle | undefined
  return masks.flatMap((mask) => {
    const rle = taken ? differenceOfRles(mask.rle, taken) : mask.rle
    taken = taken ? unionOfRles([taken, mask.rle], height, width) : mask.rle
    return areaOfRle(rle) === 0 ? [] : [{ ...mask, rle }]
  })
}

function childrenOf(parent: Rle, found: readonly Found[], picture: Rgb, minArea: number): Found[] {
  return apart(found, picture).flatMap((mask) => {
    const rle = intersectionOfRles(mask.rle, parent)
    const area = areaOfRle(rle)
    return area === 0 || area < minArea || equalRles(rle, parent) ? [] : [{ ...mask, rle }]
  })
}
