// Rigid transforms between the spaces of a scene, named target from source and read right to left.

/** x, y, z in metres; a camera looks along +z, with x to the right and y down. */
export type Vec3 = readonly [x: number, y: number, z: number]

/** [w, x, y, z], length 1. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number]

/** 4 x 4, row by row: a rotation and a translation, last row 0 0 0 1. `cameraFromWorld` takes points in the world to the camera. */
export type Pose = readonly number[]

/** How far a given matrix may be from a rotation, entry by entry: files with four decimals must pass. */
const rigidTolerance = 1e-3

export const identityPose: Pose = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** aFromC, of aFromB and bFromC. */
export function composePoses(aFromB: Pose, bFromC: Pose): Pose {
  const out = new Array<number>(16).fill(0)
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      for (let i = 0; i < 4; i++) out[row * 4 + column]! += aFromB[row * 4 + i]! * bFromC[i * 4 + column]!
  return out
}

/** bFromA, of aFromB. */
export function invertPose(aFromB: Pose): Pose {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = aFromB as readonly [...Row, ...Row, ...Row, ...Row]
  return [a, d, g, -(a * x + d * y + g * z), b, e, h, -(b * x + e * y + h * z), c, f, i, -(c * x + f * y + i * z), 0, 0, 0, 1]
}

type Row = readonly [number, number, number, number]

/** A point of the source space, in the target space. */
export function transformPoint(pose: Pose, [x, y, z]: Vec3): Vec3 {
  return [
    pose[0]! * x + pose[1]! * y + pose[2]! * z + pose[3]!,
    pose[4]! * x + pose[5]! * y + pose[6]! * z + pose[7]!,
    pose[8]! * x + pose[9]! * y + pose[10]! * z + pose[11]!,
  ]
}

/** A direction of the source space, in the target space. */
export function rotateVector(pose: Pose, [x, y, z]: Vec3): Vec3 {
  return [
    pose[0]! * x + pose[1]! * y + pose[2]! * z,
    pose[4]! * x + pose[5]! * y + pose[6]! * z,
    pose[8]! * x + pose[9]! * y + pose[10]! * z,
  ]
}

/** Where the source of a pose has its origin, seen from the target: of worldFromCamera, the camera's place in the world. */
export function originOfPose(pose: Pose): Vec3 {
  return [pose[3]!, pose[7]!, pose[11]!]
}

/** Takes 16 numbers row by row. Throws RangeError when they are not finite, do not turn rigidly, or mirror. */
export function poseFromMatrix(values: readonly number[]): Pose {
  if (values.length !== 16 || !values.every(Number.isFinite)) throw new RangeError('A pose is a matrix of 16 finite numbers.')
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      const product = values[i]! * values[j]! + values[4 + i]! * values[4 + j]! + values[8 + i]! * values[8 + j]!
      if (Math.abs(product - (i === j ? 1 : 0)) > rigidTolerance)
        throw new RangeError('The matrix stretches or shears; a pose only turns and moves.')
    }
  if (determinant(values) < 0) throw new RangeError('The matrix mirrors; a pose only turns and moves.')
  if (values[12] !== 0 || values[13] !== 0 || values[14] !== 0 || Math.abs(values[15]! - 1) > rigidTolerance)
    throw new RangeError('The last row of a pose is 0 0 0 1.')
  return [...values.slice(0, 15), 1]
}

/** The quaternion is brought to length 1 first. Throws RangeError when it has none. */
export function poseFromQuaternion(quaternion: Quaternion, translation: Vec3): Pose {
  const length = Math.hypot(...quaternion)
  if (!(length > 0) || !Number.isFinite(length)) throw new RangeError('A rotation needs a quaternion of finite length above 0.')
  const [w, x, y, z] = quaternion.map((part) => part / length) as [number, number, number, number]
  return [
    ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), translation[0]],
    ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), translation[1]],
    ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), translation[2]],
    ...[0, 0, 0, 1],
  ]
}

/** The rotation of a pose, with w at least 0. Source: Shepperd 1978, dividing by the largest part. */
export function quaternionOfPose(pose: Pose): Quaternion {
  const [m00, m01, m02, , m10, m11, m12, , m20, m21, m22] = pose as readonly [...Row, ...Row, ...Row, ...Row]
  // Four times each part's square, w first.
  const squares = [1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22]
  const largest = squares.indexOf(Math.max(...squares))
  const rows: readonly (readonly number[])[] = [
    [squares[0]!, m21 - m12, m02 - m20, m10 - m01],
    [m21 - m12, squares[1]!, m01 + m10, m02 + m20],
    [m02 - m20, m01 + m10, squares[2]!, m12 + m21],
    [m10 - m01, m02 + m20, m12 + m21, squares[3]!],
  ]
  const row = rows[largest]!
  const length = Math.hypot(...row) * (row[0]! < 0 ? -1 : 1)
  return row.map((part) => part / length) as [number, number, number, number]
}

/** cameraFromWorld of a camera at `eyeInWorld` that looks at `targetInWorld`, its picture upright along `upInWorld`. */
export function poseLookingAt(eyeInWorld: Vec3, targetInWorld: Vec3, upInWorld: Vec3): Pose {
  const forward = unit(subtract(targetInWorld, eyeInWorld))
  const right = unit(cross(forward, upInWorld))
  const down = cross(forward, right)
  return [...right, -dot(right, eyeInWorld), ...down, -dot(down, eyeInWorld), ...forward, -dot(forward, eyeInWorld), 0, 0, 0, 1]
}

function determinant(m: readonly number[]): number {
  return dot([m[0]!, m[1]!, m[2]!], cross([m[4]!, m[5]!, m[6]!], [m[8]!, m[9]!, m[10]!]))
}

function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function unit(vector: Vec3): Vec3 {
  const length = Math.hypot(...vector)
  if (!(length > 1e-12)) throw new RangeError('A camera needs a target apart from itself, and an up that is not its view.')
  return [vector[0] / length, vector[1] / length, vector[2] / length]
}
