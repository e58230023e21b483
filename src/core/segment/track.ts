// A track: one object through frames inside one level, and why it exists.
import { z } from 'zod'

/** What is optional is absent where a foreign run does not say it, or only its masks would. */
export const Track = z.object({
  id: z.number().int().positive(),
  /** The id in the files of a foreign run, when it came from one. */
  sourceId: z.string().optional(),
  level: z.number().int(),
  /** Track one level coarser whose prompt contained this one's; absent at the coarsest level and for orphans. */
  parent: z.number().int().optional(),
  /** The prompt had a parent candidate, but no track stands for it. */
  orphan: z.boolean().optional(),
  /** What it began with; `source` user: a mask that a person gave. */
  prompt: z
    .object({ frameIndex: z.number().int(), candidateId: z.number().int(), uniqueId: z.string(), source: z.enum(['user']).optional() })
    .optional(),
  /** Inclusive ranges of positions in the run's selected frames where the object is visible (area > 0), ascending. */
  visible: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** `tracked`: no mask was read, so `visible` and the frames also count where the object was carried without a visible pixel. */
  coverage: z.enum(['visible', 'tracked']).optional(),
  frameCount: z.number().int(),
  /** Absolute frame indices. */
  firstFrame: z.number().int(),
  lastFrame: z.number().int(),
  meanScore: z.number().optional(),
  meanArea: z.number().optional(),
  maxArea: z.number().optional(),
  /** Absolute frame indices on which a person gave a mask that replaced the one carried there, ascending. */
  corrected: z.array(z.number().int()).optional(),
  /** How many later candidates were found to be this object (dedup by IoU). */
  merged: z.number().int().optional(),
})
export type Track = z.infer<typeof Track>

/** What became of one candidate: it prompted a track, or was found to be one already there, or corrected one. */
export const PromptDecision = z.object({
  candidateId: z.number().int(),
  uniqueId: z.string(),
  accepted: z.boolean(),
  /** The track it prompted, or the one it was merged into. */
  trackId: z.number().int().optional(),
  /** A mask of a person that replaced what the track had there; it is not counted as merged. */
  corrects: z.boolean().optional(),
  /** Best IoU with what was already there; rejected when strictly greater than the threshold. */
  bestIou: z.number(),
})
export type PromptDecision = z.infer<typeof PromptDecision>

export const FrameDecisions = z.object({
  frameIndex: z.number().int(),
  level: z.number().int(),
  threshold: z.number(),
  decisions: z.array(PromptDecision),
})
export type FrameDecisions = z.infer<typeof FrameDecisions>

/** All tracks of a run; written again as the tracker advances, the newest is the truth. */
export const TrackList = z.object({
  /** Selected frames whose tracks are final. */
  framesDone: z.number().int(),
  tracks: z.array(Track),
})
export type TrackList = z.infer<typeof TrackList>
