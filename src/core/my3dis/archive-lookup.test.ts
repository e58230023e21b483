// Tests of the search for tracking archives: each place wins over those after it, and nothing outside of the listing is ever named.

import { describe, expect, it } from 'vitest'
import { archivePlaces, findArchive } from './archive-lookup.ts'

const inOrder = [
  'level_2/video_segments_L02.npz',
  'level_2/tracking/kept_elsewhere.npz',
  'level_2/tracking/video_segments_L02.npz',
  'level_2/tracking/video_segments_scale0.3x.npz',
  'level_2/tracking/video_segments.npz',
  'level_2/video_segments_old.npz',
]

describe('archive lookup', () => {
  it('takes the first place that is there, and names the others', () => {
    const rules = archivePlaces('video', 2).map((place) => place.rule)
    for (let gone = 0; gone < inOrder.length; gone++) {
      const found = findArchive('video', 2, inOrder.slice(gone), inOrder[1])
      expect(found).toEqual({ path: inOrder[gone], rule: rules[gone], others: inOrder.slice(gone + 1) })
    }
    expect(findArchive('video', 2, [], inOrder[1])).toBeUndefined()
  })

  it('does not mix kinds or levels', () => {
    expect(findArchive('object', 2, inOrder, undefined)).toBeUndefined()
    expect(findArchive('video', 4, inOrder, undefined)).toBeUndefined()
    expect(findArchive('video', 2, ['level_2/tracking/deep/video_segments.npz'], undefined)).toBeUndefined()
  })

  it('follows a manifest only to files of this run', () => {
    for (const path of ['../other/video_segments.npz', '/data/video_segments.npz', 'level_2/gone.npz'])
      expect(findArchive('video', 2, inOrder.slice(2, 3), path)?.rule).toBe('tracking-settled')
  })

  it('takes the first by name of several that fit', () => {
    const found = findArchive(
      'video',
      2,
      ['level_2/tracking/video_segments_scale0.5x.npz', 'level_2/tracking/video_segments_scale0.3x.npz'],
      undefined,
    )
    expect(found?.path).toBe('level_2/tracking/video_segments_scale0.3x.npz')
    expect(found?.others).toEqual(['level_2/tracking/video_segments_scale0.5x.npz'])
  })
})
