// Thresholds as filter words: sliders change their own words only, and never cut off what lies at their ends.
import { expect, it } from 'vitest'
import { maskFilterFromText } from '../filter/mask-filter.ts'
import { boundsInFilter, filterWithBounds, spreadOf, stepCount, stepOfValue, valueAtStep } from './threshold-words.ts'

it('a slider changes its own bounds and leaves what a person wrote', () => {
  const text = 'level:4 score>0.2 orphan area<=90'
  const next = filterWithBounds(text, 'score', { least: 0.5, most: 0.9 })
  expect(next).toBe('level:4 orphan area<=90 score>=0.5 score<=0.9')
  expect(boundsInFilter(next, 'score')).toEqual({ least: 0.5, most: 0.9 })
  expect(boundsInFilter(next, 'area')).toEqual({ least: undefined, most: 90 })
  expect(filterWithBounds(next, 'score', { least: undefined, most: undefined })).toBe('level:4 orphan area<=90')
})

it('the words mean to the filter what the slider shows', () => {
  const filter = maskFilterFromText(filterWithBounds('', 'score', { least: 0.5, most: 0.9 }))
  expect(filter.strange).toEqual([])
  const one = {
    id: 1,
    label: '',
    level: 1,
    area: 1,
    stability: undefined,
    frames: 1,
    merged: 0,
    parent: undefined,
    parentLabel: undefined,
    isOrphan: false,
    isOnFrame: true,
  }
  expect([0.49, 0.5, 0.9, 0.91].map((score) => filter.passes({ ...one, score }))).toEqual([false, true, true, false])
})

it('both ends of a slider are the least and the most there is, and each value has its bin', () => {
  for (const [quantity, values] of [
    ['score', [0.1234567, 0.5, 0.98765]],
    ['area', [3, 40, 40, 90_000]],
  ] as const) {
    const { low, high, bins } = spreadOf(quantity, values, 24)
    expect(low, quantity).toBeLessThanOrEqual(Math.min(...values))
    expect(high, quantity).toBeGreaterThanOrEqual(Math.max(...values))
    expect(bins.reduce((sum, one) => sum + one, 0)).toBe(values.length)
    expect(valueAtStep(quantity, 0, low, high)).toBe(low)
    expect(valueAtStep(quantity, stepCount, low, high)).toBe(high)
    expect(valueAtStep(quantity, stepOfValue(quantity, values[1], low, high), low, high)).toBe(values[1])
  }
})
