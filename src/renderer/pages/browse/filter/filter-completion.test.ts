// Completion of the filter of objects.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete, completionsFor, wordAt } from './filter-completion.ts'
import { type Filterable, maskFilterFromText } from './mask-filter.ts'

const objects = Array.from({ length: 20 }, (_, i): Filterable => {
  const level = i < 15 ? 2 : 4
  return {
    id: level * 100_000 + i,
    label: `${level}·${String(i).padStart(4, '0')}`,
    level,
    area: 100 * (i + 1),
    score: i / 20,
    stability: undefined,
    frames: i + 1,
    merged: 0,
    parent: undefined,
    parentLabel: undefined,
    isOrphan: i === 3,
    isOnFrame: true,
  }
})
const texts = (word: string) => completionsFor(word, objects).map(({ text }) => text)

describe('completion of a filter', () => {
  it('offers words that begin so, and none for which no object has a value', () => {
    expect(texts('')).toContain('level:')
    expect(texts('')).not.toContain('stability>')
    expect(texts('s')).toEqual(['score>', 'starred'])
    expect(texts('or')).toEqual(['orphan'])
    expect(texts('-or')).toEqual(['-orphan'])
    expect(texts('zzz')).toEqual([])
  })

  it('offers the levels that are there with how many objects they hold', () => {
    expect(completionsFor('level:', objects)).toEqual([
      { text: 'level:2', explains: '15 of them', isOpen: false },
      { text: 'level:4', explains: '5 of them', isOpen: false },
    ])
  })

  it('offers bounds that split what is there, and says truly how many pass', () => {
    const offered = completionsFor('area>', objects)
    expect(offered.length).toBe(3)
    for (const { text, explains } of offered) {
      const passing = objects.filter(maskFilterFromText(text).passes).length
      expect(explains).toBe(`${passing} of 20`)
    }
  })

  it('writes kept rules out as rules', () => {
    const kept = [{ name: 'Small and sure', rule: 'area<500 score>0.9' }]
    expect(completionsFor('small', objects, kept)).toEqual([
      { text: 'area<500 score>0.9', explains: 'kept as Small and sure', isOpen: false },
    ])
  })

  it('replaces the word around the caret only', () => {
    expect(wordAt('level:2 ar frames>3', 10)).toEqual({ start: 8, end: 10, word: 'ar' })
    const replaced = complete('level:2 ar frames>3', 9, { text: 'area>', explains: '', isOpen: true })
    expect(replaced).toEqual({ text: 'level:2 area> frames>3', caret: 13 })
    expect(complete('or', 2, { text: 'orphan', explains: '', isOpen: false })).toEqual({ text: 'orphan ', caret: 7 })
  })

  it('never offers what the language does not understand', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'a', 's', 'f', 'm', 'le', 'level:', 'score<', 'frames>=', 'area>', '-', '-to'), (word) => {
        for (const { text, isOpen } of completionsFor(word, objects)) if (!isOpen) expect(maskFilterFromText(text).strange).toEqual([])
      }),
    )
  })
})
