// What a comparison of two answers is given and what it says, as plain data that crosses workers, wires and files.
import { z } from 'zod'
import type { Rle } from '#core/mask/rle'

/** One object of one answer on one frame. */
export type AnswerMask = {
  readonly id: number
  /** Objects are matched within a level only. Feed one number (say 0) for both answers to match across levels. */
  readonly level: number
  readonly mask: Rle
}

const share = z.number().min(0).max(1)
const pixels = z.number().int().nonnegative()

/**
 * overTime: an id is one object through all frames (tracks, annotations). eachFrame: an id means nothing beyond its frame (candidates of ssam
 * and filter, whose ids start again on every frame), so that each mask is matched within its frame, and each relation lives on one frame.
 */
export const Matching = z.enum(['overTime', 'eachFrame'])
export type Matching = z.infer<typeof Matching>

export const ComparisonSettings = z.object({
  matching: Matching.default('overTime'),
  /** Height and width to which all masks are brought. Absent: the largest sides of the first frame that has masks. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
  /** Least overlap over time (inclusive) of two objects that are the same one; above 0. */
  matchIou: z.number().gt(0).max(1).default(0.5),
  /** Share of a part's pixels that lie in the whole, and of the whole's pixels that the parts cover together; inclusive. */
  partShare: z.number().gt(0.5).max(1).default(0.6),
  /** Share of the whole's pixels that each part holds at least (inclusive), so that specks do not make a split. */
  leastPart: share.default(0.1),
  /** Places kept in the ranked list, at most. */
  worst: z.number().int().min(0).max(100_000).default(500),
})
export type ComparisonSettings = z.infer<typeof ComparisonSettings>

/**
 * matched: one object of each. split: one of A is several of B. merged: several of A are one of B. onlyA, onlyB: only one answer has it.
 * None says which side is right: words against a reference are those of `wordOfKind`. Source: Hoover et al. 1996 (correct, over-segmented, under-segmented, missed, noise), with sums over frames in place of one picture.
 */
export const RelationKind = z.enum(['matched', 'split', 'merged', 'onlyA', 'onlyB'])
export type RelationKind = z.infer<typeof RelationKind>

/** A relation on one frame. On frames where neither side is visible there is none. */
export const RelationFrame = z.object({
  frameIndex: z.number().int().nonnegative(),
  /** IoU with the main counterpart (the one that shares most pixels over all frames) on this frame; 0 without one. */
  iou: share,
  /** Pixels on which the two answers differ about it: of the whole outside of the main counterpart, and of parts outside of the whole. */
  areaPixels: pixels,
  /** With the main counterpart. */
  sharedPixels: pixels,
})
export type RelationFrame = z.infer<typeof RelationFrame>

/** Every object of both answers is in exactly one relation; with matching `eachFrame` every mask, and `frames` tells on which frame. */
export const ObjectRelation = z.object({
  kind: RelationKind,
  level: z.number().int(),
  /** Ids, ascending: one for matched, split, onlyA; several for merged; none for onlyB. */
  a: z.array(z.number().int()),
  /** Ids, ascending: one for matched, merged, onlyB; several for split; none for onlyA. */
  b: z.array(z.number().int()),
  /** Shared pixels by covered pixels, both summed over frames: all of `a` with all of `b`; 0 without a counterpart. */
  iou: share,
  /** Sums over frames, in pixels of the comparison's size. */
  sharedPixels: pixels,
  areaA: pixels,
  areaB: pixels,
  frames: z.array(RelationFrame),
})
export type ObjectRelation = z.infer<typeof ObjectRelation>

/**
 * share = 1 - sharedPixels / unionPixels, 0 where both are empty. Shared pixels are those of matched pairs, and of a split or merged whole
 * with its main counterpart; a pixel counts in the union as often as the answer that has more masks on it has masks on it, which is once
 * where masks of one answer lie side by side.
 */
const Disagreement = z.object({ share, sharedPixels: pixels, unionPixels: pixels })

