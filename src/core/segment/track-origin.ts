// Why a track is what it is: which candidates were found to be it, and what became of those beside its prompt.
import { z } from 'zod'
import { DropReason, type FrameMasks } from './frame-masks.ts'
import type { FrameDecisions, Track } from './track.ts'

export const MergedCandidate = z.object({
  frameIndex: z.number().int(),
  candidateId: z.number().int(),
  /** With what was there already; above the threshold it was found to be the same. */
  iou: z.number(),
})

/** A candidate on the prompt's frame and level that was made inside of the same parent. */
export const SiblingFate = z.discriminatedUnion('fate', [
  z.object({ fate: z.literal('track'), candidateId: z.number().int(), trackId: z.number().int() }),
  z.object({ fate: z.literal('merged'), candidateId: z.number().int(), trackId: z.number().int().optional(), iou: z.number() }),
  z.object({ fate: z.literal('dropped'), candidateId: z.number().int(), reason: DropReason, value: z.number(), limit: z.number() }),
  /** The run does not tell. */
  z.object({ fate: z.literal('unknown'), candidateId: z.number().int() }),
])
export type SiblingFate = z.infer<typeof SiblingFate>

export const TrackOrigin = z.object({
  /** IoU above which a candidate was found to be a track already there; absent where the run does not tell. */
  threshold: z.number().optional(),
  /** In order of frames. */
  merged: z.array(MergedCandidate),
  siblings: z.array(SiblingFate),
})
export type TrackOrigin = z.infer<typeof TrackOrigin>

/**
 * `candidates` and `kept` are what ssam and filter wrote for the prompt's frame at the track's level; `decisions` those of the tracker at
 * that level, of any frames. What is not there makes the answer poorer, never wrong.
 */
export function originOfTrack(
  { id, prompt }: Pick<Track, 'id' | 'prompt'>,
  candidates: FrameMasks | undefined,
  kept: FrameMasks | undefined,
  decisions: readonly FrameDecisions[],
): TrackOrigin {
  const merged = decisions.flatMap(({ frameIndex, decisions: decided }) =>
    decided.flatMap((one) =>
      !one.accepted && one.corrects !== true && one.trackId === id ? [{ frameIndex, candidateId: one.candidateId, iou: one.bestIou }] : [],
    ),
  )
  const here = decisions.find(({ frameIndex }) => frameIndex === prompt?.frameIndex)
  const threshold = decisions[0]?.threshold
  return {
    ...(threshold === undefined ? {} : { threshold }),
    merged: merged.sort((a, b) => a.frameIndex - b.frameIndex),
    siblings: prompt && candidates ? siblingsOf(prompt.candidateId, candidates, kept, here) : [],
  }
}

function siblingsOf(
  promptId: number,
  candidates: FrameMasks,
  kept: FrameMasks | undefined,
  here: FrameDecisions | undefined,
): SiblingFate[] {
  const own = candidates.masks.find(({ id }) => id === promptId)
  if (!own) return []
  return candidates.masks
    .filter(({ id, parent }) => id !== promptId && parent === own.parent)
    .map(({ id: candidateId }): SiblingFate => {
      const drop = kept?.dropped?.find(({ id }) => id === candidateId)
      if (drop) return { fate: 'dropped', candidateId, reason: drop.reason, value: drop.value, limit: drop.limit }
      const decision = here?.decisions.find((one) => one.candidateId === candidateId)
      if (!decision) return { fate: 'unknown', candidateId }
      const { accepted, trackId, bestIou: iou } = decision
      if (!accepted) return { fate: 'merged', candidateId, iou, ...(trackId === undefined ? {} : { trackId }) }
      return trackId === undefined ? { fate: 'unknown', candidateId } : { fate: 'track', candidateId, trackId }
    })
}
