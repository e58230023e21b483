// The registry of keys.
import { expect, it } from 'vitest'
import { keyTable, rowOfPress } from './key-table.ts'

const press = (key: string, held: { shiftKey?: boolean; altKey?: boolean; ctrlKey?: boolean; metaKey?: boolean } = {}) =>
  rowOfPress({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held })?.id

it('no key has two meanings', () => {
  const all = keyTable.flatMap((row) => [...row.keys])
  expect(new Set(all).size).toBe(all.length)
})

it('a question mark opens the sheet although it is typed with shift, and plus needs shift on some keyboards', () => {
  expect(press('?', { shiftKey: true })).toBe('sheet')
  expect(press('+', { shiftKey: true })).toBe('opacity-up')
  expect(press('+')).toBe('opacity-up')
})

it('modifiers tell keys apart: shift steps ten, alt goes to the next appearance, ctrl and cmd are one', () => {
  expect(press('ArrowRight')).toBe('next')
  expect(press('ArrowRight', { shiftKey: true })).toBe('next-10')
  expect(press('ArrowRight', { altKey: true })).toBe('next-seen')
  expect(press('k', { ctrlKey: true })).toBe('palette')
  expect(press('K', { metaKey: true })).toBe('palette')
  expect(press('h', { ctrlKey: true })).toBeUndefined()
  expect(press('H', { shiftKey: true })).toBe('show-all')
  expect(press(' ')).toBe('play')
})
