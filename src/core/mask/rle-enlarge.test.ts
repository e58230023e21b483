// Masks that were stored smaller lie where they belong: each pixel against the rule, whatever the sizes.
import { expect, it } from 'vitest'
import { maskFromRle, rleFromMask } from './rle.ts'
import { enlargeRle } from './rle-enlarge.ts'

it('takes for every pixel the one that its centre falls on, at whole and broken ratios', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 48271) % 2147483647
    return seed / 2147483647
  }
  for (const [w, h, width, height] of [
    [7, 5, 7, 5],
    [7, 5, 14, 15],
    [256, 192, 853, 640],
    [3, 4, 10, 4],
    [5, 9, 5, 30],
    [1, 1, 6, 7],
  ] as const) {
    const small = Uint8Array.from({ length: w * h }, () => (random() < 0.4 ? 1 : 0))
    const large = enlargeRle(rleFromMask(small, w, h), [height, width])
    const expected = Uint8Array.from({ length: width * height }, (_, p) => {
      const [x, y] = [p % width, Math.floor(p / width)]
      return small[Math.floor(((y + 0.5) * h) / height) * w + Math.floor(((x + 0.5) * w) / width)]!
    })
    expect(Buffer.compare(maskFromRle(large), expected), `${w} x ${h} to ${width} x ${height}`).toBe(0)
    expect(large).toEqual(rleFromMask(expected, width, height))
  }
})

it('refuses to shrink, which is another rule', () => {
  expect(() => enlargeRle(rleFromMask(new Uint8Array(6), 3, 2), [2, 2])).toThrow(RangeError)
})
