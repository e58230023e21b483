// Tests of listings and ids of tracks: shifted levels, unusable ids, frames listed twice or in any order.
import { describe, expect, it } from 'vitest'
import { objectListing, trackListing } from './track-listing.ts'
import { trackNumbering } from './track-numbering.ts'

describe('trackNumbering', () => {
  it('moves the whole level by one where an object has the id 0, so that no two become one', () => {
    const from0 = trackNumbering(3, ['1', '0', '2'])
    expect(['0', '1', '2'].map(from0.idOf)).toEqual([300001, 300002, 300003])
    const from1 = trackNumbering(3, ['1', '2000'])
    expect(['1', '2000', '0'].map(from1.idOf)).toEqual([300001, 302000, undefined])
  })
  it('gives no id for what would leave the level or collide with another way to write it', () => {
    const { idOf } = trackNumbering(2, ['0'])
    for (const sourceId of ['99999', '100000', '-1', '01', '1.0', '1e3', '', ' 1', '٣', 'constructor'])
      expect(idOf(sourceId)).toBeUndefined()
    expect(idOf('99998')).toBe(299999)
  })
})

describe('trackListing', () => {
  it('puts frames and objects in the order of numbers, not of text', () => {
    const { frames, objects, repairs } = trackListing('v.npz', 2, [
      { frameIndex: 10, frameName: 'b', sourceIds: ['1', '10', '2'] },
      { frameIndex: 9, frameName: undefined, sourceIds: ['10'] },
    ])
    expect(frames).toEqual([
      { frameIndex: 9, frameName: undefined, objectCount: 1 },
      { frameIndex: 10, frameName: 'b', objectCount: 3 },
    ])
    expect(objects().map(({ sourceId, frameIndices }) => [sourceId, frameIndices])).toEqual([
      ['1', [10]],
      ['2', [10]],
      ['10', [9, 10]],
    ])
    expect(repairs).toEqual([])
  })
  it('tells frames that come twice and objects without a usable id, each once with a number', () => {
    const rows = [1, 1, 1].map((frameIndex) => ({ frameIndex, frameName: undefined, sourceIds: ['1', '1', 'chair', '-2'] }))
    const { frames, objects, repairs } = trackListing('v.npz', 2, rows)
    expect(frames).toEqual([{ frameIndex: 1, frameName: undefined, objectCount: 1 }])
    expect(objects()).toEqual([{ id: 200001, sourceId: '1', frameIndices: [1] }])
    expect(repairs).toEqual([
      { code: 'TRACKS_FRAME_TWICE', params: { path: 'v.npz', count: 2, first: '1' } },
      { code: 'TRACKS_ID_UNUSABLE', params: { path: 'v.npz', limit: 99998, count: 2, first: 'chair' } },
    ])
  })
  it('takes frames of an object in any order and each once', () => {
    expect(objectListing('o.npz', 2, new Map([['4', [5, 3, 5]]])).objects).toEqual([{ id: 200004, sourceId: '4', frameIndices: [3, 5] }])
  })
})
