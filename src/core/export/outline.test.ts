// Tests of outlines: a filled outline is the mask, however ragged, thin or torn the mask is.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOfRle } from '../mask/components.ts'
import { areaOfRle, emptyRle, maskFromRle, type Rle, rleFromMask } from '../mask/rle.ts'
import { joinedOutline, type Outline, outlineArea, outlinesOfRle } from './outline.ts'
import { yoloDataText, yoloLabels, yoloLine } from './yolo-seg.ts'

const rows = (...lines: string[]): Rle =>
  rleFromMask(
    Uint8Array.from(lines.join(''), (sign) => (sign === '#' ? 1 : 0)),
    lines[0]!.length,
    lines.length,
  )
const corners = (outline: Outline) => Array.from({ length: outline.length / 2 }, (_, i) => [outline[i * 2], outline[i * 2 + 1]])

/** Pixels on or within a closed line of pixels: everything that cannot be reached from outside without crossing it. */
function filled(outline: Outline, width: number, height: number): Uint8Array {
  const wide = width + 2
  const state = new Uint8Array(wide * (height + 2))
  for (let i = 0; i < outline.length; i += 2) {
    const [x1, y1] = [outline[(i + 2) % outline.length]!, outline[(i + 3) % outline.length]!]
    let [x, y] = [outline[i]!, outline[i + 1]!]
    for (;;) {
      state[(y + 1) * wide + x + 1] = 1
      if (x === x1 && y === y1) break
      x += Math.sign(x1 - x)
      y += Math.sign(y1 - y)
    }
  }
  const queue = [0]
  while (queue.length > 0) {
    const at = queue.pop()!
    if (state[at] !== 0) continue
    state[at] = 2
    const x = at % wide
    if (x > 0) queue.push(at - 1)
    if (x < wide - 1) queue.push(at + 1)
    if (at >= wide) queue.push(at - wide)
    if (at < state.length - wide) queue.push(at + wide)
  }
  return Uint8Array.from({ length: width * height }, (_, i) => (state[(Math.floor(i / width) + 1) * wide + (i % width) + 1] === 2 ? 0 : 1))
}

describe('outlines', () => {
  it('have only corners, clockwise from the top left', () => {
    expect(outlinesOfRle(rows('.....', '.###.', '.###.')).map(corners)).toEqual([
      [
        [1, 1],
        [3, 1],
        [3, 2],
        [1, 2],
      ],
    ])
  })

  it('go there and back along a line, and are one point for one pixel', () => {
    expect(outlinesOfRle(rows('.###.')).map(corners)).toEqual([
      [
        [1, 0],
        [3, 0],
      ],
    ])
    expect(outlinesOfRle(rows('...', '.#.', '...')).map(corners)).toEqual([[[1, 1]]])
    expect(outlinesOfRle(emptyRle(3, 3))).toEqual([])
  })

  it('do not stop early where the way crosses its own beginning', () => {
    const mask = rows('.#...', '###..', '.#...', '.####')
    expect(filled(outlinesOfRle(mask)[0]!, 5, 4)).toEqual(maskFromRle(mask))
  })

  it('filled with their border give each piece with its holes closed, for any mask', () => {
    const pixels = fc.array(fc.boolean(), { minLength: 63, maxLength: 63 })
    fc.assert(
      fc.property(pixels, (on) => {
        const mask = rleFromMask(
          Uint8Array.from(on, (one) => (one ? 1 : 0)),
          9,
          7,
        )
        const pieces = piecesOfRle(mask)
        const outlines = outlinesOfRle(mask)
        expect(outlines).toHaveLength(pieces.length)
        for (const [i, outline] of outlines.entries()) {
          const inside = filled(outline, 9, 7)
          const piece = maskFromRle(pieces[i]!.mask)
          // Nothing of the piece is outside; what is inside beside it is a hole, so no border pixel is off.
          expect(piece.every((value, at) => value === 0 || inside[at] === 1)).toBe(true)
          for (let p = 0; p < outline.length; p += 2) expect(piece[outline[p + 1]! * 9 + outline[p]!]).toBe(1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('of a disc have its area within half of its border', () => {
    const [size, r] = [201, 80]
    const mask = rleFromMask(
      Uint8Array.from({ length: size * size }, (_, i) => (((i % size) - 100) ** 2 + (Math.floor(i / size) - 100) ** 2 < r * r ? 1 : 0)),
      size,
      size,
    )
    const [outline] = outlinesOfRle(mask)
    expect(outlineArea(outline!) / areaOfRle(mask)).toBeGreaterThan(0.97)
    expect(outlineArea(outline!) / areaOfRle(mask)).toBeLessThan(1)
  })

  it('joined keep the sum of their areas', () => {
    const outlines = outlinesOfRle(rows('###....', '###..##', '###..##', '.......', '.####..', '.####..'))
    expect(outlines).toHaveLength(3)
    const sum = outlines.reduce((total, one) => total + outlineArea(one), 0)
    expect(outlineArea(joinedOutline(outlines))).toBeCloseTo(sum, 9)
  })
})

describe('YOLO labels', () => {
  it('are in parts of the picture, so that rounding down finds the very pixels', () => {
    const line = yoloLine(1, rows('.....', '.###.', '.###.'))!
    const [category, ...values] = line.split(' ').map(Number)
    expect(category).toBe(1)
    expect(values.map((value, i) => Math.floor(value * (i % 2 === 0 ? 5 : 3)))).toEqual([1, 1, 3, 1, 3, 2, 1, 2])
  })

  it('have at least three points within 0..1 for the smallest masks, on every border', () => {
    for (const mask of [rows('#..'), rows('..#'), rows('##.'), rows('#', '#'), rows('#')]) {
      const [, ...values] = yoloLine(0, mask)!.split(' ').map(Number)
      expect(values.length).toBeGreaterThanOrEqual(6)
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true)
    }
  })

  it('leave out empty masks and refuse run lengths of another size', () => {
    const masks = [{ id: 1, counts: '6', area: 0, box: [0, 0, 0, 0] as [number, number, number, number] }]
    expect(yoloLabels({ masks, size: [2, 3] }, 0)).toEqual({ lines: [], emptyMasks: 1 })
    expect(() => yoloLabels({ masks, size: [2, 2] }, 0)).toThrow(RangeError)
  })

  it('name a class for each level, from 0', () => {
    expect(yoloDataText([2, 6])).toContain('names:\n  0: level_2\n  1: level_6\n')
  })
})
