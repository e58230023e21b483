// Hidden masks travel in an address and come back as they were.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { idsFromText, textFromIds } from './id-text.ts'

it('every set of ids comes back from its own text', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 6_000_000 }), { maxLength: 300 }), (ids) => {
      expect([...idsFromText(textFromIds(ids))]).toEqual([...ids].sort((a, b) => a - b))
    }),
  )
})

it('neighbours are told as a run, so a hidden level stays a short address', () => {
  expect(textFromIds(Array.from({ length: 500 }, (_, i) => 400_001 + i))).toHaveLength(7)
})

it('a strange text gives what is understood before it, and a run without end stops', () => {
  expect([...idsFromText('5.nope!.3')]).toEqual([5])
  expect(idsFromText('1-zzzzzz').size).toBe(100_000)
})
