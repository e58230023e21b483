// Where two answers differ: frame by frame, relation by relation on each frame, and the worst places in order.
import type { ComparisonSettings, DisagreementPlace, FrameDisagreement, RelationFrame } from './compare-types.ts'
import type { SlotRelation } from './match.ts'
import type { FrameSums, PairSums } from './pair-sums.ts'

export type Shares = { readonly sharedPixels: number; readonly unionPixels: number }

export type Disagreements = {
  readonly frames: FrameDisagreement[]
  /** For each relation, in their order, the frames on which it is seen. */
  readonly relationFrames: RelationFrame[][]
  readonly byLevel: ReadonlyMap<number, Shares>
  readonly worst: DisagreementPlace[]
}

export function disagreementShare({ sharedPixels, unionPixels }: Shares): number {
  return unionPixels === 0 ? 0 : 1 - sharedPixels / unionPixels
}

export function findDisagreements(
  sums: PairSums,
  relations: readonly SlotRelation[],
  settings: Pick<ComparisonSettings, 'worst'>,
): Disagreements {
  const ofA = relationBySlot(relations, 'a', sums.a.ids.length)
  const ofB = relationBySlot(relations, 'b', sums.b.ids.length)
  const parted = relations.map((relation) => mainFirst(relation, sums))
  const relationFrames: RelationFrame[][] = relations.map(() => [])
  const byLevel = new Map<number, Shares>()
  const ranking = createRanking(settings.worst)
  const frames = sums.frames.map((frame) => {
    const view = viewOf(frame, sums)
    const sharedByLevel = new Map<number, number>()
    for (const index of relationsOn(frame, ofA, ofB)) {
      const relation = parted[index]!
      const { place, shared } = onFrame(relation, view, sums)
      relationFrames[index]!.push({ frameIndex: frame.frameIndex, iou: place.iou, areaPixels: place.areaPixels, sharedPixels: shared })
      sharedByLevel.set(relation.level, (sharedByLevel.get(relation.level) ?? 0) + shared)
      if (place.areaPixels > 0) ranking.add({ frameIndex: frame.frameIndex, ...place })
    }
    let total: Shares = { sharedPixels: 0, unionPixels: 0 }
    for (const [level, unionPixels] of frame.unions) {
      const here = { sharedPixels: sharedByLevel.get(level) ?? 0, unionPixels }
      byLevel.set(level, added(byLevel.get(level), here))
      total = added(total, here)
    }
    const masks = { masksA: frame.a.slots.length, masksB: frame.b.slots.length }
    return { frameIndex: frame.frameIndex, ...masks, ...total, share: disagreementShare(total) }
  })
  return { frames, relationFrames, byLevel, worst: ranking.best() }
}

function added(one: Shares | undefined, other: Shares): Shares {
  if (one === undefined) return other
  return { sharedPixels: one.sharedPixels + other.sharedPixels, unionPixels: one.unionPixels + other.unionPixels }
}

function relationBySlot(relations: readonly SlotRelation[], side: 'a' | 'b', slots: number): Int32Array {
  const found = new Int32Array(slots).fill(-1)
  for (const [index, relation] of relations.entries()) for (const slot of relation[side]) found[slot] = index
  return found
}

function mainFirst(relation: SlotRelation, { shared }: PairSums): SlotRelation {
  const overTime = (a: number, b: number) => shared.get(a)?.get(b) ?? 0
  if (relation.kind === 'split') {
    const whole = relation.a[0]!
    return { ...relation, b: [...relation.b].sort((one, other) => overTime(whole, other) - overTime(whole, one) || one - other) }
  }
  if (relation.kind !== 'merged') return relation
  const whole = relation.b[0]!
  return { ...relation, a: [...relation.a].sort((one, other) => overTime(other, whole) - overTime(one, whole) || one - other) }
}

/** What one frame holds, by slot. */
type FrameView = {
  readonly areaA: ReadonlyMap<number, number>
  readonly areaB: ReadonlyMap<number, number>
  shared(a: number, b: number): number
}

function viewOf({ a, b, pairs }: FrameSums, sums: PairSums): FrameView {
  const width = sums.b.ids.length
  const shared = new Map<number, number>()
  for (let i = 0; i < pairs.a.length; i++) shared.set(pairs.a[i]! * width + pairs.b[i]!, pairs.shared[i]!)
  const areas = ({ slots, areas: values }: FrameSums['a']) => new Map(Array.from(slots, (slot, i) => [slot, values[i]!]))
  return { areaA: areas(a), areaB: areas(b), shared: (left, right) => shared.get(left * width + right) ?? 0 }
}

/** Each relation that is seen on the frame once, ascending. */
function relationsOn({ a, b }: FrameSums, ofA: Int32Array, ofB: Int32Array): number[] {
  const seen = new Set<number>()
  for (const slot of a.slots) seen.add(ofA[slot]!)
  for (const slot of b.slots) seen.add(ofB[slot]!)
  return [...seen].sort((one, other) => one - other)
}

type OnFrame = { readonly place: Omit<DisagreementPlace, 'frameIndex'>; readonly shared: number }

function onFrame(relation: SlotRelation, view: FrameView, sums: PairSums): OnFrame {
  const [mainA, mainB] = [relation.a[0], relation.b[0]]
  let area = 0
  for (const slot of relation.a) area += view.areaA.get(slot) ?? 0
  for (const slot of relation.b) area += view.areaB.get(slot) ?? 0
  const shared = mainA === undefined || mainB === undefined ? 0 : view.shared(mainA, mainB)
  // Pixels that the whole shares with other parts are taken off once: they stay as pixels of the whole outside of its main counterpart.
  let withParts = shared
  for (const a of relation.a) for (const b of relation.b) if (a !== mainA || b !== mainB) withParts += view.shared(a, b)
  const covered =
    (mainA === undefined ? 0 : (view.areaA.get(mainA) ?? 0)) + (mainB === undefined ? 0 : (view.areaB.get(mainB) ?? 0)) - shared
  const objectA = relation.a.find((slot) => view.areaA.has(slot))
  const objectB = relation.b.find((slot) => view.areaB.has(slot))
  return {
    shared,
    place: {
      level: relation.level,
      ...(objectA === undefined ? {} : { objectA: sums.a.ids[objectA]! }),
      ...(objectB === undefined ? {} : { objectB: sums.b.ids[objectB]! }),
      kind: relation.kind,
      areaPixels: area - shared - withParts,
      iou: covered === 0 ? 0 : shared / covered,
    },
  }
}

function worseFirst(one: DisagreementPlace, other: DisagreementPlace): number {
  return (
    other.areaPixels - one.areaPixels ||
    one.iou - other.iou ||
    one.frameIndex - other.frameIndex ||
    one.level - other.level ||
    (one.objectA ?? 0) - (other.objectA ?? 0) ||
    (one.objectB ?? 0) - (other.objectB ?? 0)
  )
}

/** The `limit` worst places; holds at most a few times as many. */
function createRanking(limit: number) {
  let places: DisagreementPlace[] = []
  const cut = () => {
    places = places.sort(worseFirst).slice(0, limit)
  }
  return {
    add(place: DisagreementPlace): void {
      places.push(place)
      if (places.length > 4 * limit + 1000) cut()
    },
    best(): DisagreementPlace[] {
      cut()
      return places
    },
  }
}
