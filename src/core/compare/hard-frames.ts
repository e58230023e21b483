// The frames on which answers differ most, as a list that other programs can work through.
import { z } from 'zod'
import { type ComparisonResult, DisagreementPlace, type RelationKind, ReferenceLevel } from './compare-types.ts'
import { countOfKind, type Letters, type ReferenceSide } from './kind-words.ts'

export const HardFrames = z.object({
  format: z.literal('scenewright.hard-frames'),
  version: z.literal(2),
  answers: z.array(z.object({ title: z.string(), folder: z.string(), stage: z.string().optional(), runId: z.string().optional() })),
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
          /** Which of the two is the reference: what only it has is missing in the other. Absent where neither is, or both are. */
          reference: z.enum(['a', 'b']).optional(),
          share: z.number().min(0).max(1),
          differingPixels: z.number().int(),
          places: z.array(DisagreementPlace),
        }),
      ),
      /** Why it is hard, in sentences; in exported folders only, as are masks. */
      reasons: z.array(z.string()).optional(),
      /** Label images of 16 bits, relative to the manifest: 0 is background, value k is the mask of `ids[k - 1]`; the smallest mask is on top. */
      masks: z
        .array(z.object({ answer: z.number().int(), level: z.number().int(), file: z.string(), ids: z.array(z.number().int()) }))
        .optional(),
    }),
  ),
  /** Of answers against a reference, where there was one; means over its objects. */
  scores: z.array(z.object({ answer: z.number().int(), levels: z.array(ReferenceLevel.omit({ objects: true })) })).optional(),
})
export type HardFrames = z.infer<typeof HardFrames>

export type ComparedPair = { readonly a: number; readonly b: number; readonly reference?: ReferenceSide; readonly result: ComparisonResult }
export type NamedFrame = { readonly frameIndex: number; readonly name: string; readonly picture: string | undefined }

/** At most `most` frames. Places are those of the ranked lists, so a frame whose places all fell off its list has none. */
export function hardFramesOf(
  answers: HardFrames['answers'],
  pairs: readonly ComparedPair[],
  named: readonly NamedFrame[],
  most: number,
): HardFrames {
  const frames = named.flatMap(({ frameIndex, name, picture }) => {
    const here = pairs.flatMap(({ a, b, reference, result }) => {
      const frame = result.frames.find((one) => one.frameIndex === frameIndex)
      if (frame === undefined || frame.share === 0) return []
      const places = result.worst.filter((place) => place.frameIndex === frameIndex)
      return [
        {
          a,
          b,
          ...(reference === undefined ? {} : { reference }),
          share: frame.share,
          differingPixels: frame.unionPixels - frame.sharedPixels,
          places,
        },
      ]
    })
    if (here.length === 0) return []
    const share = Math.max(...here.map((pair) => pair.share))
    return [{ frameIndex, name, ...(picture === undefined ? {} : { picture }), share, pairs: here }]
  })
  const ranked = frames.sort((one, other) => other.share - one.share || one.frameIndex - other.frameIndex).slice(0, most)
  return { format: 'scenewright.hard-frames', version: 2, answers: [...answers], frames: ranked }
}

/** Sentences, the largest area first; `letterOf` names the answers. */
export function reasonsOf({ pairs }: HardFrames['frames'][number], letterOf: (answer: number) => string): string[] {
  return pairs.flatMap(({ a, b, reference, share, places }) => {
    const kinds = new Map<RelationKind, { count: number; area: number }>()
    for (const { kind, areaPixels } of places) {
      const before = kinds.get(kind) ?? { count: 0, area: 0 }
      kinds.set(kind, { count: before.count + 1, area: before.area + areaPixels })
    }
    const letters: Letters = [letterOf(a), letterOf(b)]
    const what = reference === undefined ? 'what they mask' : 'what is annotated'
    const whole = `${letters.join(' and ')} differ on ${Math.round(share * 100)} % of ${what}`
    const parts = [...kinds]
      .sort((one, other) => other[1].area - one[1].area)
      .map(([kind, { count, area }]) => `${countOfKind(count, kind, letters, reference)} (${area} px)`)
    return [parts.length === 0 ? `${whole}.` : `${whole}: ${parts.join(', ')}.`]
  })
}
