// Looks at masks whether each track lies in its recorded parent, frame after frame, and offers better parents; changes nothing itself.
import { intersectionArea } from '../mask/overlap.ts'
import type { Rle } from '../mask/rle.ts'
import type { TreeTrack } from './family-tree.ts'

/** Of one track on one frame. `box` is x, y, width, height in pixels. */
export type TreeMask = {
  readonly id: number
  readonly area: number
  readonly box: readonly [number, number, number, number]
  /** Asked for only where boxes meet. */
  readonly mask: () => Rle
}

export type FamilyCheckSettings = {
  /** Least share of the child's pixels inside of the parent, over all frames on which both are visible. */
  readonly containment: number
  /** Least share of the child's visible frames on which the parent is visible, too. */
  readonly overlap: number
}

/** After My3DIS's tree builder. */
export const familyCheckDefaults: FamilyCheckSettings = { containment: 0.95, overlap: 0.3 }

/** How a child lies in one parent. Shares are 0..1. */
export type ParentFit = {
  readonly parent: number
  readonly containment: number
  readonly overlap: number
  /** Frames on which both are visible. */
  readonly frames: number
  /** Mean area of the parent on them, in pixels. */
  readonly parentArea: number
}

export type ParentRepair = {
  readonly child: number
  /** The recorded parent; undefined where there is none. */
  readonly from: number | undefined
  readonly to: number
  readonly containment: number
  readonly overlap: number
  readonly frames: number
  /** Of the recorded parent; undefined where there is none, or both are never visible together. */
  readonly before: ParentFit | undefined
}

export type FamilyFindings = {
  /** By child id. */
  readonly repairs: readonly ParentRepair[]
  readonly framesRead: number
  /** Children on visible frames whose recorded parent holds, fails, or cannot be judged because it is missing. */
  readonly judged: { readonly holds: number; readonly fails: number; readonly missing: number }
  /** Frames left out because levels have masks of different sizes. */
  readonly framesUneven: number
}

export type FamilyCheck = {
  /** Masks of one frame by level; those of area 0 are not visible and count nowhere. */
  addFrame(levels: ReadonlyMap<number, readonly TreeMask[]>): void
  finish(): FamilyFindings
}

type Sums = { shared: number; childArea: number; parentArea: number; frames: number }

/**
 * Holds no mask from one frame to the next: memory grows with the pairs of tracks that are visible together, not with frames. A child is
 * held against the tracks one level coarser and against its recorded parent. Containment weighs by area: shared pixels by the child's
 * pixels, both summed over the frames on which both are visible, so that small remains at a border of the picture do not decide.
 */
export function createFamilyCheck(tracks: readonly TreeTrack[], settings: FamilyCheckSettings = familyCheckDefaults): FamilyCheck {
  const levels = [...new Set(tracks.map(({ level }) => level))].sort((a, b) => a - b)
  const coarserOf = new Map(levels.map((level, i) => [level, levels[i - 1]]))
  const byId = new Map(tracks.map((track) => [track.id, track]))
  const visibleFrames = new Map<number, number>()
  const sums = new Map<number, Map<number, Sums>>()
  let framesRead = 0
  let framesUneven = 0
  return {
    addFrame(given) {
      framesRead += 1
      const frame = new Map([...given].map(([level, masks]) => [level, masks.filter(({ area }) => area > 0)]))
      const here = new Map([...frame.values()].flat().map((one) => [one.id, one]))
      if (hasUnevenSizes(frame)) {
        framesUneven += 1
        return
      }
      for (const [level, children] of frame) {
        const coarser = coarserOf.get(level)
        if (coarser === undefined) continue
        for (const child of children) {
          const recorded = byId.get(child.id)?.parent
          const parents = frame.get(coarser) ?? []
          const other = recorded === undefined ? undefined : here.get(recorded)
          visibleFrames.set(child.id, (visibleFrames.get(child.id) ?? 0) + 1)
          const own = sums.get(child.id) ?? new Map<number, Sums>()
          sums.set(child.id, own)
          addFits(own, child, other && !parents.includes(other) ? [...parents, other] : parents)
        }
      }
    },
    finish() {
      const repairs: ParentRepair[] = []
      const judged = { holds: 0, fails: 0, missing: 0 }
      for (const [child, own] of [...sums].sort(([a], [b]) => a - b)) {
        const { level = 0, parent: from } = byId.get(child) ?? {}
        const fits = [...own].map(([parent, sum]) => fitOf(parent, sum, visibleFrames.get(child)!))
        const before = fits.find(({ parent }) => parent === from)
        const state = from === undefined || !byId.has(from) ? 'missing' : before && isFit(before, settings) ? 'holds' : 'fails'
        judged[state] += 1
        if (state === 'holds') continue
        const adjacent = fits.filter(({ parent }) => byId.get(parent)?.level === coarserOf.get(level))
        const best = bestOf(adjacent.filter((fit) => fit.parent !== from && isFit(fit, settings)))
        if (!best || (before && best.containment <= before.containment && best.overlap <= before.overlap)) continue
        const { parent: to, containment, overlap, frames } = best
        repairs.push({ child, from, to, containment, overlap, frames, before })
      }
      return { repairs, framesRead, judged, framesUneven }
    },
  }
}

/** The tracks with each repair taken over; a track given a parent is no orphan. */
export function withRepairs<T extends TreeTrack>(tracks: readonly T[], repairs: readonly ParentRepair[]): T[] {
  const parents = new Map(repairs.map(({ child, to }) => [child, to]))
  return tracks.map((track) => {
    const parent = parents.get(track.id)
    return parent === undefined ? track : { ...track, parent, orphan: false }
  })
}

function addFits(own: Map<number, Sums>, child: TreeMask, parents: readonly TreeMask[]): void {
  for (const parent of parents) {
    const sum = own.get(parent.id) ?? { shared: 0, childArea: 0, parentArea: 0, frames: 0 }
    own.set(parent.id, sum)
    sum.frames += 1
    sum.childArea += child.area
    sum.parentArea += parent.area
    if (boxesMeet(child.box, parent.box)) sum.shared += intersectionArea(child.mask(), parent.mask())
  }
}

function boxesMeet(a: TreeMask['box'], b: TreeMask['box']): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3]
}

/** Levels of one archive resolution have one size; one mask of each level is enough to tell. */
function hasUnevenSizes(frame: ReadonlyMap<number, readonly TreeMask[]>): boolean {
  const sizes = [...frame.values()].flatMap((masks) => (masks[0] ? [masks[0].mask().size.join()] : []))
  return new Set(sizes).size > 1
}

function fitOf(parent: number, { shared, childArea, parentArea, frames }: Sums, visible: number): ParentFit {
  return {
    parent,
    containment: childArea === 0 ? 0 : shared / childArea,
    overlap: frames / visible,
    frames,
    parentArea: parentArea / frames,
  }
}

function isFit({ containment, overlap }: ParentFit, settings: FamilyCheckSettings): boolean {
  return containment >= settings.containment && overlap >= settings.overlap
}

/**
 * The greatest containment in hundredths, then the smallest parent: one that covers half the picture holds nearly everything, and says
 * little by it. Then the longest time together, then the lower id.
 */
function bestOf(fits: readonly ParentFit[]): ParentFit | undefined {
  const hundredths = ({ containment }: ParentFit) => Math.round(containment * 100)
  return [...fits].sort(
    (a, b) => hundredths(b) - hundredths(a) || a.parentArea - b.parentArea || b.overlap - a.overlap || a.parent - b.parent,
  )[0]
}
