// Masks of a frame against those of another answer.
import { expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, rleFromCrop, stringFromRle } from '#core/mask/rle'
import { decodeMasks } from './decode-frame.ts'
import { disagreementsOf } from './frame-disagreement.ts'

const [width, height] = [20, 12]
type Box = readonly [id: number, x: number, y: number, w: number, h: number]
function masksOf(byLevel: Readonly<Record<number, readonly Box[]>>) {
  const parts = Object.entries(byLevel).map(([level, boxes]) => {
    const masks = boxes.map(([id, x, y, w, h]) => {
      const rle = rleFromCrop(new Uint8Array(w * h).fill(1), { x, y, width: w, height: h }, width, height)
      return { id, counts: stringFromRle(rle), area: areaOfRle(rle), box: boundsOfRle(rle), score: 0.5 }
    })
    return new TextEncoder().encode(JSON.stringify({ frameIndex: 3, frameName: 'f', level: Number(level), size: [height, width], masks }))
  })
  return decodeMasks(parts, 3, width, height)
}

it('the same mask disagrees by nothing, one that is nowhere wholly, and another part of it by its overlap', () => {
  const here = masksOf({
    2: [[200_001, 0, 0, 4, 4]],
    4: [
      [400_001, 8, 2, 4, 4],
      [400_002, 14, 8, 3, 3],
    ],
  })
  const other = masksOf({ 2: [[200_009, 0, 0, 4, 4]], 4: [[400_005, 10, 2, 4, 4]] })
  const shares = disagreementsOf(here, other, width, height)
  expect(shares.get(200_001)).toBe(0)
  // 8 of 24 pixels of both together.
  expect(shares.get(400_001)).toBeCloseTo(1 - 8 / 24, 10)
  expect(shares.get(400_002)).toBe(1)
})

it('a mask that a smaller one covers is found beneath it, and levels are never held against each other', () => {
  const here = masksOf({ 2: [[200_001, 0, 0, 10, 10]], 4: [[400_001, 0, 0, 10, 10]] })
  const other = masksOf({
    2: [
      [200_002, 0, 0, 10, 10],
      [200_003, 2, 2, 3, 3],
    ],
  })
  const shares = disagreementsOf(here, other, width, height)
  expect(shares.get(200_001)).toBe(0)
  expect(shares.has(400_001)).toBe(false)
})