export const LevelComparison = Disagreement.extend({
  level: z.number().int(),
  objectsA: z.number().int(),
  objectsB: z.number().int(),
  /** Relations of each kind. */
  counts: z.record(RelationKind, z.number().int()),
  /** Mean over matched relations; absent without any. */
  meanIou: share.optional(),
})
export type LevelComparison = z.infer<typeof LevelComparison>

export const FrameDisagreement = Disagreement.extend({
  frameIndex: z.number().int().nonnegative(),
  /** Masks with a visible pixel. */
  masksA: z.number().int(),
  masksB: z.number().int(),
})
export type FrameDisagreement = z.infer<typeof FrameDisagreement>

/** One place to look at: a relation on a frame where the answers differ about it. */
export const DisagreementPlace = z.object({
  frameIndex: z.number().int().nonnegative(),
  level: z.number().int(),
  /** The whole and its main counterpart, or else another part that is seen on this frame; absent where that answer shows none of them. */
  objectA: z.number().int().optional(),
  objectB: z.number().int().optional(),
  kind: RelationKind,
  areaPixels: pixels,
  iou: share,
})
export type DisagreementPlace = z.infer<typeof DisagreementPlace>

export const ComparisonResult = z.object({
  settings: ComparisonSettings,
  /** Height and width that areas count in; absent when no frame had a mask. */
  size: z.tuple([z.number().int(), z.number().int()]).optional(),
  /** By level, ascending. */
  levels: z.array(LevelComparison),
  /** By level, then kind in the order of RelationKind, then first id. */
  relations: z.array(ObjectRelation),
  /** Frames as fed, ascending. */
  frames: z.array(FrameDisagreement),
  /** Most differing pixels first; then lower IoU, frame, ids. Cut at settings.worst. */
  worst: z.array(DisagreementPlace),
})
export type ComparisonResult = z.infer<typeof ComparisonResult>

/** Holds sums of pairs that touch, never masks. */
export type Comparison = {
  /**
   * Frames in any order, each once. An id may occur once in each answer; masks may be empty and of another size of the same aspect.
   * Throws RangeError for a frame or an id fed twice, or masks of another aspect.
   */
  feed(frameIndex: number, a: readonly AnswerMask[], b: readonly AnswerMask[]): void
  /** Matches objects once, over all frames fed. May be asked again, also with other thresholds, and after more frames. */
  finish(thresholds?: Partial<Pick<ComparisonSettings, 'matchIou' | 'partShare' | 'leastPart' | 'worst'>>): ComparisonResult
}

/** One parameter of two to four runs. */
export const SettingRow = z.object({
  /** Dotted, as in the configuration (`stages.filter.minArea`), or `run.<fact>` for what is not a setting. */
  path: z.string(),
  title: z.string(),
  /** As many as runs, in their order; lists as JSON text; undefined where that run does not have it. */
  values: z.array(z.union([z.string(), z.number(), z.boolean(), z.undefined()])),
  differs: z.boolean(),
})
export type SettingRow = z.infer<typeof SettingRow>

/**
 * J and F are means over the frames on which truth or answer shows the object; both 0 for an object without a counterpart. With matching
 * `eachFrame` they are means over the frames on which the truth shows it, a frame without a counterpart counting 0.
 */
export const ReferenceObject = z.object({
  /** Id in the reference. */
  id: z.number().int(),
  /** Its counterpart; absent when none reaches the match threshold, and with matching `eachFrame`, where it changes. */
  match: z.number().int().optional(),
  /** Overlap over time with it, 0 without. With matching `eachFrame` the mean of its frames. */
  iou: share,
  j: share,
  f: share,
  jf: share,
  frames: z.number().int(),
})
export type ReferenceObject = z.infer<typeof ReferenceObject>

export const ReferenceLevel = z.object({
  level: z.number().int(),
  /** On which the two were held against each other. */
  frames: z.number().int(),
  /** Means over the objects of the reference. */
  j: share,
  f: share,
  jf: share,
  iou: share,
  /** Matched by objects of the answer, and by objects of the reference, at settings.matchIou. */
  precision: share,
  recall: share,
  objects: z.array(ReferenceObject),
})
export type ReferenceLevel = z.infer<typeof ReferenceLevel>
