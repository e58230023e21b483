// How well an answer meets a reference: J, F and their mean, overlap, precision and recall by level and object.
import { scoreFrame } from '../metric/score.ts'
import { emptyRle } from '#core/mask/rle'
import type { AnswerMask, ComparisonResult, ReferenceLevel, ReferenceObject } from './compare-types.ts'

export type ReferenceScoring = {
  /** The frames that the comparison was fed, in any order; A is the reference. */
  feed(frameIndex: number, reference: readonly AnswerMask[], answer: readonly AnswerMask[]): void
  finish(): ReferenceLevel[]
}

type Sums = { j: number; f: number; frames: number }

/** What an object of the reference is held against: over time, or on one frame. */
type Counterpart = { readonly id: number; readonly iou: number }

/**
 * `comparison`: the reference (A) with the answer (B), finished; its pairs decide which mask is held against which, so frames are read twice.
 *
 * J and F of an object are means over the frames on which reference or answer shows it (DAVIS counts all, for there objects are hardly ever
 * out of sight; here that would reward an object that was never found). Only one-to-one pairs count: an object in parts has no counterpart.
 * Precision is matched by objects of the answer (0 without any), recall matched by objects of the reference. Levels without an object of the
 * reference are left out.
 */
export function createReferenceScoring(comparison: ComparisonResult): ReferenceScoring {
  const eachFrame = comparison.settings.matching === 'eachFrame'
  const sums = new Map<string, Sums>()
  const counterparts = new Map<string, Counterpart>()
  let frameCount = 0
  for (const { kind, level, a, b, iou, frames } of comparison.relations) {
    for (const id of a) sums.set(keyOf(level, id), { j: 0, f: 0, frames: 0 })
    if (kind === 'matched') counterparts.set(placeOf(frames[0]!.frameIndex, level, a[0]!), { id: b[0]!, iou })
  }
  return {
    feed(frameIndex, reference, answer) {
      frameCount += 1
      const truthOf = new Map(reference.filter(visible).map(({ level, id, mask }) => [keyOf(level, id), mask]))
      const foundOf = new Map(answer.filter(visible).map(({ level, id, mask }) => [keyOf(level, id), mask]))
      for (const [key, sum] of sums) {
        const [level = 0, id = 0] = key.split('/').map(Number)
        const counterpart = counterparts.get(placeOf(frameIndex, level, id))
        const truth = truthOf.get(key)
        const found = counterpart === undefined ? undefined : foundOf.get(keyOf(level, counterpart.id))
        const size = (truth ?? found)?.size
        if (size === undefined || (counterpart === undefined && !eachFrame)) continue
        sum.frames += 1
        if (counterpart === undefined) continue
        const nothing = emptyRle(size[0], size[1])
        const { j, f } = scoreFrame({ truth: truth ?? nothing, predicted: found ?? nothing })
        sum.j += j
        sum.f += f
      }
    },
    finish: () => comparison.levels.filter(({ objectsA }) => objectsA > 0).map((level) => levelOf(level, frameCount, sums, counterpartOf)),
  }

  function placeOf(frameIndex: number, level: number, id: number): string {
    return eachFrame ? `${frameIndex}/${keyOf(level, id)}` : keyOf(level, id)
  }

  /** Over time: the one there is. By frame: none, and the mean overlap of the frames on which the object is. */
  function counterpartOf(level: number, id: number): { readonly match: number | undefined; readonly iou: number } {
    if (!eachFrame) {
      const found = counterparts.get(keyOf(level, id))
      return { match: found?.id, iou: found?.iou ?? 0 }
    }
    const own = comparison.relations.filter((relation) => relation.level === level && relation.a.includes(id))
    const sum = own.reduce((total, { kind, iou }) => total + (kind === 'matched' ? iou : 0), 0)
    return { match: undefined, iou: sum / own.length }
  }
}

function visible({ mask }: AnswerMask): boolean {
  return mask.counts.length > 1
}

function keyOf(level: number, id: number): string {
  return `${level}/${id}`
}

function levelOf(
  { level, objectsA, objectsB, counts }: ComparisonResult['levels'][number],
  frames: number,
  sums: ReadonlyMap<string, Sums>,
  counterpartOf: (level: number, id: number) => { readonly match: number | undefined; readonly iou: number },
): ReferenceLevel {
  const objects = [...sums]
    .map(([key, sum]) => ({ of: key.split('/').map(Number), sum }))
    .filter(({ of }) => of[0] === level)
    .sort((one, other) => one.of[1]! - other.of[1]!)
    .map(({ of, sum }): ReferenceObject => {
      const { match, iou } = counterpartOf(level, of[1]!)
      const [j, f] = sum.frames === 0 ? [0, 0] : [sum.j / sum.frames, sum.f / sum.frames]
      return { id: of[1]!, ...(match === undefined ? {} : { match }), iou, j, f, jf: (j + f) / 2, frames: sum.frames }
    })
  const mean = (value: (one: ReferenceObject) => number) => objects.reduce((sum, one) => sum + value(one), 0) / objects.length
  return {
    level,
    frames,
    j: mean(({ j }) => j),
    f: mean(({ f }) => f),
    jf: mean(({ jf }) => jf),
    iou: mean(({ iou }) => iou),
    precision: objectsB === 0 ? 0 : counts.matched / objectsB,
    recall: counts.matched / objectsA,
    objects,
  }
}
