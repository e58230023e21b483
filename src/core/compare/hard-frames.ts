// The frames on which answers differ most, as a list that other programs can work through.
import { z } from 'zod'
import { type ComparisonResult, DisagreementPlace, type RelationKind, ReferenceLevel } from './compare-types.ts'

export const HardFrames = z.object({
  format: z.literal('scenewright.hard-frames'),
  version: z.literal(1),
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

const words: Readonly<Record<RelationKind, (a: string, b: string) => string>> = {
  matched: () => 'have edges that differ',
  split: (a, b) => `of ${a} are split in ${b}`,
  merged: (a, b) => `of ${a} are merged in ${b}`,
  missing: (a) => `are in ${a} only`,
  extra: (_, b) => `are in ${b} only`,
}

/** Sentences, the largest area first; `letterOf` names the answers. */
export function reasonsOf({ pairs }: HardFrames['frames'][number], letterOf: (answer: number) => string): string[] {
  return pairs.flatMap(({ a, b, share, places }) => {
    const kinds = new Map<RelationKind, { count: number; area: number }>()
    for (const { kind, areaPixels } of places) {
      const before = kinds.get(kind) ?? { count: 0, area: 0 }
      kinds.set(kind, { count: before.count + 1, area: before.area + areaPixels })
    }
    const whole = `${letterOf(a)} and ${letterOf(b)} differ on ${Math.round(share * 100)} % of what they mask`
    const parts = [...kinds]
      .sort((one, other) => other[1].area - one[1].area)
      .map(([kind, { count, area }]) => `${count} ${words[kind](letterOf(a), letterOf(b))} (${area} px)`)
    return [parts.length === 0 ? `${whole}.` : `${whole}: ${parts.join(', ')}.`]
  })
}
