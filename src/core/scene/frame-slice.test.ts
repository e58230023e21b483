// Tests of slices and of the order of frames, after docs/formats/scene.md.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSlice, frameIndicesOfSlice, frameSliceFromText, isFrameName, sortFrameNames, textFromFrameSlice } from './frame-slice.ts'

describe('frameSliceFromText', () => {
  it('takes the end as not included and lets parts be left out', () => {
    expect(frameSliceFromText('0:100:2')).toEqual({ start: 0, end: 100, step: 2 })
    expect(frameSliceFromText('5:')).toEqual({ start: 5, end: -1, step: 1 })
    expect(frameSliceFromText('::3')).toEqual({ start: 0, end: -1, step: 3 })
  })
  it('is no slice where a number is larger than an index can be, since no run could be described by it', () => {
    for (const text of ['9007199254740993:', '0:99999999999999999999', `0::${'9'.repeat(400)}`])
      expect(frameSliceFromText(text)).toBeUndefined()
  })
  it('refuses what is no slice, instead of running on every frame', () => {
    for (const wrong of ['', 'a:b', '0:10:0', '0:10:-1', '1:2:3:4', '-', '1.5:3']) expect(frameSliceFromText(wrong), wrong).toBeUndefined()
  })
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: -1, max: 1e6 }), fc.integer({ min: 1, max: 1000 }), (start, end, step) => {
        expect(frameSliceFromText(textFromFrameSlice({ start, end, step }))).toEqual({ start, end, step })
      }),
    )
  })
})

describe('frameIndicesOfSlice', () => {
  it('selects every n-th from the start, without the end', () => {
    expect(frameIndicesOfSlice({ start: 1, end: 7, step: 3 }, 100)).toEqual([1, 4])
  })
  it('takes any negative end as "to the end", not as a count from the end', () => {
    expect(frameIndicesOfSlice({ start: 0, end: -2, step: 1 }, 3)).toEqual([0, 1, 2])
  })
  it('never names a frame that is not there', () => {
    expect(frameIndicesOfSlice({ start: 2, end: 50, step: 2 }, 5)).toEqual([2, 4])
    expect(frameIndicesOfSlice({ start: 9, end: -1, step: 1 }, 5)).toEqual([])
  })
  it('takes all frames by default', () => {
    expect(frameIndicesOfSlice(FrameSlice.parse({}), 3)).toEqual([0, 1, 2])
  })
})

describe('sortFrameNames', () => {
  it('orders by number, not by letters, so that frame 10 does not follow frame 1', () => {
    expect(sortFrameNames(['10.jpg', '9.jpg', '1.jpg'])).toEqual(['1.jpg', '9.jpg', '10.jpg'])
  })
  it('does not take digits of the ending for the number', () => {
    expect(sortFrameNames(['b.jp2', 'a.jp1', '7.jpg'])).toEqual(['7.jpg', 'a.jp1', 'b.jp2'])
  })
  it('puts names of one number in the order of their characters, and names without digits last', () => {
    expect(sortFrameNames(['cover.png', '1b.png', '01.png', '1a.png'])).toEqual(['01.png', '1a.png', '1b.png', 'cover.png'])
  })
})

describe('isFrameName', () => {
  it('takes pictures in any case and no hidden ones', () => {
    expect(['a.JPG', 'a.jpeg', 'a.png', '._a.jpg', 'a.txt', 'jpg'].filter(isFrameName)).toEqual(['a.JPG', 'a.jpeg', 'a.png'])
  })
})
