// Tests of the filter: who is dropped, for which reason, and with which numbers.

import { describe, expect, it } from 'vitest'
import { droppedOf, type FilterRule, filterFrame, framePixelsPerSettingPixel } from './candidate-filter.ts'
import type { FrameMasks, MaskEntry } from './frame-masks.ts'

const mask = (id: number, change: Partial<MaskEntry> = {}): MaskEntry => ({
  id,
  counts: '',
  area: 1000,
  box: [0, 0, 1, 1],
  score: 0.9,
  stability: 0.9,
  ...change,
})
const level = (number: number, masks: readonly MaskEntry[]): FrameMasks => ({
  frameIndex: 0,
  frameName: '0.png',
  level: number,
  size: [640, 960],
  masks: [...masks],
})
const settings: FilterRule = { minArea: 300, stabilityThreshold: 0.7, cascade: true }
const dropsOf = (frames: readonly FrameMasks[]) => frames.flatMap((frame) => frame.dropped ?? [])

describe('filterFrame', () => {
  it('keeps what lies exactly at a limit', () => {
    const kept = filterFrame([level(2, [mask(200001, { area: 300, stability: 0.7 })])], settings, 1)
    expect(kept[0]?.masks).toHaveLength(1)
    expect(dropsOf(kept)).toEqual([])
  })
  it('looks at the area before the stability, and tells value and limit', () => {
    const kept = filterFrame([level(2, [mask(200001, { area: 299, stability: 0 }), mask(200002, { stability: 0.69 })])], settings, 1)
    expect(dropsOf(kept)).toEqual([
      { id: 200001, reason: 'areaTooSmall', value: 299, limit: 300 },
      { id: 200002, reason: 'unstable', value: 0.69, limit: 0.7 },
    ])
  })
  it('counts areas at a short side of 640, so one setting means the same for small and large frames', () => {
    const small = framePixelsPerSettingPixel(480, 320)
    expect(small).toBe(0.25)
    expect(framePixelsPerSettingPixel(720, 1280)).toBeCloseTo((720 / 640) ** 2)
    const kept = filterFrame([level(2, [mask(200001, { area: 75 }), mask(200002, { area: 74 })])], settings, small)
    expect(kept[0]?.masks.map((one) => one.id)).toEqual([200001])
    expect(dropsOf(kept)).toEqual([{ id: 200002, reason: 'areaTooSmall', value: 296, limit: 300 }])
  })
  it('takes along everything inside a dropped candidate, down to its grandchildren', () => {
    const frames = [
      level(2, [mask(200001, { stability: 0.1 }), mask(200002)]),
      level(4, [mask(400001, { parent: 200001 }), mask(400002, { parent: 200002 })]),
      level(6, [mask(600001, { parent: 400001 }), mask(600002, { parent: 400002 })]),
    ]
    expect(filterFrame(frames, settings, 1).flatMap((frame) => frame.masks.map((one) => one.id))).toEqual([200002, 400002, 600002])
    expect(dropsOf(filterFrame(frames, settings, 1)).slice(1)).toEqual([
      { id: 400001, reason: 'parentDropped', value: 0, limit: 1, parent: 200001 },
      { id: 600001, reason: 'parentDropped', value: 0, limit: 1, parent: 400001 },
    ])
    expect(dropsOf(filterFrame(frames, { ...settings, cascade: false }, 1))).toHaveLength(1)
  })
  it('drops an empty mask even when no area is asked for', () => {
    expect(dropsOf(filterFrame([level(2, [mask(200001, { area: 0 })])], { ...settings, minArea: 0 }, 1))[0]?.reason).toBe('empty')
  })
  it('takes a candidate without a stability as stable: not every source computes one', () => {
    expect(filterFrame([level(2, [mask(200001, { stability: undefined })])], settings, 1)[0]?.masks).toHaveLength(1)
  })
  it('loses nobody: each candidate is either kept or dropped with a reason', () => {
    const masks = Array.from({ length: 40 }, (_, i) => mask(200001 + i, { area: i * 20, stability: (i % 10) / 10 }))
    const [kept] = filterFrame([level(2, masks)], settings, 1)
    const ids = [...kept!.masks, ...kept!.dropped!].map((one) => one.id).sort((a, b) => a - b)
    expect(ids).toEqual(masks.map((one) => one.id))
  })
})

it('asked for one flat list, coarse first, says the same as level by level', () => {
  const frames = [
    level(2, [mask(200001, { area: 10 }), mask(200002)]),
    level(4, [mask(400001, { parent: 200001 }), mask(400002, { parent: 200002, stability: 0.1 })]),
    level(6, [mask(600001, { parent: 400001 }), mask(600002, { parent: 400002 }), mask(600003)]),
  ]
  const flat = droppedOf(
    frames.flatMap(({ masks }) => masks),
    settings,
    1,
  )
  expect([...flat.values()]).toEqual(dropsOf(filterFrame(frames, settings, 1)))
})
