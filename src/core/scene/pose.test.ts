// Tests of rigid transforms: order of composition, inverses, quaternions, and what is refused.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composePoses,
  identityPose,
  invertPose,
  originOfPose,
  type Pose,
  poseFromMatrix,
  poseFromQuaternion,
  poseLookingAt,
  quaternionOfPose,
  rotateVector,
  transformPoint,
} from './pose.ts'

const number = fc.double({ min: -10, max: 10, noNaN: true })
const points = fc.tuple(number, number, number)
const quaternions = fc.tuple(number, number, number, number).filter((parts) => Math.hypot(...parts) > 0.1)
const poses = fc.tuple(quaternions, points).map(([quaternion, translation]) => poseFromQuaternion(quaternion, translation))

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 8)
}

describe('poses', () => {
  it('compose right to left', () => {
    fc.assert(
      fc.property(poses, poses, points, (aFromB, bFromC, point) => {
        expectClose(transformPoint(composePoses(aFromB, bFromC), point), transformPoint(aFromB, transformPoint(bFromC, point)))
      }),
    )
    const quarterTurn = poseFromQuaternion([Math.SQRT1_2, 0, 0, Math.SQRT1_2], [1, 0, 0])
    expectClose(transformPoint(quarterTurn, [1, 0, 0]), [1, 1, 0])
  })

  it('are undone by their inverse, from both sides', () => {
    fc.assert(
      fc.property(poses, (pose) => {
        expectClose(composePoses(pose, invertPose(pose)), identityPose)
        expectClose(composePoses(invertPose(pose), pose), identityPose)
      }),
    )
  })

  it('keep their rotation through a quaternion, also at half turns', () => {
    const same = (pose: Pose) => expectClose(poseFromQuaternion(quaternionOfPose(pose), originOfPose(pose)), pose)
    fc.assert(
      fc.property(poses, (pose) => {
        same(pose)
        expect(quaternionOfPose(pose)[0]).toBeGreaterThanOrEqual(0)
      }),
    )
    for (const axis of [
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 1, -1, 0],
    ] as const)
      same(poseFromQuaternion(axis, [1, 2, 3]))
  })

  it('turn directions without moving them', () => {
    fc.assert(
      fc.property(poses, points, (pose, vector) => {
        const [a, b, o] = [transformPoint(pose, vector), rotateVector(pose, vector), originOfPose(pose)]
        expectClose(a, [b[0] + o[0], b[1] + o[1], b[2] + o[2]])
      }),
    )
  })
})

describe('poseFromMatrix', () => {
  it('refuses matrices that stretch, mirror, project or are not numbers', () => {
    const changed = (index: number, value: number) => identityPose.map((old, i) => (i === index ? value : old))
    expect(poseFromMatrix(identityPose)).toEqual(identityPose)
    for (const [values, message] of [
      [changed(0, 1.1), /stretches/],
      [changed(1, 0.1), /shears/],
      [changed(0, -1), /mirrors/],
      [changed(12, 0.5), /last row/],
      [changed(3, Number.NaN), /16 finite/],
      [identityPose.slice(0, 12), /16 finite/],
    ] as const)
      expect(() => poseFromMatrix(values)).toThrow(message)
  })

  it('accepts rotations written with four decimals', () => {
    fc.assert(
      fc.property(poses, (pose) => {
        const rounded = pose.map((value) => Number(value.toFixed(4)))
        expect(poseFromMatrix(rounded)).toEqual(rounded)
      }),
    )
  })
})

describe('poseLookingAt', () => {
  it('puts the target straight ahead, what is above it higher in the picture, and what is right of it right', () => {
    const pose = poseLookingAt([0, -2, 1], [0, 3, 1], [0, 0, 1])
    expectClose(transformPoint(pose, [0, 3, 1]), [0, 0, 5])
    expectClose(transformPoint(pose, [0, 3, 2]), [0, -1, 5])
    expectClose(transformPoint(pose, [1, 3, 1]), [1, 0, 5])
    expectClose(originOfPose(invertPose(pose)), [0, -2, 1])
  })

  it('refuses to look along its own up', () => {
    expect(() => poseLookingAt([0, 0, 0], [0, 0, 3], [0, 0, 1])).toThrow(RangeError)
  })
})
