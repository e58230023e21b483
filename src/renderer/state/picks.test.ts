// Several selected masks: none is lost by adding, and none stays when another is selected alone.
import { expect, it } from 'vitest'
import { noPicks, pickedIds, picksOf, togglePick } from './picks.ts'

it('adds to the selection and takes out again; what is left leads', () => {
  const two = togglePick(7, noPicks, 9)
  expect(two).toEqual({ lead: 9, ids: [9, 7] })
  expect(pickedIds(9, two)).toEqual([9, 7])
  expect(togglePick(9, two, 9)).toEqual({ lead: 7, ids: [7] })
  expect(togglePick(7, picksOf([7]), 7)).toEqual({ lead: undefined, ids: [] })
})

it('selecting one thing elsewhere lets go of the others', () => {
  const picks = picksOf([3, 4, 5])
  expect(pickedIds(3, picks)).toEqual([3, 4, 5])
  expect(pickedIds(8, picks)).toEqual([8])
  expect(pickedIds(undefined, picks)).toEqual([])
})
