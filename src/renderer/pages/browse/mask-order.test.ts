// The table of masks sorts numbers as numbers, and what has none does not float to the top.
import { expect, it } from 'vitest'
import { emptyColumns } from '../../frame/mask-columns.ts'
import { maskOrder } from './mask-order.ts'

const masks = {
  ...emptyColumns,
  count: 4,
  ids: Uint32Array.of(11, 12, 13, 14),
  areas: Uint32Array.of(900, 20_000, 30, 900),
  scores: Float32Array.of(0.5, Number.NaN, 0.9, 0.1),
  parents: Uint32Array.of(0, 11, 0, 3),
}
const ids = (order: readonly number[]) => order.map((index) => masks.ids[index])

it('sorts by number, equal ones by id', () => {
  expect(ids(maskOrder(masks, { by: 'area', isRising: true }, () => true))).toEqual([13, 11, 14, 12])
  expect(ids(maskOrder(masks, { by: 'area', isRising: false }, () => true))).toEqual([12, 11, 14, 13])
})

it('a mask without a score or a parent is last, rising and falling', () => {
  expect(ids(maskOrder(masks, { by: 'score', isRising: true }, () => true)).at(-1)).toBe(12)
  expect(ids(maskOrder(masks, { by: 'score', isRising: false }, () => true)).at(-1)).toBe(12)
  expect(ids(maskOrder(masks, { by: 'parent', isRising: true }, () => true))).toEqual([14, 12, 11, 13])
})

it('masks that are not shown are not listed', () => {
  expect(ids(maskOrder(masks, { by: 'id', isRising: true }, (index) => index !== 0))).toEqual([12, 13, 14])
})
