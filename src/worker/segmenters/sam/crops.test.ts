// Crops and cleaning, against numbers worked out by hand.
import { describe, expect, it } from 'vitest'
import { rleFromMask, maskFromRle } from '#core/mask/rle'
import { cleanMask } from './cleaning.ts'
import { cropsOf, cutOut, isCutByCrop } from './crops.ts'

describe('cropsOf', () => {
  it('is the picture, then four that overlap by a third of the short side', () => {
    // 1500 x 600: overlap floor(512 / 1500 * 600) = 204; widths ceil((204 + 1500) / 2) = 852, heights ceil((204 + 600) / 2) = 402.
    expect(cropsOf(1500, 600, 1).map(({ box, layer }) => [layer, box.x, box.y, box.width, box.height])).toEqual([
      [0, 0, 0, 1500, 600],
      [1, 0, 0, 852, 402],
      [1, 0, 198, 852, 402],
      [1, 648, 0, 852, 402],
      [1, 648, 198, 852, 402],
    ])
  })
  it('has sixteen in the second layer, none of them beyond the picture', () => {
    const crops = cropsOf(101, 77, 2).filter(({ layer }) => layer === 2)
    expect(crops).toHaveLength(16)
    for (const { box } of crops) expect(box.x + box.width <= 101 && box.y + box.height <= 77).toBe(true)
  })
})

describe('isCutByCrop', () => {
  const crop = { x: 0, y: 0, width: 300, height: 300 }
  const picture = { width: 600, height: 300 }
  it('is a mask that ends where the crop does, but not where the picture does too', () => {
    expect(isCutByCrop([200, 50, 85, 20], crop, picture)).toBe(true)
    expect(isCutByCrop([200, 50, 79, 20], crop, picture)).toBe(false)
    expect(isCutByCrop([0, 0, 100, 300], crop, picture)).toBe(false)
  })
})

it('cutOut paints black what is outside of the mask', () => {
  const picture = { width: 3, height: 2, pixels: Uint8Array.from({ length: 18 }, (_, at) => at + 1) }
  const cut = cutOut(picture, { x: 1, y: 0, width: 2, height: 2 }, Uint8Array.of(1, 1, 0, 1, 0, 1))
  expect([...cut.pixels]).toEqual([4, 5, 6, 0, 0, 0, 0, 0, 0, 16, 17, 18])
})

describe('cleanMask', () => {
  const mask = (...rows: readonly string[]) =>
    rleFromMask(
      Uint8Array.from(rows.join(''), (sign) => Number(sign === '#')),
      rows[0]!.length,
      rows.length,
    )
  const text = (rle: ReturnType<typeof mask>) => {
    const bits = maskFromRle(rle)
    return Array.from({ length: rle.size[0] }, (_, y) =>
      Array.from(bits.subarray(y * rle.size[1], (y + 1) * rle.size[1]), (bit) => (bit ? '#' : '.')).join(''),
    )
  }
  it('fills a small hole and takes a small island away, and says so', () => {
    const { mask: cleaned, isChanged } = cleanMask(mask('####....', '#.##..#.', '####....', '####....'), 3)
    expect(text(cleaned)).toEqual(['####....', '####....', '####....', '####....'])
    expect(isChanged).toBe(true)
  })
  it('keeps the largest island when all are small, and says nothing of a clean mask', () => {
    expect(text(cleanMask(mask('##...#..', '........'), 3).mask)).toEqual(['##......', '........'])
    expect(cleanMask(mask('####....', '####....'), 3).isChanged).toBe(false)
  })
})
