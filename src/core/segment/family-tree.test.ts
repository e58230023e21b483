// Tests of families: who belongs to whom, who is an orphan, and that no recorded parent can lead in a circle.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyTree, type TreeTrack } from './family-tree.ts'

const track = (id: number, level: number, parent?: number, orphan?: boolean): TreeTrack => ({ id, level, parent, orphan })

describe('familyTree', () => {
  it('puts a root and all that descends from it into one family, over all levels', () => {
    const tree = familyTree([track(3, 6, 2), track(1, 2), track(2, 4, 1), track(4, 4, 1), track(5, 2)])
    expect(tree.families).toEqual([
      {
        root: 1,
        members: [1, 2, 3, 4],
        levels: new Map([
          [2, [1]],
          [4, [2, 4]],
          [6, [3]],
        ]),
      },
      { root: 5, members: [5], levels: new Map([[2, [5]]]) },
    ])
    expect(tree.childrenOf.get(1)).toEqual([2, 4])
    expect(tree.depth).toBe(3)
  })

  it('believes the run about orphans, and counts who has no parent where the run does not say', () => {
    const tree = familyTree([track(1, 2), track(2, 4, undefined, true), track(3, 4, undefined, false), track(4, 4), track(5, 4, 1)])
    expect(tree.orphans).toEqual([2, 4])
    expect(tree.levels).toEqual([
      { level: 2, tracks: 1, withParent: 0, orphans: 0, orphanRate: 0 },
      { level: 4, tracks: 4, withParent: 1, orphans: 2, orphanRate: 0.5 },
    ])
  })

  it('does not follow a parent that is unknown, of the same level or finer, and tells it', () => {
    const tree = familyTree([track(1, 2, 9), track(2, 4, 3), track(3, 4, 2), track(4, 2, 3)])
    expect(tree.broken).toEqual([
      { child: 1, parent: 9, reason: 'unknown' },
      { child: 4, parent: 3, reason: 'notCoarser' },
      { child: 2, parent: 3, reason: 'notCoarser' },
      { child: 3, parent: 2, reason: 'notCoarser' },
    ])
    expect(tree.families.map(({ root }) => root)).toEqual([1, 2, 3, 4])
    expect(tree.orphans).toEqual([2, 3])
  })

  it('has every track in exactly one family, whatever parents are recorded', () => {
    const tracks = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }).chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(id),
            level: fc.integer({ min: 1, max: 4 }),
            parent: fc.option(fc.integer({ min: 1, max: 45 }), { nil: undefined }),
            orphan: fc.constant(undefined),
          }),
        ),
      ),
    )
    fc.assert(
      fc.property(tracks, (list) => {
        const tree = familyTree(list)
        expect(tree.families.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(
          list.map(({ id }) => id).sort((a, b) => a - b),
        )
        for (const [child, parent] of tree.parentOf)
          expect(tree.families.find(({ members }) => members.includes(child))!.members).toContain(parent)
        expect(tree.parentOf.size + tree.families.length).toBe(list.length)
      }),
    )
  })

  it('has nothing to say about no tracks', () => {
    expect(familyTree([])).toMatchObject({ families: [], orphans: [], levels: [], depth: 0 })
  })
})
