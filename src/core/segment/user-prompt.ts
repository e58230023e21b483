// A mask that a person gives to the tracker: on which frame, at which level, and where.
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { areaOfRle, boundsOfRle, rleFromString } from '../mask/rle.ts'

export const UserPrompt = z.object({
  /** Absolute. */
  frameIndex: z.number().int().nonnegative(),
  level: z.number().int().min(1).max(6),
  /** Height and width of the mask: those of the frame. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  /** COCO run-length string (docs/formats/mask.md). */
  counts: z.string().min(1).max(2_000_000),
})
export type UserPrompt = z.infer<typeof UserPrompt>

/** One that is kept beside a scene until somebody takes it away. */
export const KeptPrompt = UserPrompt.extend({
  id: z.number().int().positive(),
  /** Pixels. */
  area: z.number().int().positive(),
  /** What answered the clicks: `built-in`, or the name of a model. */
  backend: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
export type KeptPrompt = z.infer<typeof KeptPrompt>

/** The same mask twice prompts one object. */
export function samePrompt(a: UserPrompt, b: UserPrompt): boolean {
  return a.frameIndex === b.frameIndex && a.level === b.level && a.counts === b.counts
}

/** Throws PROMPT_UNUSABLE for a mask of another size than the frame's, an empty one, and text that is no mask. */
export function measurePrompt(
  { frameIndex, level, size, counts }: UserPrompt,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly area: number; readonly box: [number, number, number, number] } {
  const refuse = (reason: string, cause?: unknown) => new Fault('PROMPT_UNUSABLE', { frameIndex, level, reason }, cause)
  if (size[0] !== height || size[1] !== width)
    throw refuse(`its mask has ${size[1]} x ${size[0]} pixels and the frame ${width} x ${height}`)
  let bounds: ReturnType<typeof boundsOfRle>
  let area: number
  try {
    const rle = rleFromString(counts, size)
    bounds = boundsOfRle(rle)
    area = areaOfRle(rle)
  } catch (error) {
    throw refuse('its mask cannot be read', error)
  }
  if (!bounds) throw refuse('its mask is empty')
  return { area, box: [...bounds] }
}

/** Throws PROMPT_UNUSABLE for the first that a run of these frames and levels could not track. */
export function checkPrompts(
  prompts: readonly UserPrompt[],
  run: { readonly width: number; readonly height: number; readonly frameIndices: readonly number[]; readonly levels: readonly number[] },
): void {
  const frames = new Set(run.frameIndices)
  for (const prompt of prompts) {
    const { frameIndex, level } = prompt
    if (!frames.has(frameIndex)) throw new Fault('PROMPT_UNUSABLE', { frameIndex, level, reason: 'the run has no such frame' })
    if (!run.levels.includes(level))
      throw new Fault('PROMPT_UNUSABLE', { frameIndex, level, reason: `the run has the levels ${run.levels.join(', ')}` })
    measurePrompt(prompt, run)
  }
}
