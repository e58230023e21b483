// Half-precision numbers against the standard's own examples, and both ways over all of them.
import { expect, it } from 'vitest'
import { floatFromHalf, halfWidener, narrowFloats } from './half-float.ts'

const narrow = (...values: readonly number[]) => {
  const into = new Uint16Array(values.length)
  narrowFloats(Float32Array.from(values), into)
  return [...into]
}

it('golden numbers: one, the largest, the smallest normal and subnormal, zeros of both signs, infinities', () => {
  const golden: readonly (readonly [number, number])[] = [
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1023 * 2 ** -24, 0x03ff],
    [Math.fround(1 / 3), 0x3555],
    [0, 0],
    [-0, 0x8000],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
  ]
  for (const [value, bits] of golden) {
    expect(narrow(value), String(value)).toEqual([bits])
    if (bits !== 0x3555) expect(Object.is(floatFromHalf(bits), value), String(value)).toBe(true)
  }
})

it('the nearest is taken, of two as near the even one; what is too large is infinite, what is too small zero', () => {
  // Between 1 (0x3c00) and its neighbour 1 + 2^-10 (0x3c01).
  expect(narrow(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20)).toEqual([0x3c00, 0x3c02, 0x3c01])
  expect(narrow(65_519, 65_520, -1e9)).toEqual([0x7bff, 0x7c00, 0xfc00])
  // A fraction of ones carries into the exponent.
  expect(narrow(2 - 2 ** -12)).toEqual([0x4000])
  expect(narrow(2 ** -25, 2 ** -25 * 1.001, 2 ** -26, -(2 ** -30))).toEqual([0, 1, 0, 0x8000])
  expect(narrow(2 ** -14 - 2 ** -26)).toEqual([0x0400])
  expect(narrow(Number.NaN)).toEqual([0x7e00])
})

it('every half becomes a float32 and the same half again', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)
  const values = halfWidener()(all)
  const back = new Uint16Array(all.length)
  narrowFloats(values, back)
  for (const bits of all) {
    if ((bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0) expect(Number.isNaN(values[bits])).toBe(true)
    else if (back[bits] !== bits) expect.fail(`half ${bits} came back as ${back[bits]}`)
  }
})
