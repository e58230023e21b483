// Which candidates the filter keeps, and why each other one goes: one rule for the stage that carries it out and the page that tries it.
import type { DroppedCandidate, FrameMasks, MaskEntry } from './frame-masks.ts'

export type DropReason = DroppedCandidate['reason']

export type FilterRule = {
  /** Pixels of a frame whose short side is 640. */
  readonly minArea: number
  /** 0..1; a candidate of exactly this stability is kept. */
  readonly stabilityThreshold: number
  /** What lies inside of a dropped candidate is dropped with it. */
  readonly cascade: boolean
}

/** Areas in settings are pixels of a frame whose short side is 640 (My3DIS's SSAM resolution); this is one such pixel in pixels of the frame. */
export function framePixelsPerSettingPixel(width: number, height: number): number {
  return (Math.min(width, height) / 640) ** 2
}

/**
 * One frame, its levels coarse first. A candidate is kept when its area is at least minArea (in setting pixels; `scale` frame pixels each)
 * and its stability at least the threshold; area is looked at first. With `cascade`, all that lies inside a dropped candidate goes too.
 */
export function filterFrame(levels: readonly FrameMasks[], rule: FilterRule, scale: number): FrameMasks[] {
  const droppedIds = new Set<number>()
  return levels.map((level) => {
    const masks: MaskEntry[] = []
    const dropped: DroppedCandidate[] = []
    for (const mask of level.masks) {
      const drop = reasonToDrop(mask, rule, scale, droppedIds)
      if (drop) {
        dropped.push(drop)
        droppedIds.add(mask.id)
      } else masks.push(mask)
    }
    return { ...level, masks, dropped }
  })
}

/** What the rule looks at. `stability` absent counts as 1; `parent`: id of the candidate one level coarser. */
export type FilterCandidate = Pick<MaskEntry, 'id' | 'area' | 'stability' | 'parent'>

/** `droppedIds`: those of coarser levels that go. */
export function reasonToDrop(
  { id, area: pixels, stability = 1, parent }: FilterCandidate,
  { minArea, stabilityThreshold, cascade }: FilterRule,
  scale: number,
  droppedIds: ReadonlySet<number>,
): DroppedCandidate | undefined {
  const area = Math.round(pixels / scale)
  if (pixels === 0) return { id, reason: 'empty', value: 0, limit: 1 }
  if (area < minArea) return { id, reason: 'areaTooSmall', value: area, limit: minArea }
  if (stability < stabilityThreshold) return { id, reason: 'unstable', value: stability, limit: stabilityThreshold }
  if (cascade && parent !== undefined && droppedIds.has(parent)) return { id, reason: 'parentDropped', value: 0, limit: 1, parent }
  return undefined
}

/** Of one frame's candidates, coarse first: what goes, by id. */
export function droppedOf(candidates: readonly FilterCandidate[], rule: FilterRule, scale: number): ReadonlyMap<number, DroppedCandidate> {
  const dropped = new Map<number, DroppedCandidate>()
  const ids = new Set<number>()
  for (const candidate of candidates) {
    const drop = reasonToDrop(candidate, rule, scale, ids)
    if (!drop) continue
    dropped.set(candidate.id, drop)
    ids.add(candidate.id)
  }
  return dropped
}
