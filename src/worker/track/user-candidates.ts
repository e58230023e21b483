// Masks that a person gave, as candidates of the tracker: beside those of the filter, with ids that those never reach.
import { idInLevel, idsPerLevel, type MaskEntry } from '#core/segment/frame-masks'
import { measurePrompt, type UserPrompt } from '#core/segment/user-prompt'

/** Candidates of a frame are at most 5000; those of a person count down from the end of the level's ids. */
const firstNumber = idsPerLevel - 1

/**
 * Of one frame; those of other levels are left out. Throws the PROMPT_UNUSABLE of measurePrompt.
 */
export function userCandidates(
  prompts: readonly UserPrompt[],
  level: number,
  size: { readonly width: number; readonly height: number },
): MaskEntry[] {
  return prompts
    .filter((prompt) => prompt.level === level)
    .map((prompt, at) => ({
      id: idInLevel(level, firstNumber - at),
      counts: prompt.counts,
      ...measurePrompt(prompt, size),
      score: 1,
      stability: 1,
      uniqueId: `user${String(prompt.frameIndex).padStart(4, '0')}_${level}_${String(at + 1).padStart(4, '0')}`,
      source: 'user' as const,
    }))
}
