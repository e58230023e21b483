// Tests of shared lists of ids: one list for many frames, and texts that must be read as they are.
import { describe, expect, it } from 'vitest'
import { shareIds } from '../shared-ids.ts'

const frames = (...lists: string[]) => `{"frames": [${lists.map((ids) => `{"objects": [${ids}]}`).join(', ')}]}`

describe('shareIds', () => {
  it('gives the very same list to frames with the same ids, and another to others, also to an empty one', () => {
    const shared = shareIds(frames('"1", "2"', '"1"', '"1", "2"', ''))!
    const lists = JSON.parse(shared.text).frames.map(({ objects }: { objects: string[] }) => shared.listOf(objects))
    expect(lists).toEqual([['1', '2'], ['1'], ['1', '2'], []])
    expect(lists[2]).toBe(lists[0])
  })
  it('makes text of whole numbers, as the schema of the manifest does', () => {
    const shared = shareIds(frames('1, 20'))!
    expect(shared.listOf(['#0'])).toEqual(['1', '20'])
  })
  it('leaves a text alone that could be mistaken for one with shared lists', () => {
    expect(shareIds(frames('"#0"', '"7"'))).toBeUndefined()
  })
  it.each(['"a]b"', '1.5', 'null', '"1",'])('leaves a text alone in which %s is a list of ids', (ids) => {
    expect(shareIds(frames('"1"', ids))).toBeUndefined()
  })
  it('knows nothing of lists that it did not replace, and of numbers that it did not give', () => {
    const { listOf } = shareIds(frames('"1"'))!
    expect([listOf([]), listOf(['1']), listOf(['#1']), listOf(['#-1'])]).toEqual([undefined, undefined, undefined, undefined])
  })
})
