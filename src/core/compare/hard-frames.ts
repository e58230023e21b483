// The frames on which answers differ most, as a list that other programs can work through.
import { z } from 'zod'
import { type ComparisonResult, DisagreementPlace } from './compare-types.ts'

export const HardFrames = z.object({
  format: z.literal('scenewright.hard-frames'),
  version: z.literal(1),
  answers: z.array(z.object({ title: z.string(), folder: z.string(), stage: z.string().optional() })),
  /** Greatest disagreement first. */
  frames: z.array(
    z.object({
      frameIndex: z.number().int().nonnegative(),
      name: z.string(),
      /** Where the picture was when the run was made. */
      picture: z.string().optional(),
      /** Of the pair that differs most, 0..1. */
      share: z.number().min(0).max(1),
      /** Of each pair that differs here: answers by place in `answers`. */
      pairs: z.array(
        z.object({
          a: z.number().int(),
          b: z.number().int(),
          share: z.number().min(0).max(1),
          differingPixels: z.number().int(),
          places: z.array(DisagreementPlace),
        }),
      ),
    }),
  ),
})
export type HardFrames = z.infer<typeof HardFrames>

export type ComparedPair = { readonly a: number; readonly b: number; readonly result: ComparisonResult }
export type NamedFrame = { readonly frameIndex: number; readonly name: string; readonly picture: string | undefined }

/** At most `most` frames. Places are those of the ranked lists, so a frame whose places all fell off its list has none. */
export function hardFramesOf(
  answers: HardFrames['answers'],
  pairs: readonly ComparedPair[],
  named: readonly NamedFrame[],
  most: number,
): HardFrames {
  const frames = named.flatMap(({ frameIndex, name, picture }) => {
    const here = pairs.flatMap(({ a, b, result }) => {
      const frame = result.frames.find((one) => one.frameIndex === frameIndex)
      if (frame === undefined || frame.share === 0) return []
      const places = result.worst.filter((place) => place.frameIndex === frameIndex)
      return [{ a, b, share: frame.share, differingPixels: frame.unionPixels - frame.sharedPixels, places }]
    })
    if (here.length === 0) return []
    const share = Math.max(...here.map((pair) => pair.share))
    return [{ frameIndex, name, ...(picture === undefined ? {} : { picture }), share, pairs: here }]
  })
  const ranked = frames.sort((one, other) => other.share - one.share || one.frameIndex - other.frameIndex).slice(0, most)
  return { format: 'scenewright.hard-frames', version: 1, answers: [...answers], frames: ranked }
}
