// The tree of objects: who stands under whom, and what folding and filtering leave.
import { expect, it } from 'vitest'
import { type Filterable, maskFilterFromText } from './filter/mask-filter.ts'
import { objectsOnFrame, rowsOfObjects } from './object-rows.ts'

const object = (id: number, parent?: number): Filterable => ({
  id,
  label: String(id),
  level: Math.floor(id / 100_000),
  area: 10,
  score: 0.5,
  stability: undefined,
  frames: 3,
  merged: 0,
  parent,
  parentLabel: parent === undefined ? undefined : String(parent),
  isOrphan: false,
  isOnFrame: true,
})
const all = [object(200_001), object(400_001, 200_001), object(600_001, 400_001), object(400_002)]
const none = maskFilterFromText('')
const brief = (rows: ReturnType<typeof rowsOfObjects>) =>
  rows.map((row) => (row.kind === 'level' ? `L${row.level}` : `${row.depth}:${row.one.id}`))

it('parts stand under their parent, the others under their level', () => {
  expect(brief(rowsOfObjects(all, [2, 4, 6], none, new Set()))).toEqual(['L2', '1:200001', '2:400001', '3:600001', 'L4', '1:400002'])
})

it('no object is lost when its parent is filtered out or its level is not shown', () => {
  expect(brief(rowsOfObjects(all, [4, 6], none, new Set()))).toEqual(['L4', '1:400001', '2:600001', '1:400002'])
  expect(brief(rowsOfObjects(all, [2, 4, 6], maskFilterFromText('level:6'), new Set()))).toEqual(['L6', '1:600001'])
})

it('a folded object keeps its own row and hides its parts; a folded level hides its objects', () => {
  expect(brief(rowsOfObjects(all, [2, 4, 6], none, new Set([200_001, -4])))).toEqual(['L2', '1:200001', 'L4'])
})

it('a step to a frame with the same objects changes nothing, so nothing is drawn anew; with another one only that object does', () => {
  expect(objectsOnFrame(all, () => true)).toBe(all)
  const next = objectsOnFrame(all, (id) => id !== 400_002)
  expect(next.map((one) => one.isOnFrame)).toEqual([true, true, true, false])
  expect(next.slice(0, 3).every((one, i) => one === all[i])).toBe(true)
})
