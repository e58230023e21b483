// The family of an object: who it lies inside of, and what lies inside of it, at every level.
import { expect, it } from 'vitest'
import { familyOf } from './family.ts'

const one = (id: number, level: number, parent?: number) => ({ id, level, parent })
const all = [one(21, 2), one(41, 4, 21), one(42, 4, 21), one(61, 6, 41), one(62, 6, 42), one(63, 6, 21), one(22, 2), one(64, 6, 22)]
const ids = (found: ReturnType<typeof familyOf>) => [
  found.above.map(({ id }) => id),
  found.below.map(({ level, kin }) => [level, kin.map(({ id }) => id)]),
]

it('goes up to the coarsest level, and down through all levels, and to nobody else', () => {
  expect(ids(familyOf(all, 21))).toEqual([
    [],
    [
      [4, [41, 42]],
      [6, [63, 61, 62]],
    ],
  ])
  expect(ids(familyOf(all, 41))).toEqual([[21], [[6, [61]]]])
  expect(ids(familyOf(all, 62))).toEqual([[21, 42], []])
})

it('ends where a parent is not there, and where parents go in a circle', () => {
  expect(ids(familyOf([one(61, 6, 49)], 61))).toEqual([[], []])
  expect(ids(familyOf([one(1, 2, 2), one(2, 4, 1)], 1))).toEqual([[2], [[4, [2]]]])
})
