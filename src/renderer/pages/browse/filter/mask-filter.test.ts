// The filter language of the object list.
import { describe, expect, it } from 'vitest'
import { type Filterable, maskFilterFromText } from './mask-filter.ts'

const one = (change: Partial<Filterable>): Filterable => ({
  id: 400_087,
  label: '4·0087',
  level: 4,
  area: 23_140,
  score: 0.94,
  stability: undefined,
  frames: 82,
  merged: 3,
  parent: 200_014,
  parentLabel: '2·0014',
  isOrphan: false,
  isOnFrame: true,
  ...change,
})
const passes = (text: string, change: Partial<Filterable> = {}) => maskFilterFromText(text).passes(one(change))

describe('the filter of objects', () => {
  it('joins words by and, and bounds of a range are included', () => {
    expect(passes('level:4 area>500 frames>20')).toBe(true)
    expect(passes('level:4 area>500 frames>82')).toBe(false)
    expect(passes('frames>=82')).toBe(true)
    expect(passes('frames:82-90')).toBe(true)
    expect(passes('frames:70-82')).toBe(true)
    expect(passes('level:2,6')).toBe(false)
  })

  it('a number that an object does not have passes no comparison, not even a smaller-than', () => {
    expect(passes('stability<1')).toBe(false)
    expect(passes('frames<9999', { frames: undefined })).toBe(false)
  })

  it('a minus turns a word around, flags included', () => {
    expect(passes('-orphan')).toBe(true)
    expect(passes('-orphan', { isOrphan: true })).toBe(false)
    expect(passes('-level:4')).toBe(false)
  })

  it('finds ids by the label with a plain dot, and by parent', () => {
    expect(passes('4.0087')).toBe(true)
    expect(passes('0087')).toBe(true)
    expect(passes('id:0088')).toBe(false)
    expect(passes('parent:2.0014')).toBe(true)
    expect(passes('parent:2.0014', { parent: undefined, parentLabel: undefined })).toBe(false)
  })

  it('a word that is not understood is named and filters nothing', () => {
    for (const text of [
      'area>',
      'area>big',
      'colour:red',
      '>5',
      'level:',
      'constructor:1',
      'frames:a-b',
      'ar',
      'orph',
      'score<0.',
      'id:x',
      'area<0x1f',
    ]) {
      const filter = maskFilterFromText(text)
      expect(filter.strange, text).toEqual([text])
      expect(filter.isEmpty, text).toBe(true)
      expect(filter.passes(one({})), text).toBe(true)
    }
  })

  it('stars and notes are those of tracks: a candidate with the same number has none', () => {
    const notes = new Map([[400_087, { star: true, note: 'Leaks into the Wall' }]])
    const holds = (text: string, change: Partial<Filterable> = {}) => maskFilterFromText(text, notes).passes(one(change))
    expect(holds('starred note:wall level:4')).toBe(true)
    expect(holds('note:floor')).toBe(false)
    expect(holds('-starred')).toBe(false)
    expect(holds('starred', { id: 400_088 })).toBe(false)
    expect(holds('starred', { frames: undefined })).toBe(false)
    expect(maskFilterFromText('note:', notes).strange).toEqual(['note:'])
  })

  it('a word that is half typed leaves the rest of the filter as it was', () => {
    for (const half of ['ar', 'area', 'area<', 'score<0.', '-orp', 'level:2,']) {
      const filter = maskFilterFromText(`level:4 ${half}`)
      expect(filter.passes(one({})), half).toBe(true)
      expect(filter.passes(one({ level: 2 })), half).toBe(false)
    }
  })

  it('nothing but spaces is no filter', () => {
    expect(maskFilterFromText('   ').isEmpty).toBe(true)
  })
})
