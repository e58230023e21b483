// Tests of cameras: pixels and points there and back, where a pixel's centre lies, and lenses.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Intrinsics, intrinsicsFromZeroCentred, project, scaleIntrinsics, unproject } from './camera.ts'

const plain: Intrinsics = { fx: 300, fy: 310, cx: 160, cy: 120, width: 320, height: 240 }
const lens: Intrinsics = { ...plain, distortion: { k1: -0.12, k2: 0.03, k3: -0.004, p1: 0.001, p2: -0.0015 } }

describe('project and unproject', () => {
  it('undo each other at any depth, with and without a lens', () => {
    const x = fc.double({ min: 0, max: 320, noNaN: true })
    const y = fc.double({ min: 0, max: 240, noNaN: true })
    const depth = fc.double({ min: 0.1, max: 50, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(plain, lens), x, y, depth, (intrinsics, x, y, depth) => {
        const point = unproject(intrinsics, [x, y], depth)
        expect(point?.[2]).toBe(depth)
        const back = project(intrinsics, point!)!
        expect(back[0]).toBeCloseTo(x, 7)
        expect(back[1]).toBeCloseTo(y, 7)
      }),
      { numRuns: 500 },
    )
  })

  it('see nothing behind the camera or in its plane', () => {
    for (const z of [0, -1, Number.NaN]) expect(project(plain, [0, 0, z])).toBeUndefined()
  })

  it('give the value that OpenCV gives for the same lens', () => {
    // Written by cv2.projectPoints for (0.4, -0.3, 2), K = (300, 310, 160, 120) and these terms.
    expect(project(lens, [0.4, -0.3, 2])).toEqual([expect.closeTo(219.47484766, 7), expect.closeTo(73.90457119, 7)])
  })

  it('find no ray where the lens folds the picture over, instead of a wrong one', () => {
    expect(unproject({ ...plain, distortion: { k1: -0.5 } }, [2000, 120], 1)).toBeUndefined()
  })
})

describe('sizes and centres', () => {
  it('see the same point at the same share of the frame after scaling', () => {
    const small = scaleIntrinsics(lens, 160, 60)
    const [x, y] = project(lens, [0.3, 0.2, 1.5])!
    const scaled = project(small, [0.3, 0.2, 1.5])!
    expect([scaled[0] * 2, scaled[1] * 4]).toEqual([expect.closeTo(x, 9), expect.closeTo(y, 9)])
  })

  it('move the centre of the first pixel from (0, 0) to (0.5, 0.5)', () => {
    const zeroCentred = { ...plain, cx: 0, cy: 0 }
    expect(project(intrinsicsFromZeroCentred(zeroCentred), [0, 0, 1])).toEqual([0.5, 0.5])
  })
})
