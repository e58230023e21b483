// Fitting pictures into a network's input, and boxes back, against values worked out by hand.
import { describe, expect, test } from 'vitest'
import { boxInPicture, fillLetterbox, letterboxFor } from './letterbox.ts'
import { type Rgb, resample } from './resample.ts'

/** A picture whose three bytes at (x, y) are what `colour` says. */
function picture(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Rgb {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => at).reduce(
    (all, _, at) => {
      all.set(colour(at % width, Math.floor(at / width)), at * 3)
      return all
    },
    new Uint8Array(width * height * 3),
  )
  return { width, height, pixels }
}
const grey = (values: readonly number[], width: number) =>
  picture(width, values.length / width, (x, y) => Array<number>(3).fill(values[y * width + x]!))
const redOf = (values: Float32Array) => [...values].filter((_, at) => at % 3 === 0).map((value) => Math.round(value * 1000) / 1000)

describe('resample', () => {
  test('shrinking by a whole factor is the mean of each block', () => {
    expect(redOf(resample(grey([0, 10, 20, 30, 100, 110, 120, 130], 4), 2, 1))).toEqual([55, 75])
  })

  test('shrinking by a fraction counts a divided pixel to both sides, by area', () => {
    // 3 to 2: the first is (0 + 90 / 2) / 1.5, the second (90 / 2 + 240) / 1.5.
    expect(redOf(resample(grey([0, 90, 240], 3), 2, 1))).toEqual([30, 190])
  })

  test('growing puts the old values at their pixel centres and repeats the border', () => {
    expect(redOf(resample(grey([0, 100], 2), 4, 1))).toEqual([0, 25, 75, 100])
  })

  test('width may shrink while height grows', () => {
    expect(redOf(resample(grey([0, 20, 100, 120], 2), 1, 4))).toEqual([10, 35, 85, 110])
  })

  test.each([
    [7, 5, 3, 2],
    [3, 2, 7, 5],
    [1, 1, 4, 4],
    [1000, 3, 7, 3],
  ])('an even picture stays even: %i x %i to %i x %i', (width, height, toWidth, toHeight) => {
    const values = resample(
      picture(width, height, () => [10, 130, 250]),
      toWidth,
      toHeight,
    )
    expect(values.length).toBe(toWidth * toHeight * 3)
    values.forEach((value, at) => {
      expect(value).toBeCloseTo([10, 130, 250][at % 3]!, 2)
    })
  })
})

describe('letterbox', () => {
  test('a wide picture lies in the middle between grey bars, planes in the order red, green, blue', () => {
    const wide = picture(4, 2, () => [255, 0, 51])
    const box = letterboxFor(wide, 4, 4)
    const input = fillLetterbox(wide, box)
    const pad = 114 / 255
    const plane = (value: number) => [...Array(4).fill(pad), ...Array(8).fill(value), ...Array(4).fill(pad)]
    expect([...input]).toEqual([...plane(1), ...plane(0), ...plane(0.2)].map((value) => expect.closeTo(value, 5)))
  })

  test('rows and columns are not exchanged', () => {
    const corners = picture(2, 2, (x, y) => [x * 255, y * 255, 0])
    const input = fillLetterbox(corners, letterboxFor(corners, 2, 2))
    expect([...input.subarray(0, 8)]).toEqual([0, 1, 0, 1, 0, 0, 1, 1])
  })

  test('an odd pixel of padding goes to the right and to the bottom', () => {
    expect(letterboxFor({ width: 10, height: 5 }, 10, 10)).toMatchObject({ left: 0, top: 2 })
    expect(letterboxFor({ width: 5, height: 10 }, 10, 10)).toMatchObject({ left: 2, top: 0 })
  })

  test('a small picture is enlarged, and a very thin one keeps a pixel', () => {
    expect(letterboxFor({ width: 2, height: 1 }, 8, 8)).toMatchObject({ scaleX: 4, scaleY: 4, top: 2 })
    const thin = picture(100, 1, () => [255, 255, 255])
    const input = fillLetterbox(thin, letterboxFor(thin, 10, 10))
    expect([...input.subarray(40, 50)]).toEqual(Array(10).fill(1))
  })

  test('the box of the input returns to the picture it came from', () => {
    const box = letterboxFor({ width: 1800, height: 1200 }, 320, 320)
    const inInput = [100 * box.scaleX + box.left, 200 * box.scaleY + box.top, 300 * box.scaleX, 400 * box.scaleY] as const
    expect(boxInPicture(inInput, box)).toEqual([100, 200, 300, 400].map((value) => expect.closeTo(value, 6)))
  })

  test('a box is cut to the picture; one in the padding has no height', () => {
    const box = letterboxFor({ width: 40, height: 20 }, 40, 40)
    expect(boxInPicture([-5, 5, 20, 20], box)).toEqual([0, 0, 15, 15])
    expect(boxInPicture([35, 25, 20, 20], box)).toEqual([35, 15, 5, 5])
    expect(boxInPicture([0, 0, 10, 5], box)).toEqual([0, 0, 10, 0])
  })
})
