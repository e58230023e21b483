// The words about masks by clicks.
import { z } from 'zod'
import { MaskQuestion, OfferedMask } from '#core/segment/mask-question'
import { KeptPrompt, UserPrompt } from '#core/segment/user-prompt'
import { base } from './contract-base.ts'

/** Masks that may be meant by a person's clicks, best first. */
export const MaskAnswer = z.object({
  frameIndex: z.number().int(),
  /** Height and width of the masks. */
  size: z.tuple([z.number().int(), z.number().int()]),
  masks: z.array(OfferedMask),
  /** `built-in`, or the name of a model. */
  backend: z.string(),
  reason: z.string(),
  isBuiltin: z.boolean(),
  /** Why the built-in segmenter answered, and what to do about it; only when nobody asked for it. */
  note: z.string().optional(),
})
export type MaskAnswer = z.infer<typeof MaskAnswer>

const RunId = z.object({ runId: z.string().min(1) })

export const promptsApi = {
  /** Latest wins: a newer question about the same run ends an older one with CANCELLED. `model`: a name in the store, or `built-in`.
   * `again`: also after PROMPT_RESTS, which says that what answers was lost too often. */
  mask: base
    .input(
      RunId.extend({
        frameIndex: z.number().int().min(0),
        model: z.string().min(1).optional(),
        question: MaskQuestion,
        again: z.boolean().optional(),
      }),
    )
    .output(MaskAnswer),
  /** Promptable models of the store, and which of them, or `built-in`, answers where nobody chose; the devices on which they do. */
  models: base
    .input(RunId)
    .output(z.object({ names: z.array(z.string()), used: z.string(), device: z.string(), builtinDevice: z.string() })),
  /** Those of the run's scene whose frame and level it has. */
  list: base.input(RunId).output(z.array(KeptPrompt)),
  /** Throws PROMPT_UNUSABLE. */
  keep: base.input(RunId.extend({ ...UserPrompt.omit({ size: true }).shape, backend: z.string().min(1).max(200) })).output(KeptPrompt),
  remove: base.input(RunId.extend({ id: z.number().int().positive() })).output(z.object({})),
  /** A new run on the same frames: candidates are taken over from this one, and its tracker gets the kept masks besides. */
  track: base.input(RunId).output(RunId),
} as const
