// Masks in columns: what lies under a pixel, and that decoding keeps each mask what it was.
import { expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, maskFromRle, rleFromCrop, stringFromRle } from '#core/mask/rle'
import { decodeMasks, paintColumns } from './decode-frame.ts'
import { boxAround, coversPixel, indexOfMask, masksAtPixel, nextBeneath, rasterOfMasks } from './mask-columns.ts'

const [width, height] = [20, 12]
function part(
  level: number,
  boxes: readonly (readonly [id: number, x: number, y: number, w: number, h: number])[],
  frameIndex = 3,
): Uint8Array {
  const masks = boxes.map(([id, x, y, w, h]) => {
    const rle = rleFromCrop(new Uint8Array(w * h).fill(1), { x, y, width: w, height: h }, width, height)
    return { id, counts: stringFromRle(rle), area: areaOfRle(rle), box: boundsOfRle(rle), score: 0.5 }
  })
  return new TextEncoder().encode(JSON.stringify({ frameIndex, frameName: 'f', level, size: [height, width], masks }))
}
const parts = [
  part(4, [
    [400_001, 3, 2, 6, 5],
    [400_002, 5, 3, 3, 3],
  ]),
  part(2, [[200_001, 0, 0, 20, 12]]),
]

it('parts in any order come out coarse first, and each raster value leads to its mask', () => {
  const { columns, layers } = decodeMasks(parts, 3, width, height)
  expect([...columns.ids]).toEqual([200_001, 400_001, 400_002])
  expect(layers.levels).toEqual([2, 4])
  const value = layers.rasters[1]![4 * width + 6]!
  expect(columns.ids[layers.firsts[1]! + value - 1]).toBe(400_002)
})

it('under a pixel lie finer masks before coarser and small before large; a repeated click goes down and around', () => {
  const { columns } = decodeMasks(parts, 3, width, height)
  const found = masksAtPixel(columns, 6, 4, height, () => true)
  expect(found.map((index) => columns.ids[index])).toEqual([400_002, 400_001, 200_001])
  expect(nextBeneath(columns, found, undefined)).toBe(400_002)
  expect(nextBeneath(columns, found, 400_002)).toBe(400_001)
  expect(nextBeneath(columns, found, 200_001)).toBe(400_002)
  expect(nextBeneath(columns, [], 200_001)).toBeUndefined()
  expect(nextBeneath(columns, found, 400_002, -1)).toBe(200_001)
})

it('a mask under a smaller one of its level is still known there, so that it shows when that one is hidden', () => {
  const { columns, layers } = decodeMasks(parts, 3, width, height)
  expect(layers.beneath.map((one) => one.layer)).toEqual([1])
  const at = (x: number, y: number) => columns.ids[layers.firsts[1]! + (layers.beneath[0]?.raster[y * width + x] ?? 0) - 1]
  expect(at(6, 4)).toBe(400_001)
  expect(layers.beneath[0]?.raster[2 * width + 3]).toBe(0)
})

it('layers painted again from kept columns are those of the first time; for numbers alone there are none', () => {
  const first = decodeMasks(parts, 3, width, height)
  const { levels, firsts } = first.layers
  expect(paintColumns(first.columns, { levels, firsts, width, height })).toEqual(first.layers)
  const numbers = decodeMasks(parts, 3, width, height, false)
  expect(numbers.layers.rasters.length).toBe(0)
  expect(numbers.columns).toEqual(first.columns)
})

it('of several masks chosen at once the smallest lies on top', () => {
  const { columns } = decodeMasks(parts, 3, width, height)
  const raster = rasterOfMasks(columns, [2, 0, 1], height, [0, 0, width, height])
  expect([raster[4 * width + 6], raster[2 * width + 3], raster[0]]).toEqual([3, 2, 1])
})

it('a mask that is not shown is not found', () => {
  const { columns } = decodeMasks(parts, 3, width, height)
  expect(masksAtPixel(columns, 6, 4, height, (index) => columns.levels[index] === 2).map((index) => columns.ids[index])).toEqual([200_001])
})

it('the raster of a mask equals the one its run lengths give, and agrees with looking up single pixels', () => {
  const { columns } = decodeMasks(parts, 3, width, height)
  const index = indexOfMask(columns, 400_001)!
  const raster = rasterOfMasks(columns, [index], height, [0, 0, width, height]).map((value) => (value === index + 1 ? 1 : value))
  expect([...raster]).toEqual([...maskFromRle(rleFromCrop(new Uint8Array(30).fill(1), { x: 3, y: 2, width: 6, height: 5 }, width, height))])
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) expect(coversPixel(columns, index, x, y, height)).toBe(raster[y * width + x] === 1)
})

it('the raster of a box is that part of the whole one, for masks of a piece and of full columns alike', () => {
  const tall = [
    part(2, [
      [200_001, 4, 0, 3, height],
      [200_002, 9, 3, 2, 4],
    ]),
  ]
  const { columns } = decodeMasks(tall, 3, width, height)
  const whole = rasterOfMasks(columns, [0, 1], height, [0, 0, width, height])
  expect(boxAround(columns, [0, 1])).toEqual([4, 0, 7, height])
  expect(boxAround(columns, [])).toBeUndefined()
  const [left, top, w, h] = [5, 2, 5, 3]
  const cut = Array.from({ length: w * h }, (_, i) => whole[(top + Math.floor(i / w)) * width + left + (i % w)])
  expect([...rasterOfMasks(columns, [0, 1], height, [left, top, w, h])]).toEqual(cut)
  expect(new Set(cut)).toEqual(new Set([0, 1, 2]))
})

it('masks of another frame or size are refused, so that they are never drawn on this one', () => {
  expect(() => decodeMasks([part(2, [], 4)], 3, width, height)).toThrow(/frame 4/)
  expect(() => decodeMasks([part(2, [])], 3, width * 2, height)).toThrow(RangeError)
  expect(() => decodeMasks([part(2, [])], 3, width - 1, height)).toThrow(RangeError)
})

it('masks that were stored smaller than the frame lie on it where they belong, and count its pixels', () => {
  const stored = part(2, [[200_001, 1, 2, 2, 3]])
  const { columns } = decodeMasks([stored], 3, width * 3, height * 3)
  expect(columns.areas[0]).toBe(9 * 6)
  expect([...columns.boxes]).toEqual([3, 6, 6, 9])
})
