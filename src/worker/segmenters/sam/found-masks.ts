// Masks that a model of the SAM family finds by itself: a grid of clicks, several masks for each, and the good ones of them.
import { boundsOfRle, type PixelBox, type Rle } from '#core/mask/rle'
import { suppressOverlaps } from '../../inference/detection.ts'
import { cleanMask } from './cleaning.ts'
import { type Crop, isCutByCrop } from './crops.ts'
import { maskOnFrame, measureMask, partOfPicture } from './mask-grid.ts'
import type { Click } from './prompts.ts'
import type { Decoded, SamSession, SeenPicture } from './sam-session.ts'

export type FoundMask = {
  /** Of the whole frame. */
  readonly rle: Rle
  readonly box: readonly [x: number, y: number, width: number, height: number]
  /** The network's own guess of its IoU, 0 to 1. */
  readonly score: number
  readonly stability: number
  /** Where it was clicked, in pixels of the frame. */
  readonly click: Click
  /** Place among the masks of its click, largest first, and how many those are. */
  readonly rank: number
  readonly of: number
  readonly crop: Crop
}

export type MaskRules = {
  /** Masks of a smaller predicted IoU are left out. */
  readonly predictedIou: number
  readonly stability: number
  /** Logits are looked at so much above and below 0. */
  readonly stabilityOffset: number
  /** Of two masks whose boxes have a greater IoU the better one stays. */
  readonly boxOverlap: number
  /** Holes and islands below so many pixels of the frame go. */
  readonly cleanArea: number
}

export type Frame = { readonly width: number; readonly height: number }

/** `clicks` in pixels of the crop. `wanted`: which ranks are of use, given how many masks a click has. */
export async function findMasks(
  session: SamSession,
  seen: SeenPicture,
  request: {
    readonly clicks: readonly Click[]
    readonly crop: Crop
    readonly frame: Frame
    readonly rules: MaskRules
    readonly wanted: (of: number) => ReadonlySet<number>
    readonly signal?: AbortSignal | undefined
  },
): Promise<FoundMask[]> {
  const { clicks, crop, frame, rules, wanted, signal } = request
  const prompts = clicks.map((click) => ({ clicks: [click] }))
  const found: FoundMask[] = []
  for await (const decoded of session.decode(seen, prompts, signal)) {
    const part = partOfPicture(decoded.grid, seen.placing, seen)
    const count = decoded.masksEach === 0 ? 0 : decoded.scores.length / decoded.masksEach
    for (let place = 0; place < count; place++) {
      const ranked = maskPlaces(decoded, place)
        .map((at) => ({ at, ...measureMask(decoded.grid, at, part, rules.stabilityOffset) }))
        .sort((a, b) => b.area - a.area || a.at - b.at)
      const ranks = wanted(ranked.length)
      for (const [rank, { at, reach }] of ranked.entries()) {
        const score = Math.min(1, Math.max(0, decoded.scores[at]!))
        if (!reach || !ranks.has(rank) || score < rules.predictedIou) continue
        const shown = maskOnFrame(decoded.grid, at, reach, rules.stabilityOffset, seen.placing, crop.box, frame)
        if (!shown || shown.stability < rules.stability) continue
        const { rle, stability } = shown
        const box = boundsOfRle(rle)
        if (!box || (crop.layer > 0 && isCutByCrop(box, crop.box, frame))) continue
        const { x, y } = clicks[decoded.first + place]!
        const click = { x: x + crop.box.x, y: y + crop.box.y, isOn: true }
        found.push({ rle, box, score, stability, click, rank, of: ranked.length, crop })
      }
    }
  }
  return found
}

/** Of four masks the first is SAM's answer to several clicks; for one click the others are better (segment-anything, `multimask_output`). */
export function maskPlaces({ masksEach }: Pick<Decoded, 'masksEach'>, place: number): number[] {
  const skipped = masksEach === 4 ? 1 : 0
  return Array.from({ length: masksEach - skipped }, (_, at) => place * masksEach + at + skipped)
}

/**
 * The better ones of those that overlap, best first: within each crop by predicted IoU, between crops the smaller crop; then cleaned, and
 * once more, where masks that needed no cleaning come first.
 */
export function bestOf(found: readonly FoundMask[], { boxOverlap, cleanArea }: MaskRules): FoundMask[] {
  const crops = new Set(found.map(({ crop }) => crop))
  const within = [...crops].flatMap((crop) =>
    suppress(
      found.filter((mask) => mask.crop === crop),
      boxOverlap,
      ({ score }) => score,
    ),
  )
  const kept = crops.size > 1 ? suppress(within, boxOverlap, ({ crop }) => 1 / areaOfBox(crop.box)) : within
  const cleaned = kept.flatMap((mask) => {
    const { mask: rle, isChanged } = cleanMask(mask.rle, cleanArea)
    const box = boundsOfRle(rle)
    return box ? [{ ...mask, rle, box, isChanged }] : []
  })
  const best = cleaned.some(({ isChanged }) => isChanged) ? suppress(cleaned, boxOverlap, ({ isChanged }) => (isChanged ? 0 : 1)) : cleaned
  return best.map(({ isChanged: _isChanged, ...mask }) => mask)
}

/** Best first; equal ones keep their order. */
function suppress<T extends FoundMask>(found: readonly T[], iouThreshold: number, scoreOf: (mask: T) => number): T[] {
  const boxes = found.map((mask, column) => ({ box: mask.box, score: scoreOf(mask), classIndex: 0, column }))
  return suppressOverlaps(boxes, iouThreshold, boxes.length).map(({ column }) => found[column]!)
}

const areaOfBox = ({ width, height }: PixelBox) => width * height
