// What two answers share, object by object, gathered frame by frame: sums of the pairs that touch, never masks.
import { intersectionArea } from '#core/mask/overlap'
import { scaleRle } from '#core/mask/resize'
import { areaOfRle, boundsOfRle, type Rle } from '#core/mask/rle'
import { enlargeRle } from '#core/mask/rle-enlarge'
import type { AnswerMask, Matching } from './compare-types.ts'
import { createLayeredUnion } from './layered-union.ts'

type Size = readonly [height: number, width: number]

/** Objects of one answer by slot (0, 1, ... as they were first seen); areas are sums over frames. Never visible, never there. */
export type SideSums = { readonly levels: readonly number[]; readonly ids: readonly number[]; readonly areas: readonly number[] }

export type FrameSide = { readonly slots: Uint32Array; readonly areas: Uint32Array }

/** One frame: what is visible, and each pair (slot of A, slot of B) of one level that shares pixels. */
export type FrameSums = {
  readonly frameIndex: number
  readonly a: FrameSide
  readonly b: FrameSide
  readonly pairs: { readonly a: Uint32Array; readonly b: Uint32Array; readonly shared: Uint32Array }
  /** By level; see LayeredUnion. */
  readonly unions: ReadonlyMap<number, number>
}

export type PairSums = {
  readonly size: Size | undefined
  readonly a: SideSums
  readonly b: SideSums
  /** Pixels shared over all frames, by slot of A, then slot of B. */
  readonly shared: ReadonlyMap<number, ReadonlyMap<number, number>>
  /** Ascending. */
  readonly frames: readonly FrameSums[]
}

export type PairSumsFeed = {
  feed(frameIndex: number, a: readonly AnswerMask[], b: readonly AnswerMask[]): void
  sums(): PairSums
}

/** Keeps 8 bytes for each visible mask and 12 for each pair that touches on a frame. Throws as `Comparison.feed` says. */
export function createPairSums(matching: Matching, fixedSize?: Size): PairSumsFeed {
  let size = fixedSize
  const sides = [createSide(), createSide()] as const
  const shared = new Map<number, Map<number, number>>()
  const frames = new Map<number, FrameSums>()
  const layeredUnion = createLayeredUnion()

  return {
    feed(frameIndex, a, b) {
      if (frames.has(frameIndex)) throw new RangeError(`Frame ${frameIndex} was fed before.`)
      checkIds(a, frameIndex)
      checkIds(b, frameIndex)
      const target = size ?? largestSize([...a, ...b])
      const placedA = target === undefined ? [] : placed(a, target)
      const placedB = target === undefined ? [] : placed(b, target)
      size = target
      const lifetime = matching === 'overTime' ? '' : `${frameIndex}/`
      const seenA = placedA.map((mask) => sides[0].add(mask, lifetime))
      const seenB = placedB.map((mask) => sides[1].add(mask, lifetime))
      const pairs = touchingPairs(placedA, placedB, (i, j, pixels) => {
        const row = shared.get(seenA[i]!) ?? new Map<number, number>()
        shared.set(seenA[i]!, row)
        row.set(seenB[j]!, (row.get(seenB[j]!) ?? 0) + pixels)
        return { a: seenA[i]!, b: seenB[j]!, pixels }
      })
      const frameSide = (slots: readonly number[], masks: readonly Placed[]) => ({
        slots: Uint32Array.from(slots),
        areas: Uint32Array.from(masks, ({ area }) => area),
      })
      frames.set(frameIndex, {
        frameIndex,
        a: frameSide(seenA, placedA),
        b: frameSide(seenB, placedB),
        pairs: {
          a: Uint32Array.from(pairs, ({ a: slot }) => slot),
          b: Uint32Array.from(pairs, ({ b: slot }) => slot),
          shared: Uint32Array.from(pairs, ({ pixels }) => pixels),
        },
        unions: unionsByLevel(placedA, placedB, layeredUnion),
      })
    },
    sums: () => ({
      size,
      a: sides[0].sums,
      b: sides[1].sums,
      shared,
      frames: [...frames.values()].sort((one, other) => one.frameIndex - other.frameIndex),
    }),
  }
}

