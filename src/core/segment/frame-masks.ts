// The masks of one frame at one level, as every stage writes them: candidates, kept candidates, tracked objects.
import { z } from 'zod'

/** x, y, width, height in pixels of `size`; width and height count pixels. */
const Box = z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()])

export const MaskEntry = z.object({
  /** Track id (unique in the run, levels included) or candidate id (unique in the frame, levels included). */
  id: z.number().int().positive(),
  /** COCO run-length string: down the columns, background first (docs/formats/mask.md). */
  counts: z.string(),
  /** The id in the files of a foreign run, when it came from one. */
  sourceId: z.string().optional(),
  /** Pixels of `size`. */
  area: z.number().int().nonnegative(),
  box: Box,
  /** 0..1. Candidates: predicted IoU. Tracks: agreement of the carried mask with the picture. Absent where a foreign run has none. */
  score: z.number().optional(),
  /** Candidates only, 0..1: IoU of the mask between a stricter and a laxer cut. */
  stability: z.number().optional(),
  /** Id of the mask one level coarser that this one was made inside of. */
  parent: z.number().int().positive().optional(),
  /** Candidates only: FFFF_L_SSSS, My3DIS's form (ordinal of the candidate frame, level, number). */
  uniqueId: z.string().optional(),
  /** Where it came from when not from the segmenter itself: a gap that was filled, or a mask that a person gave. */
  source: z.enum(['gapFill', 'user']).optional(),
  className: z.string().optional(),
})
export type MaskEntry = z.infer<typeof MaskEntry>

export const DropReason = z.enum(['areaTooSmall', 'unstable', 'parentDropped', 'empty'])
export const DroppedCandidate = z.object({
  id: z.number().int(),
  reason: DropReason,
  /** The number that failed, and what it was held against. */
  value: z.number(),
  limit: z.number(),
  /** For parentDropped: the parent. */
  parent: z.number().int().optional(),
})
export type DroppedCandidate = z.infer<typeof DroppedCandidate>

export const FrameMasks = z.object({
  frameIndex: z.number().int().nonnegative(),
  frameName: z.string(),
  level: z.number().int(),
  /** height, width of the masks: those of the frame, or smaller ones of the same aspect where a foreign run stored its masks smaller. */
  size: z.tuple([z.number().int(), z.number().int()]),
  masks: z.array(MaskEntry),
  /** Tracks of foreign runs only: ids of objects that were carried to this frame without a visible pixel. */
  unseen: z.array(z.number().int().positive()).optional(),
  /** Filter stage only. */
  dropped: z.array(DroppedCandidate).optional(),
})
export type FrameMasks = z.infer<typeof FrameMasks>

/** Candidate and track ids carry their level, so an id alone is unique in a run: level * 100000 + number from 1. */
export const idsPerLevel = 100_000
export function idInLevel(level: number, number: number): number {
  if (number < 1 || number >= idsPerLevel) throw new RangeError(`number ${number} does not fit a level's ids (1..${idsPerLevel - 1})`)
  return level * idsPerLevel + number
}
export function levelOfId(id: number): number {
  return Math.floor(id / idsPerLevel)
}
/** How people read an id: level, a dot, the number in four digits. */
export function labelOfId(id: number): string {
  return `${levelOfId(id)}·${String(id % idsPerLevel).padStart(4, '0')}`
}

/** My3DIS's candidate id: ordinal of the candidate frame, level, number. */
export function uniqueCandidateId(ordinal: number, level: number, number: number, gap = false): string {
  return `${String(ordinal).padStart(4, '0')}_${level}_${gap ? 'gap' : ''}${String(number).padStart(4, '0')}`
}
