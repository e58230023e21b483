// How a camera maps points to pixels and back.

import type { Vec3 } from './pose.ts'

/**
 * Radial (k) and tangential (p) terms of the lens. Source: Brown 1966, in the form OpenCV and COLMAP's OPENCV model share; COLMAP's
 * SIMPLE_RADIAL and RADIAL are k1 and k1, k2.
 */
export type Distortion = {
  readonly k1: number
  readonly k2?: number
  readonly k3?: number
  readonly p1?: number
  readonly p2?: number
}

/** All in pixels of a frame of width x height. The centre of the upper left pixel is (0.5, 0.5), its corner (0, 0). */
export type Intrinsics = {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  readonly width: number
  readonly height: number
  readonly distortion?: Distortion
}

/** A place in the frame; (0, 0) is its upper left corner. */
export type PointInImage = readonly [x: number, y: number]

/** Where a point is seen, also outside the frame; undefined when it is not in front of the camera. */
export function project(intrinsics: Intrinsics, [x, y, z]: Vec3): PointInImage | undefined {
  if (!(z > 0)) return undefined
  const [u, v] = distorted(intrinsics.distortion, x / z, y / z)
  return [intrinsics.fx * u + intrinsics.cx, intrinsics.fy * v + intrinsics.cy]
}

/**
 * The point seen at a place of the frame whose z in the camera is `depth` (along the view, not along the ray). Undefined where the
 * lens terms map no ray to that place, which happens far outside the frame.
 */
export function unproject(intrinsics: Intrinsics, [x, y]: PointInImage, depth: number): Vec3 | undefined {
  const ray = undistorted(intrinsics.distortion, (x - intrinsics.cx) / intrinsics.fx, (y - intrinsics.cy) / intrinsics.fy)
  return ray === undefined ? undefined : [ray[0] * depth, ray[1] * depth, depth]
}

/** The same camera for frames of another size. */
export function scaleIntrinsics(intrinsics: Intrinsics, width: number, height: number): Intrinsics {
  const alongX = width / intrinsics.width
  const alongY = height / intrinsics.height
  const { fx, fy, cx, cy } = intrinsics
  return { ...intrinsics, fx: fx * alongX, fy: fy * alongY, cx: cx * alongX, cy: cy * alongY, width, height }
}

/** For intrinsics that count the centre of the upper left pixel as (0, 0), as OpenCV and most RGB-D recordings do. */
export function intrinsicsFromZeroCentred(intrinsics: Intrinsics): Intrinsics {
  return { ...intrinsics, cx: intrinsics.cx + 0.5, cy: intrinsics.cy + 0.5 }
}

function distorted(distortion: Distortion | undefined, x: number, y: number): readonly [number, number] {
  if (distortion === undefined) return [x, y]
  const { k1, k2 = 0, k3 = 0, p1 = 0, p2 = 0 } = distortion
  const r2 = x * x + y * y
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
  return [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y]
}

/** Newton's method on `distorted`; lenses of real cameras take three or four steps. */
function undistorted(distortion: Distortion | undefined, u: number, v: number): readonly [number, number] | undefined {
  if (distortion === undefined) return [u, v]
  const { k1, k2 = 0, k3 = 0, p1 = 0, p2 = 0 } = distortion
  let x = u
  let y = v
  for (let step = 0; step < 30; step++) {
    const [atU, atV] = distorted(distortion, x, y)
    if (Math.hypot(atU - u, atV - v) < 1e-12 * (1 + Math.hypot(u, v))) return [x, y]
    const r2 = x * x + y * y
    const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    const slope = 2 * (k1 + r2 * (2 * k2 + r2 * 3 * k3))
    const uByX = radial + x * x * slope + 2 * p1 * y + 6 * p2 * x
    const mixed = x * y * slope + 2 * p1 * x + 2 * p2 * y
    const vByY = radial + y * y * slope + 6 * p1 * y + 2 * p2 * x
    const determinant = uByX * vByY - mixed * mixed
    // Beyond the fold of the lens terms the picture turns inside out: what is found there is no ray of this camera.
    if (!(determinant > 0)) return undefined
    x -= (vByY * (atU - u) - mixed * (atV - v)) / determinant
    y -= (uByX * (atV - v) - mixed * (atU - u)) / determinant
  }
  return undefined
}
