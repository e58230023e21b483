// Which of the decoder's masks is the answer: the best by predicted IoU, or the single one while it is stable.

/** What the decoder gives for one object: `masks` [count, side * side] logits, and of each a predicted IoU and a token. */
export type Decoded = {
  readonly masks: readonly Float32Array[]
  readonly ious: readonly number[]
  readonly tokens: readonly Float32Array[]
  /** Above 0: the object is there. */
  readonly objectScore: number
}

export type Choice = { readonly logits: Float32Array; readonly iou: number; readonly token: Float32Array }

// SAM 2 as its authors run it on video: dynamic_multimask_stability_delta and _thresh.
const stabilityDelta = 0.05
const stableFrom = 0.98

/** Share of what lies above -0.05 that lies above 0.05 too; 1 for an empty mask. */
export function stabilityOf(logits: Float32Array): number {
  let [inner, outer] = [0, 0]
  for (const value of logits) {
    if (value > -stabilityDelta) outer += 1
    if (value > stabilityDelta) inner += 1
  }
  return outer === 0 ? 1 : inner / outer
}

/**
 * MaskDecoder.forward and _forward_sam_heads of SAM 2: mask 0 is the single one, the others are the alternatives to an ambiguous prompt.
 * `several` takes the best alternative with its own token; otherwise mask 0, or the best alternative where mask 0 is not stable, with the
 * token of mask 0 in both cases. The first of equals is best. A decoder with one mask has no alternatives.
 */
export function chooseMask({ masks, ious, tokens }: Decoded, several: boolean): Choice {
  let best = masks.length > 1 ? 1 : 0
  for (let i = best + 1; i < masks.length; i++) if (ious[i]! > ious[best]!) best = i
  const takesBest = several || (best > 0 && stabilityOf(masks[0]!) < stableFrom)
  const chosen = takesBest ? best : 0
  return { logits: masks[chosen]!, iou: ious[chosen]!, token: (several ? tokens[best] : undefined) ?? tokens[0]! }
}

/** A single point is ambiguous, and so is no prompt at all; more points are not (multimask_min_pt_num 0, multimask_max_pt_num 1). */
export const isAmbiguous = (points: number): boolean => points <= 1
