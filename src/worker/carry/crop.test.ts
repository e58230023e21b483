import { describe, expect, it } from 'vitest'
import { cropFromMask, cropMoments, maskFromCrop, signedDistance } from './crop.ts'

describe('mask crops', () => {
  it('come back as the raster they were made from', () => {
    const mask = Uint8Array.from({ length: 7 * 5 }, (_, i) => (i === 9 || i === 18 || i === 24 ? 255 : 0))
    const crop = cropFromMask(mask, 7, 5)
    expect([crop.x0, crop.y0, crop.width, crop.height]).toEqual([2, 1, 3, 3])
    expect(maskFromCrop(crop, 7, 5)).toEqual(mask.map((v) => (v > 0 ? 1 : 0)))
  })

  it('are empty for an empty raster', () => {
    expect(cropFromMask(new Uint8Array(12), 4, 3)).toMatchObject({ width: 0, height: 0 })
  })

  it('measure area and mean place with pixel centres at one half', () => {
    expect(cropMoments(cropFromMask(Uint8Array.from([0, 1, 1, 0]), 4, 1))).toEqual({ area: 2, cx: 2, cy: 0.5 })
  })

  it('have distances that change sign between the last pixel inside and the first outside', () => {
    const field = signedDistance(cropFromMask(new Uint8Array(25).fill(1), 5, 5), 3)
    const row = Array.from({ length: field.width }, (_, x) => field.values[5 * field.width + x]!)
    expect(row).toEqual([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 1.5, 0.5, -0.5, -1.5, -2.5])
  })
})
