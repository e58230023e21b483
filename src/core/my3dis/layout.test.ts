// Tests of My3DIS's names: as its tools write them, and back; names of others are told apart.

import { describe, expect, it } from 'vitest'
import {
  chunkFromName,
  chunkName,
  compareFromName,
  compareImageName,
  frameEntryName,
  frameFromEntry,
  levelFromFolder,
  rawEntryName,
  rawFromEntry,
  runFolderName,
  scaleSuffix,
  segmentsName,
  settledSegmentsName,
  subsetFrameName,
} from './layout.ts'

describe('scale suffix', () => {
  it('has three decimals without zeros at the end, and nothing outside (0, 1)', () => {
    const suffixes = [0.3, 1 / 3, 0.25, 0.0004, 1, 0, 2, 0.9999].map(scaleSuffix)
    expect(suffixes).toEqual(['_scale0.3x', '_scale0.333x', '_scale0.25x', '_scale0x', '', '', '', '_scale1x'])
  })

  it('rounds exact halves to even as Python does, where toFixed rounds up', () => {
    expect([0.0625, 0.1875, 0.0005, 0.0015].map(scaleSuffix)).toEqual(['_scale0.062x', '_scale0.188x', '_scale0.001x', '_scale0.002x'])
  })

  it('stands before the ending and is lost in the settled layout', () => {
    expect(segmentsName('video', 0.3)).toBe('video_segments_scale0.3x.npz')
    expect(segmentsName('object', 1)).toBe('object_segments.npz')
    expect(settledSegmentsName('object', 2)).toBe('object_segments_L02.npz')
  })
})

describe('member names', () => {
  it('come back as the frame they hold, beyond their padding too', () => {
    expect([frameEntryName(1200), rawEntryName(1200, 'masks'), rawEntryName(123456, 'meta'), subsetFrameName(7)]).toEqual([
      'frames/frame_001200.json',
      'frame_01200/masks.npz',
      'frame_123456/meta.json',
      '000007.jpg',
    ])
    for (const index of [0, 99999, 100000, 1234567]) {
      expect(frameFromEntry(frameEntryName(index))).toBe(index)
      expect(rawFromEntry(rawEntryName(index, 'meta'))).toEqual({ frameIndex: index, part: 'meta' })
    }
    expect(rawFromEntry('./frame_00012/masks.npz')).toEqual({ frameIndex: 12, part: 'masks' })
  })

  it('are not taken from names that lead elsewhere or mean something else', () => {
    for (const name of ['manifest.json', 'frames/frame_12.json', '../frames/frame_000001.json', 'frames/frame_000001.npy'])
      expect(frameFromEntry(name)).toBeUndefined()
    for (const name of ['/frame_00012/meta.json', 'a/frame_00012/meta.json', 'frame_00012/other.json', 'frame_00012'])
      expect(rawFromEntry(name)).toBeUndefined()
    for (const name of ['level_', 'level_2b', 'levels', 'level_-1']) expect(levelFromFolder(name)).toBeUndefined()
    expect(levelFromFolder('level_12')).toBe(12)
  })

  it('tell how a chunk is packed', () => {
    for (const compression of ['none', 'gz', 'bz2', 'xz'] as const)
      expect(chunkFromName(chunkName(31, compression))).toEqual({ ordinal: 31, compression })
    expect(chunkName(3, 'gz')).toBe('chunk_0003.tar.gz')
    expect(chunkFromName('chunk_0003.tar.zst')).toBeUndefined()
  })
})

describe('comparison pictures', () => {
  it('are found by all four names of history', () => {
    expect(compareFromName(compareImageName(2, 1200))).toEqual({ level: 2, frameIndex: 1200 })
    expect(compareFromName('compare_L04_F01200.png')).toEqual({ level: 4, frameIndex: 1200 })
    expect(compareFromName('frame_01200_L6.png')).toEqual({ level: 6, frameIndex: 1200 })
    expect(compareFromName('compare_L6.png')).toEqual({ level: 6, frameIndex: undefined })
    expect(compareFromName('L02_01_frame_00012_x.png')).toBeUndefined()
    expect(compareFromName('L02_comparison_summary.json')).toBeUndefined()
  })
})

describe('run folder names', () => {
  it('carry what is not standard, in My3DIS order', () => {
    const standard = { stamp: '20251021_182349', levels: [2, 4, 6], ssamFreq: 4, minArea: 300, fillArea: 300, addGaps: false, ratio: 1 }
    expect(runFolderName(standard)).toBe('20251021_182349_L2_4_6_ssam4')
    expect(runFolderName({ ...standard, maxPropagate: 30, minArea: 100, fillArea: 50, addGaps: true, ratio: 0.3, tag: 'probe' })).toBe(
      '20251021_182349_L2_4_6_ssam4_propmax30_area100_fill50_gaps_scale0.3x_probe',
    )
    expect(runFolderName({ ...standard, minArea: 100, fillArea: 100 })).toBe('20251021_182349_L2_4_6_ssam4_area100')
  })
})
