// What a person has said about one object on one frame so far, and the masks that were offered for it.
import type { MaskAnswer } from '#api/prompts-api'
import type { MaskQuestion } from '#core/segment/mask-question'

export type DraftStep =
  | { readonly kind: 'point'; readonly x: number; readonly y: number; readonly positive: boolean }
  | { readonly kind: 'box'; readonly box: readonly [x0: number, y0: number, x1: number, y1: number] }

export type PromptDraft = {
  readonly frameIndex: number
  readonly steps: readonly DraftStep[]
  /** Of a question that had these very steps; older ones stay in sight until the new one is there. */
  readonly answer?: { readonly of: readonly DraftStep[]; readonly is: MaskAnswer } | undefined
  /** Which of the offered masks. */
  readonly choice: number
}

export const emptyDraft = (frameIndex: number): PromptDraft => ({ frameIndex, steps: [], choice: 0 })

/** A second box takes the place of the first. */
export function withStep(draft: PromptDraft, step: DraftStep): PromptDraft {
  const before = step.kind === 'box' ? draft.steps.filter(({ kind }) => kind !== 'box') : draft.steps
  return { ...draft, steps: [...before, step], choice: 0 }
}

/** Without the last step; without a step inside or a box nothing is offered any more. */
export function withoutStep(draft: PromptDraft): PromptDraft {
  const steps = draft.steps.slice(0, -1)
  const next = { ...draft, steps, choice: 0 }
  return questionOf(next) ? next : { ...next, answer: undefined }
}

/** Undefined while there is nothing to ask: only points outside, or none. */
export function questionOf({ steps }: PromptDraft): MaskQuestion | undefined {
  const points = steps.flatMap((step) => (step.kind === 'point' ? [{ x: step.x, y: step.y, positive: step.positive }] : []))
  const box = steps.flatMap((step) => (step.kind === 'box' ? [step.box] : []))[0]
  if (!box && !points.some(({ positive }) => positive)) return undefined
  return { points, ...(box && { box: [...box] as [number, number, number, number] }) }
}

/** An answer to other steps, or about another frame, came too late and changes nothing. */
export function withAnswer(draft: PromptDraft, of: readonly DraftStep[], is: MaskAnswer): PromptDraft {
  return draft.steps === of && draft.frameIndex === is.frameIndex ? { ...draft, answer: { of, is }, choice: 0 } : draft
}

/** The next of the offered masks, the first after the last. */
export function withNextChoice(draft: PromptDraft): PromptDraft {
  const count = draft.answer?.is.masks.length ?? 0
  return count === 0 ? draft : { ...draft, choice: (draft.choice + 1) % count }
}

export function chosenMask({ answer, choice }: PromptDraft) {
  return answer?.is.masks[choice]
}