function createSide() {
  const sums = { levels: [] as number[], ids: [] as number[], areas: [] as number[] }
  const slots = new Map<string, number>()
  return {
    sums: sums as SideSums,
    /** Its slot. The same id in another lifetime is another object. */
    add({ level, id, area }: Placed, lifetime: string): number {
      const key = `${lifetime}${level}/${id}`
      const slot = slots.get(key) ?? slots.size
      if (slot === sums.ids.length) {
        slots.set(key, slot)
        sums.levels.push(level)
        sums.ids.push(id)
        sums.areas.push(0)
      }
      sums.areas[slot]! += area
      return slot
    },
  }
}

type Placed = {
  readonly level: number
  readonly id: number
  readonly mask: Rle
  readonly area: number
  readonly left: number
  /** Last column and row, inclusive. */
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** What is visible, brought to one size, by level and left edge. */
function placed(masks: readonly AnswerMask[], target: Size): Placed[] {
  const found: Placed[] = []
  for (const { id, level, mask } of masks) {
    const fitted = fittedTo(mask, target)
    const bounds = boundsOfRle(fitted)
    if (bounds === undefined) continue
    const [left, top, width, height] = bounds
    found.push({ id, level, mask: fitted, area: areaOfRle(fitted), left, right: left + width - 1, top, bottom: top + height - 1 })
  }
  return found.sort((one, other) => one.level - other.level || one.left - other.left || one.id - other.id)
}

/** How far the ratios of the two sides may be apart: masks stored at a third of the size have sides rounded to whole pixels. */
const aspectSlack = 0.05

function fittedTo(mask: Rle, target: Size): Rle {
  const [height, width] = mask.size
  if (height === target[0] && width === target[1]) return mask
  const [tall, wide] = [target[0] / height, target[1] / width]
  // Half a pixel of rounding is much of a small side.
  const slack = aspectSlack + 0.5 / height + 0.5 / width
  if (Math.abs(tall / wide - 1) > slack)
    throw new RangeError(`Masks of ${width} x ${height} and ${target[1]} x ${target[0]} are of pictures of another shape.`)
  return tall >= 1 && wide >= 1 ? enlargeRle(mask, target) : scaleRle(mask, target)
}

function largestSize(masks: readonly AnswerMask[]): Size | undefined {
  if (masks.length === 0) return undefined
  return masks.reduce<Size>(([height, width], { mask }) => [Math.max(height, mask.size[0]), Math.max(width, mask.size[1])], [1, 1])
}

function checkIds(masks: readonly AnswerMask[], frameIndex: number): void {
  const ids = new Set(masks.map(({ level, id }) => `${level}/${id}`))
  if (ids.size !== masks.length) throw new RangeError(`An object is twice in one answer on frame ${frameIndex}.`)
}

/** Boxes first: of all pairs only few touch. Both lists are sorted by level and left edge. */
function touchingPairs<T>(a: readonly Placed[], b: readonly Placed[], found: (i: number, j: number, pixels: number) => T): T[] {
  const pairs: T[] = []
  for (const [i, one] of a.entries())
    for (let j = firstOfLevel(b, one.level); j < b.length; j++) {
      const other = b[j]!
      if (other.level !== one.level || other.left > one.right) break
      if (other.right < one.left || other.top > one.bottom || other.bottom < one.top) continue
      const pixels = intersectionArea(one.mask, other.mask)
      if (pixels > 0) pairs.push(found(i, j, pixels))
    }
  return pairs
}

function firstOfLevel(sorted: readonly Placed[], level: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]!.level < level) low = middle + 1
    else high = middle
  }
  return low
}

function unionsByLevel(a: readonly Placed[], b: readonly Placed[], layeredUnion: (a: Rle[], b: Rle[]) => number): Map<number, number> {
  const byLevel = new Map<number, [Rle[], Rle[]]>()
  for (const [side, masks] of [a, b].entries())
    for (const { level, mask } of masks) {
      const lists: [Rle[], Rle[]] = byLevel.get(level) ?? [[], []]
      byLevel.set(level, lists)
      lists[side]!.push(mask)
    }
  return new Map([...byLevel].map(([level, [left, right]]) => [level, layeredUnion(left, right)]))
}
