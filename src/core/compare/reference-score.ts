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

/**
 * `comparison`: the reference (A) with the answer (B), finished; its pairs decide which mask is held against which, so frames are read twice.
 *
 * J and F of an object are means over the frames on which reference or answer shows it (DAVIS counts all, for there objects are hardly ever
 * out of sight; here that would reward an object that was never found). Only one-to-one pairs count: an object in parts has no counterpart.
 * Precision is matched by objects of the answer (0 without any), recall matched by objects of the reference. Levels without an object of the
 * reference are left out.
 */
export function createReferenceScoring(comparison: ComparisonResult): ReferenceScoring {
  const partner = new Map<string, number>()
  const sums = new Map<string, Sums>()
  const overlap = new Map<string, number>()
  for (const { kind, level, a, b, iou } of comparison.relations) {
    for (const id of a) sums.set(keyOf(level, id), { j: 0, f: 0, frames: 0 })
    if (kind !== 'matched') continue
    partner.set(keyOf(level, a[0]!), b[0]!)
    overlap.set(keyOf(level, a[0]!), iou)
  }
  return {
    feed(_frameIndex, reference, answer) {
      const truthOf = new Map(reference.map((mask) => [keyOf(mask.level, mask.id), mask]))
      const foundOf = new Map(answer.map((mask) => [keyOf(mask.level, mask.id), mask]))
      for (const [key, sum] of sums) {
        const id = partner.get(key)
        if (id === undefined) continue
        const truth = truthOf.get(key)?.mask
        const found = foundOf.get(`${key.split('/')[0]}/${id}`)?.mask
        const size = (truth ?? found)?.size
        if (size === undefined || ![truth, found].some((mask) => mask !== undefined && mask.counts.length > 1)) continue
        const nothing = emptyRle(size[0], size[1])
        const { j, f } = scoreFrame({ truth: truth ?? nothing, predicted: found ?? nothing })
        sum.j += j
        sum.f += f
        sum.frames += 1
      }
    },
    finish: () =>
      comparison.levels.filter(({ objectsA }) => objectsA > 0).map(({ level }) => levelOf(comparison, level, sums, partner, overlap)),
  }
}

function keyOf(level: number, id: number): string {
  return `${level}/${id}`
}

function levelOf(
  comparison: ComparisonResult,
  level: number,
  sums: ReadonlyMap<string, Sums>,
  partner: ReadonlyMap<string, number>,
  overlap: ReadonlyMap<string, number>,
): ReferenceLevel {
  const { objectsA, objectsB, counts } = comparison.levels.find((one) => one.level === level)!
  const ids = comparison.relations.flatMap((relation) => (relation.level === level ? relation.a : [])).sort((a, b) => a - b)
  const objects = ids.map((id): ReferenceObject => {
    const key = keyOf(level, id)
    const { j, f, frames } = sums.get(key)!
    const match = partner.get(key)
    const means = { j: frames === 0 ? 0 : j / frames, f: frames === 0 ? 0 : f / frames }
    return { id, ...(match === undefined ? {} : { match }), iou: overlap.get(key) ?? 0, ...means, jf: (means.j + means.f) / 2, frames }
  })
  const mean = (value: (one: ReferenceObject) => number) => objects.reduce((sum, one) => sum + value(one), 0) / objects.length
  return {
    level,
    j: mean(({ j }) => j),
    f: mean(({ f }) => f),
    jf: mean(({ jf }) => jf),
    iou: mean(({ iou }) => iou),
    precision: objectsB === 0 ? 0 : counts.matched / objectsB,
    recall: counts.matched / objectsA,
    objects,
  }
}
