// Tests of tags as they are typed.
import { expect, it } from 'vitest'
import { tagsFromText } from './tags.ts'

it('tags are words, each once, without their #, and an empty field has none', () => {
  expect(tagsFromText(' #good, keep  good\tlevel-4 ')).toEqual(['good', 'keep', 'level-4'])
  expect(tagsFromText(' , # ')).toEqual([])
})
