// Tests of the geometric check: its sums against dense rasters, and which repairs it offers.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, rleFromMask } from '../mask/rle.ts'
import { createFamilyCheck, type TreeMask, withRepairs } from './family-check.ts'
import type { TreeTrack } from './family-tree.ts'

const [width, height] = [12, 10]

/** A rectangle [x, y, width, height] as a mask. */
function rectangle(id: number, x: number, y: number, w: number, h: number): TreeMask {
  const dense = new Uint8Array(width * height)
  for (let v = y; v < Math.min(height, y + h); v += 1) dense.fill(1, v * width + x, v * width + Math.min(width, x + w))
  return fromDense(id, dense)
}
function fromDense(id: number, dense: Uint8Array): TreeMask {
  const mask = rleFromMask(dense, width, height)
  return { id, area: areaOfRle(mask), box: boundsOfRle(mask) ?? [0, 0, 0, 0], mask: () => mask }
}
type Frame = { readonly coarse: readonly TreeMask[]; readonly fine: readonly TreeMask[] }
function findingsOf(tracks: readonly TreeTrack[], frames: readonly Frame[], settings?: { containment: number; overlap: number }) {
  const check = createFamilyCheck(tracks, settings)
  for (const { coarse, fine } of frames)
    check.addFrame(
      new Map([
        [2, coarse],
        [4, fine],
      ]),
    )
  return check.finish()
}
const child = (parent?: number): TreeTrack => ({ id: 9, level: 4, parent, orphan: undefined })
const roots: TreeTrack[] = [1, 2].map((id) => ({ id, level: 2, parent: undefined, orphan: undefined }))
const inside = { coarse: [rectangle(1, 0, 0, 6, 10), rectangle(2, 6, 0, 6, 10)], fine: [rectangle(9, 1, 1, 4, 4)] }

