// Tests of masks in My3DIS's files: the vectors of its format, and shapes as its tracker really left them.

import { describe, expect, it } from 'vitest'
import { emptyRle, rleFromMask } from '../../mask/rle.ts'
import { maskFromMy3dis, my3disFromMask } from './my3dis-mask.ts'

function maskOf(width: number, height: number, ...pixels: readonly (readonly [row: number, column: number])[]) {
  const mask = new Uint8Array(width * height)
  for (const [row, column] of pixels) mask[row * width + column] = 1
  return rleFromMask(mask, width, height)
}
const small = maskOf(5, 3, [0, 0], [1, 1], [2, 4])

describe('masks of My3DIS', () => {
  it('are NumPy packed bits in base64 beside their shape, and come back', () => {
    expect(my3disFromMask(small)).toEqual({ packed_bits_b64: 'ggI=', shape: [3, 5] })
    const corners = maskOf(10, 6, [0, 0], [5, 9])
    expect(my3disFromMask(corners, undefined, 'sam2')).toEqual({ packed_bits_b64: 'gAAAAAAAABA=', shape: [1, 6, 10] })
    for (const stored of [my3disFromMask(corners), my3disFromMask(corners, undefined, 'sam2')])
      expect(maskFromMy3dis(stored)).toEqual({ mask: corners, fullSize: undefined, fullSizeWrong: false })
    expect(maskFromMy3dis({ packed_bits: Uint8Array.of(0x82, 0x02), shape: [3, 5] }).mask).toEqual(small)
  })

  it('keep the full size when we write it, and do not believe the one that lost its width', () => {
    const stored = my3disFromMask(small, [30, 50])
    expect(Object.keys(stored)).toEqual(['packed_bits_b64', 'shape', 'full_resolution_shape'])
    expect(maskFromMy3dis(stored)).toEqual({ mask: small, fullSize: [30, 50], fullSizeWrong: false })
    const lost = my3disFromMask(small, [30, 50], 'sam2')
    expect(lost.full_resolution_shape).toEqual([1, 30])
    expect(maskFromMy3dis(lost)).toEqual({ mask: small, fullSize: undefined, fullSizeWrong: true })
  })

  it('may be empty: tracked, but not seen', () => {
    const empty = emptyRle(3, 5)
    expect(my3disFromMask(empty).packed_bits_b64).toBe('AAA=')
    expect(maskFromMy3dis(my3disFromMask(empty)).mask).toEqual(empty)
  })

  it('are refused when text, shape and length do not belong together', () => {
    for (const stored of [
      { packed_bits_b64: 'ggI=', shape: [3, 6] },
      { packed_bits_b64: 'ggI', shape: [3, 5] },
      { packed_bits_b64: 'ggI=', shape: [3] },
      { packed_bits_b64: 'ggI=', shape: [2, 3, 5] },
      { packed_bits_b64: '', shape: [0, 5] },
      { packed_bits_b64: 'ggI=', shape: [-3, -5] },
    ])
      expect(() => maskFromMy3dis(stored)).toThrow(RangeError)
  })
})
