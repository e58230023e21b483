// The dossier: which frames are read, and what is cut out of them.
import { expect, it } from 'vitest'
import { emptyColumns, rasterOfMasks } from '../../../frame/mask-columns.ts'
import { cropAround, maskInCrop, momentsOf, thumbnailWidth } from './dossier-moments.ts'

it('moments lie in the life and never in a gap, first and last frame among them, none twice', () => {
  const moments = momentsOf(
    [
      [3, 5],
      [40, 60],
    ],
    8,
  )
  expect(moments).toHaveLength(8)
  expect(new Set(moments).size).toBe(8)
  expect([moments[0], moments.at(-1)]).toEqual([3, 60])
  expect(moments.every((at) => (at >= 3 && at <= 5) || (at >= 40 && at <= 60))).toBe(true)
  expect(momentsOf([[7, 8]], 8)).toEqual([7, 8])
  expect(momentsOf([[0, 4]], 1)).toEqual([2])
  expect(momentsOf([], 8)).toEqual([])
})

it('a crop holds the whole box in the wanted shape, and stays inside the frame at its borders', () => {
  const frame = { width: 320, height: 240 }
  for (const box of [
    [0, 0, 20, 10],
    [300, 200, 20, 40],
    [100, 100, 1, 1],
  ] as const) {
    const crop = cropAround(box, frame, 4 / 3)
    expect(crop.x).toBeLessThanOrEqual(box[0])
    expect(crop.y).toBeLessThanOrEqual(box[1])
    expect(crop.x + crop.width).toBeGreaterThanOrEqual(box[0] + box[2])
    expect(crop.y + crop.height).toBeGreaterThanOrEqual(box[1] + box[3])
    expect(crop.x).toBeGreaterThanOrEqual(0)
    expect(crop.x + crop.width).toBeLessThanOrEqual(frame.width)
    expect(crop.y + crop.height).toBeLessThanOrEqual(frame.height)
    expect(crop.width / crop.height).toBeCloseTo(4 / 3, 0)
  }
})

it('a box as large as the frame gives the frame, not more', () => {
  expect(cropAround([0, 0, 320, 240], { width: 320, height: 240 }, 4 / 3)).toEqual({ x: 0, y: 0, width: 320, height: 240 })
})

it('the mask in the crop is the same as the one cut out of the whole frame', () => {
  const [width, height] = [7, 5]
  const runs = Uint32Array.of(3, 9, 4, 1, 1, 6, 11)
  const columns = { ...emptyColumns, count: 1, runs, runStarts: Uint32Array.of(0, runs.length) }
  const whole = rasterOfMasks(columns, [0], height, [0, 0, width, height])
  for (const crop of [
    { x: 0, y: 0, width: 7, height: 5 },
    { x: 1, y: 2, width: 3, height: 2 },
    { x: 4, y: 0, width: 3, height: 5 },
  ]) {
    const cut = Array.from(
      { length: crop.width * crop.height },
      (_, i) => whole[(crop.y + Math.floor(i / crop.width)) * width + crop.x + (i % crop.width)],
    )
    expect([...maskInCrop(columns, 0, height, crop)]).toEqual(cut)
  }
})

it('a small object asks for a larger picture of its frame than a large one, within bounds', () => {
  expect(thumbnailWidth(1920, { x: 0, y: 0, width: 1920, height: 1080 }, 120)).toBe(128)
  expect(thumbnailWidth(1920, { x: 0, y: 0, width: 480, height: 360 }, 120)).toBe(512)
  expect(thumbnailWidth(1920, { x: 0, y: 0, width: 16, height: 12 }, 120)).toBe(1024)
})