describe('the geometric check', () => {
  it('offers the parent that holds an orphan, with the frames it was seen on', () => {
    const { repairs, judged } = findingsOf([...roots, child()], [inside, inside])
    expect(repairs).toEqual([{ child: 9, from: undefined, to: 1, containment: 1, overlap: 1, frames: 2, before: undefined }])
    expect(judged).toEqual({ holds: 0, fails: 0, missing: 1 })
  })

  it('leaves a recorded parent alone that holds, even where another one holds as well', () => {
    const both = { ...inside, coarse: [rectangle(1, 0, 0, 12, 10), rectangle(2, 0, 0, 6, 10)] }
    expect(findingsOf([...roots, child(2)], [both])).toMatchObject({ repairs: [], judged: { holds: 1 } })
  })

  it('offers another parent where the recorded one does not hold, and shows how badly it did', () => {
    const [repair] = findingsOf([...roots, child(2)], [inside]).repairs
    expect(repair).toMatchObject({ from: 2, to: 1, before: { parent: 2, containment: 0, overlap: 1, frames: 1, parentArea: 60 } })
  })

  it('prefers the tighter of two parents that hold equally well', () => {
    const both = { ...inside, coarse: [rectangle(1, 0, 0, 12, 10), rectangle(2, 0, 0, 6, 10)] }
    expect(findingsOf([...roots, child()], [both]).repairs).toMatchObject([{ to: 2 }])
  })

  it('weighs by area, so that a remnant at the border of the picture does not decide', () => {
    const remnant = { coarse: [rectangle(1, 0, 0, 6, 10)], fine: [rectangle(9, 6, 0, 1, 1)] }
    const large = { coarse: [rectangle(1, 0, 0, 6, 10)], fine: [rectangle(9, 0, 0, 5, 10)] }
    const [repair] = findingsOf([...roots, child()], [remnant, large]).repairs
    expect(repair).toMatchObject({ to: 1, containment: 50 / 51, frames: 2 })
  })

  it('asks for enough time together, and does not count frames on which the child is empty', () => {
    const alone = { coarse: [], fine: inside.fine }
    const empty = { coarse: inside.coarse, fine: [{ ...inside.fine[0]!, area: 0 }] }
    expect(findingsOf([...roots, child()], [inside, alone, alone, alone]).repairs).toEqual([])
    expect(findingsOf([...roots, child()], [inside, alone, alone, empty, empty]).repairs).toMatchObject([{ overlap: 1 / 3, frames: 1 }])
  })

  it('decodes no mask whose box does not meet that of a parent', () => {
    let asked = 0
    const counted = (one: TreeMask): TreeMask => ({
      ...one,
      mask: () => {
        asked += 1
        return one.mask()
      },
    })
    const far = Array.from({ length: 20 }, (_, i) => counted(rectangle(i + 10, 10, 9, 1, 1)))
    const tracks = [...roots, ...far.map(({ id }): TreeTrack => ({ id, level: 4, parent: undefined, orphan: undefined }))]
    findingsOf(tracks, [{ coarse: [rectangle(1, 0, 0, 3, 3)], fine: far }])
    // One of each level is looked at, for its size.
    expect(asked).toBe(1)
  })

  it('leaves a frame out whose levels differ in size, and says so', () => {
    const small = rleFromMask(new Uint8Array(4).fill(1), 2, 2)
    const uneven = { coarse: [{ id: 1, area: 4, box: [0, 0, 2, 2] as const, mask: () => small }], fine: inside.fine }
    expect(findingsOf([...roots, child()], [uneven, inside])).toMatchObject({ framesUneven: 1, framesRead: 2, repairs: [{ frames: 1 }] })
  })

  it('measures what dense rasters measure', () => {
    const dense = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 10 }).map((runs) => {
      const mask = new Uint8Array(width * height)
      for (let at = 0, k = 0; at < mask.length; at += runs[k % runs.length]![1], k += 1)
        mask.fill(runs[k % runs.length]![0], at, at + runs[k % runs.length]![1])
      return mask
    })
    const frames = fc.array(fc.record({ one: dense, two: dense, own: dense }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(frames, (list) => {
        const seen = list.filter(({ own }) => own.includes(1))
        const fits = (['one', 'two'] as const).map((name, i) => {
          const both = seen.filter((frame) => frame[name].includes(1))
          const area = both.reduce((sum, { own }) => sum + own.filter((v) => v === 1).length, 0)
          const shared = both.reduce((sum, frame) => sum + frame.own.filter((v, at) => v === 1 && frame[name][at] === 1).length, 0)
          const parentArea = both.reduce((sum, frame) => sum + frame[name].filter((v) => v === 1).length, 0) / both.length
          return {
            parent: i + 1,
            parentArea,
            containment: area === 0 ? 0 : shared / area,
            overlap: both.length / seen.length,
            frames: both.length,
          }
        })
        const best = fits
          .filter(({ containment, overlap }) => containment >= 0.4 && overlap >= 0.3)
          .sort(
            (a, b) =>
              Math.round(b.containment * 100) - Math.round(a.containment * 100) ||
              a.parentArea - b.parentArea ||
              b.overlap - a.overlap ||
              a.parent - b.parent,
          )[0]
        const { repairs } = findingsOf(
          [...roots, child()],
          list.map(({ one, two, own }) => ({ coarse: [fromDense(1, one), fromDense(2, two)], fine: [fromDense(9, own)] })),
          { containment: 0.4, overlap: 0.3 },
        )
        if (!best) expect(repairs).toEqual([])
        else
          expect(repairs).toEqual([
            {
              child: 9,
              from: undefined,
              to: best.parent,
              containment: best.containment,
              overlap: best.overlap,
              frames: best.frames,
              before: undefined,
            },
          ])
      }),
      { numRuns: 300 },
    )
  })

  it('takes repairs over only where they are for, and an orphan with a parent is none', () => {
    const orphan = { ...child(), orphan: true }
    const { repairs } = findingsOf([...roots, orphan], [inside])
    expect(withRepairs([...roots, orphan], repairs)).toEqual([...roots, { ...orphan, parent: 1, orphan: false }])
  })
})
