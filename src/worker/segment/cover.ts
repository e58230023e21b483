// Choosing few sets that stand in for many: near-duplicates fall away by themselves.
import type { Evidence } from './objectness.ts'
import { type LeafSet, sharedArea } from './leaf-set.ts'

// Below this overlap one set is no stand-in for another.
const LEAST = 0.4

export type Weighed = { readonly set: LeafSet; readonly evidence: Evidence; readonly worth: number }

/**
 * Picks up to `count` indices of `pool`, best first, so that the sum over the pool of worth x gain(overlap with the
 * nearest pick) is as large as a greedy choice makes it (facility location; within 1 - 1/e of the best, Nemhauser 1978).
 * `given` are picks already made: they are not repeated in the answer.
 */
export function coverPool(pool: readonly Weighed[], given: readonly number[], count: number, area: Float64Array): readonly number[] {
  const near = overlaps(pool, area)
  const covered = new Float32Array(pool.length)
  const picked = new Uint8Array(pool.length)
  const take = (i: number): void => {
    picked[i] = 1
    const { other, gain } = near[i]!
    for (let k = 0; k < other.length; k += 1) if (gain[k]! > covered[other[k]!]!) covered[other[k]!] = gain[k]!
  }
  const gainOf = (i: number): number => {
    const { other, gain } = near[i]!
    let sum = 0
    for (let k = 0; k < other.length; k += 1) {
      const more = gain[k]! - covered[other[k]!]!
      if (more > 0) sum += more * pool[other[k]!]!.worth
    }
    return sum
  }
  for (const i of given) take(i)
  // Gains only fall as picks are made, so an old gain is an upper bound and most need not be computed again.
  const bound = Float64Array.from(pool, (_, i) => (picked[i] === 1 ? -1 : gainOf(i)))
  const order = Array.from(bound.keys())
    .filter((i) => picked[i] === 0)
    .sort((i, j) => bound[j]! - bound[i]! || i - j)
  const picks: number[] = []
  while (picks.length < count && order.length > 0) {
    const i = order.shift()!
    bound[i] = gainOf(i)
    if (bound[i]! <= 0) continue
    if (order.length === 0 || bound[i]! >= bound[order[0]!]!) {
      take(i)
      picks.push(i)
    } else insert(order, i, bound)
  }
  return picks
}

function insert(order: number[], item: number, bound: Float64Array): void {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (bound[order[middle]!]! >= bound[item]!) low = middle + 1
    else high = middle
  }
  order.splice(low, 0, item)
}

type Near = { readonly other: number[]; readonly gain: number[] }

function overlaps(pool: readonly Weighed[], area: Float64Array): readonly Near[] {
  const near: Near[] = pool.map((_, i) => ({ other: [i], gain: [1] }))
  const byArea = Array.from(pool.keys()).sort((i, j) => pool[i]!.evidence.area - pool[j]!.evidence.area || i - j)
  for (let at = 0; at < byArea.length; at += 1) {
    const i = byArea[at]!
    const small = pool[i]!
    for (let up = at + 1; up < byArea.length; up += 1) {
      const j = byArea[up]!
      const large = pool[j]!
      if (small.evidence.area < LEAST * large.evidence.area) break
      if (!boxesMayOverlap(small.evidence, large.evidence)) continue
      const shared = sharedArea(small.set, large.set, area)
      const overlap = shared / (small.evidence.area + large.evidence.area - shared)
      if (overlap <= LEAST) continue
      const gain = (overlap - LEAST) / (1 - LEAST)
      near[i]!.other.push(j)
      near[i]!.gain.push(gain)
      near[j]!.other.push(i)
      near[j]!.gain.push(gain)
    }
  }
  return near
}

function boxesMayOverlap(one: Evidence, other: Evidence): boolean {
  const wide = Math.min(one.box[2], other.box[2]) - Math.max(one.box[0], other.box[0]) + 1
  const high = Math.min(one.box[3], other.box[3]) - Math.max(one.box[1], other.box[1]) + 1
  return wide > 0 && high > 0 && wide * high >= LEAST * one.area
}
