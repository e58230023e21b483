// Tests of numbers as people read them, above all where one unit gives way to the next.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countsInWords, cutPath, formatBytes, formatCount, formatDuration, formatDurationRange } from './format.ts'

describe('formatBytes', () => {
  it('changes the unit at 1024, and drops the digit after the point from 100 on', () => {
    expect([0, 1023, 1024, 1536, 102_400, 5 * 2 ** 40].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '100 KiB',
      '5.0 TiB',
    ])
  })
})

describe('formatDuration', () => {
  it('says a duration as a person would', () => {
    expect([850, 12_300, 252_000, 3_900_000].map(formatDuration)).toEqual(['850 ms', '12.3 s', '4 min 12 s', '1 h 05 min'])
  })
  it('never says 60 s in a minute or 60 min in an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 100_000_000 }), (ms) => {
        expect(formatDuration(ms)).not.toMatch(/\b60 (s|min)/)
      }),
    )
  })
  it('admits what it does not know', () => {
    expect([Number.NaN, -1, Number.POSITIVE_INFINITY].map(formatDuration)).toEqual(['unknown', 'unknown', 'unknown'])
  })
})

describe('formatDurationRange', () => {
  it('uses one unit for both ends, and says one number when they are the same', () => {
    expect(formatDurationRange(720_000, 900_000)).toBe('12–15 min')
    expect(formatDurationRange(10_100, 10_400)).toBe('10 s')
  })
})

describe('formatCount', () => {
  it('groups by three digits', () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567'])
  })
})

describe('cutPath', () => {
  it('keeps both ends and never gets longer than asked', () => {
    expect(cutPath('/short', 20)).toBe('/short')
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.integer({ min: 4, max: 60 }), (path, length) => {
        expect(cutPath(path, length).length).toBeLessThanOrEqual(length)
      }),
    )
    expect(cutPath('/home/somebody/scenes/room/outputs/color', 20)).toMatch(/^\/home.*….*color$/)
  })
})

it('counts are told in words, not by the names that records have for them', () => {
  expect(countsInWords({ kept: 6529, areaTooSmall: 0, parentDropped: 16 })).toEqual(['6,529 kept', '0 area too small', '16 parent dropped'])
})
