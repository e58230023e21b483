// Assembling masks from prototypes, where the right pixels are known.
import { describe, expect, test } from 'vitest'
import { type Letterbox, letterboxFor } from './letterbox.ts'
import { assembleMask, logitsFrom, type Prototypes } from './prototype-mask.ts'

const prototypesOf = (width: number, ...planes: readonly (readonly number[])[]): Prototypes => ({
  values: Float32Array.from(planes.flat()),
  count: planes.length,
  width,
  height: planes[0]!.length / width,
})
/** Rows of the mask as text. */
function drawn(mask: Uint8Array, { pictureWidth }: Letterbox): readonly string[] {
  return Array.from({ length: mask.length / pictureWidth }, (_, y) => mask.subarray(y * pictureWidth, (y + 1) * pictureWidth).join(''))
}
const assemble = (prototypes: Prototypes, box: readonly [number, number, number, number], letterbox: Letterbox) =>
  assembleMask(logitsFrom(Float32Array.of(1), prototypes), prototypes, box, letterbox)

test('logits are the sum of the prototypes, weighted, negative weights too', () => {
  const prototypes = prototypesOf(2, [1, 2, 3, 4], [10, 10, -10, -10])
  expect([...logitsFrom(Float32Array.of(2, -0.5), prototypes)]).toEqual([-3, -1, 11, 13])
})

describe('assembleMask', () => {
  const square = letterboxFor({ width: 8, height: 8 }, 8, 8)

  test('the border runs where the logit passes 0 between the centres of two prototypes', () => {
    // Centres of the prototypes at x = 2 and 6; -1 to 3 passes 0 at x = 3: pixels from 3.5 on are inside.
    const { mask, area } = assemble(prototypesOf(2, [-1, 3, -1, 3]), [0, 0, 8, 8], square)
    expect(drawn(mask, square)).toEqual(Array(8).fill('00011111'))
    expect(area).toBe(40)
  })

  test('rows and columns are not exchanged', () => {
    const { mask } = assemble(prototypesOf(2, [-1, -1, 3, 3]), [0, 0, 8, 8], square)
    expect(drawn(mask, square)).toEqual([...Array(3).fill('00000000'), ...Array(5).fill('11111111')])
  })

  test('only pixels whose centre lies in the box are inside', () => {
    const { mask, area } = assemble(prototypesOf(1, [5]), [1.4, 2.6, 3.2, 2], square)
    // Centres 1.5 to 4.5 across (1.4 to 4.6), 3.5 and 4.5 down (2.6 to 4.6).
    expect(drawn(mask, square)).toEqual(['00000000', '00000000', '00000000', '01111000', '01111000', '00000000', '00000000', '00000000'])
    expect(area).toBe(8)
  })

  test('the padding of the letterbox is skipped: a wide picture reads the middle rows', () => {
    const wide = letterboxFor({ width: 16, height: 8 }, 8, 8)
    // One row of prototypes for each row of the input; the picture covers rows 2 to 5, and the sign changes at y = 3.
    const { mask } = assemble(prototypesOf(1, [-1, -1, -1, 1, 1, 1, 1, 1]), [0, 0, 16, 8], wide)
    expect(drawn(mask, wide)).toEqual([...Array(2).fill('0'.repeat(16)), ...Array(6).fill('1'.repeat(16))])
  })

  test('a logit of exactly 0 is outside, as above a half says', () => {
    expect(assemble(prototypesOf(1, [0]), [0, 0, 8, 8], square).area).toBe(0)
  })

  test('stability is 1 for a sure mask, less on a slope, 0 for none', () => {
    expect(assemble(prototypesOf(1, [5]), [0, 0, 8, 8], square).stability).toBe(1)
    expect(assemble(prototypesOf(1, [-5]), [0, 0, 8, 8], square).stability).toBe(0)
    expect(assemble(prototypesOf(1, [0.5]), [0, 0, 8, 8], square)).toMatchObject({ area: 64, stability: 0 })
    // From -3 at x = 2 to 3 at x = 6 the logit at x is 1.5 (x - 4): above -1 from 3.5 on (-0.75), above 1 from 5.5 on (2.25).
    expect(assemble(prototypesOf(2, [-3, 3, -3, 3]), [0, 0, 8, 8], square).stability).toBeCloseTo(3 / 5, 6)
  })

  test('an empty box gives an empty mask of full size', () => {
    const { mask, area, stability } = assemble(prototypesOf(1, [5]), [3, 3, 0, 4], square)
    expect({ length: mask.length, area, stability }).toEqual({ length: 64, area: 0, stability: 0 })
  })
})
