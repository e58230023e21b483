// Which mask answers, holes, sizes and prompts in numbers that can be worked out by hand.
import { describe, expect, it } from 'vitest'
import { areaOfRle, rleFromCrop } from '#core/mask/rle'
import { chooseMask, type Decoded, isAmbiguous, stabilityOf } from './mask-choice.ts'
import { maskOfLogits, resizePlane, squashedMask, transposed, withoutHoles } from './plane.ts'
import { downsampledMask } from './prompt-encoding.ts'
import type { Constants } from './modules.ts'

const mask = (...logits: number[]) => Float32Array.from(logits)
const decoded = (single: Float32Array): Decoded => ({
  masks: [single, mask(1), mask(2), mask(3)],
  ious: [0.99, 0.5, 0.9, 0.9],
  tokens: [mask(10), mask(11), mask(12), mask(13)],
  objectScore: 1,
})

describe('chooseMask', () => {
  const stable = mask(5, 5, -5)
  const shaky = mask(0.04, 5, -5)
  it('for an ambiguous prompt the best alternative with its own token, the first of equals, never the single mask', () => {
    expect(chooseMask(decoded(stable), true)).toEqual({ logits: mask(2), iou: expect.closeTo(0.9), token: mask(12) })
  })
  it('for a clear prompt the single mask while it is stable, else the best alternative; the token is that of the single mask', () => {
    expect(chooseMask(decoded(stable), false)).toEqual({ logits: stable, iou: 0.99, token: mask(10) })
    expect(chooseMask(decoded(shaky), false)).toEqual({ logits: mask(2), iou: 0.9, token: mask(10) })
  })
  it('a decoder with one mask has no other choice', () => {
    const only: Decoded = { masks: [shaky], ious: [0.3], tokens: [mask(1)], objectScore: 1 }
    for (const several of [true, false]) expect(chooseMask(only, several).logits).toBe(shaky)
  })
  it('stability is the share above 0.05 of what lies above -0.05, and an empty mask is stable', () => {
    expect([stabilityOf(mask(1, 0.01, -0.01, -1)), stabilityOf(mask(-1))]).toEqual([1 / 3, 1])
  })
  it('one click or none is ambiguous, a box is not', () => {
    expect([0, 1, 2].map(isAmbiguous)).toEqual([true, true, false])
  })
})

describe('planes', () => {
  it('fills holes of at most 8 places, diagonals included, and leaves larger ones and the ground', () => {
    const size = 12
    const values = new Float32Array(size * size).fill(-3)
    for (let y = 1; y < 11; y++) for (let x = 1; x < 11; x++) values[y * size + x] = 4
    // A diagonal hole of 8, and a block of 9.
    for (let i = 2; i < 10; i++) values[i * size + i] = -1
    const filled = withoutHoles({ width: size, height: size, values }, 8)
    expect(filled.values.filter((value) => value > 0)).toHaveLength(100)
    expect(filled.values[2 * size + 2]).toBeCloseTo(0.1)
    const blocked = values.map((value) => (value === -1 ? 4 : value))
    for (let y = 3; y < 6; y++) for (let x = 3; x < 6; x++) blocked[y * size + x] = -1
    expect(withoutHoles({ width: size, height: size, values: blocked }, 8).values).toEqual(blocked)
  })
  it('grows bilinearly between pixel centres, and shrinks to means', () => {
    const grown = resizePlane({ width: 2, height: 1, values: mask(0, 4) }, 4, 1)
    expect([...grown.values]).toEqual([0, 1, 3, 4])
    expect([...resizePlane({ width: 4, height: 2, values: mask(0, 2, 4, 6, 2, 4, 6, 8) }, 2, 1).values]).toEqual([2, 6])
  })
  it('a mask of another aspect is squashed, on from one half, and comes back at its own size', () => {
    const rle = rleFromCrop(new Uint8Array(8).fill(1), { x: 0, y: 0, width: 4, height: 2 }, 8, 4)
    const { values } = squashedMask(rle, 4)
    expect([...values]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(areaOfRle(maskOfLogits({ width: 4, height: 4, values: values.map((value) => 20 * value - 10) }, 8, 4))).toBe(8)
  })
  it('channels first becomes places first and back', () => {
    const turned = transposed(mask(1, 2, 3, 4, 5, 6), 2, 3)
    expect([...turned]).toEqual([1, 4, 2, 5, 3, 6])
    expect([...transposed(turned, 3, 2)]).toEqual([1, 2, 3, 4, 5, 6])
  })
})

it('mask_downsample weighs 4 x 4 places, row by row', () => {
  const weight = Float32Array.from({ length: 16 }, (_, i) => i)
  const constants: Pick<Constants, 'maskDownsample'> = { maskDownsample: { weight, bias: 0.5 } }
  const values = new Float32Array(4 * 8)
  values[1 * 8 + 4 + 2] = 2
  // Row 1, column 2 of the second block: tap 6.
  expect([...downsampledMask({ width: 8, height: 4, values }, constants).values]).toEqual([0.5, 12.5])
})
