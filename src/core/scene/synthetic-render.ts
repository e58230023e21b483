// Draws one frame of the synthetic scene by following one ray for each pixel, and three more along outlines.

import type { Intrinsics } from './camera.ts'
import { invertPose, type Pose, transformPoint, type Vec3 } from './pose.ts'
import { hashAt } from './synthetic-random.ts'
import { type Paint, rayEntry, type Solid } from './synthetic-solids.ts'
import { paintRoom, roomBounds } from './synthetic-walls.ts'

/** What a frame is drawn from. Parts are numbered instanceId * partsPerThing + part. */
export type View = {
  readonly intrinsics: Intrinsics
  readonly cameraFromWorld: Pose
  readonly solids: readonly Solid[]
  readonly lampInWorld: Vec3
  readonly seed: number
  /** Changes the noise from frame to frame. */
  readonly grainSeed: number
}

/** Row-major. `depthMm` is z in the camera, in millimetres. */
export type Raster = {
  readonly rgb: Uint8Array
  readonly depthMm: Uint16Array
  readonly labels: Uint16Array
  readonly parts: Uint16Array
}

export const partsPerThing = 8

/** What a ray met: linear light, z in the camera in metres, and whose surface it is. */
type Seen = { red: number; green: number; blue: number; depth: number; label: number; part: number }

export function drawView(view: View): Raster {
  const { width, height } = view.intrinsics
  const total = width * height
  const light = new Float32Array(total * 3)
  const raster = {
    rgb: new Uint8Array(total * 3),
    depthMm: new Uint16Array(total),
    labels: new Uint16Array(total),
    parts: new Uint16Array(total),
  }
  const look = createTracer(view)
  const seen: Seen = { red: 0, green: 0, blue: 0, depth: 0, label: 0, part: 0 }
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      look(x + 0.5, y + 0.5, seen)
      light[i * 3] = seen.red
      light[i * 3 + 1] = seen.green
      light[i * 3 + 2] = seen.blue
      raster.depthMm[i] = Math.round(seen.depth * 1000)
      raster.labels[i] = seen.label
      raster.parts[i] = seen.part
    }
  softenOutlines(light, raster.parts, width, height, look, seen)
  expose(light, raster.rgb, width, height, view.grainSeed)
  return raster
}

/** A function that says what is seen at a place of the frame, in pixels from its corner. */
function createTracer({ intrinsics, cameraFromWorld, solids, lampInWorld, seed }: View): (x: number, y: number, seen: Seen) => void {
  const { fx, fy, cx, cy } = intrinsics
  const m = invertPose(cameraFromWorld)
  const [ox, oy, oz] = [m[3]!, m[7]!, m[11]!]
  const bounds = Float64Array.from(solids.flatMap((solid) => boundsInFrame(solid, intrinsics, cameraFromWorld)))
  const paint: Paint = { red: 0, green: 0, blue: 0, gloss: 0, part: 0 }
  const shade = createShader(solids, lampInWorld, [ox, oy, oz])
  return (x, y, seen) => {
    // Length 1 along the view, so that ray lengths are depths.
    const u = (x - cx) / fx
    const v = (y - cy) / fy
    const dx = m[0]! * u + m[1]! * v + m[2]!
    const dy = m[4]! * u + m[5]! * v + m[6]!
    const dz = m[8]! * u + m[9]! * v + m[10]!
    let depth = Number.POSITIVE_INFINITY
    let hit: Solid | undefined
    for (let i = 0; i < solids.length; i++) {
      if (x < bounds[i * 4]! || x > bounds[i * 4 + 1]! || y < bounds[i * 4 + 2]! || y > bounds[i * 4 + 3]!) continue
      const entry = rayEntry(solids[i]!, ox, oy, oz, dx, dy, dz, depth)
      if (entry < depth) {
        depth = entry
        hit = solids[i]
      }
    }
    if (hit === undefined) depth = seeRoom(paint, ox, oy, oz, dx, dy, dz, seed, shade, seen)
    else seeSolid(paint, hit, ox + dx * depth, oy + dy * depth, oz + dz * depth, shade, seen)
    seen.depth = depth
    seen.label = hit?.instanceId ?? 0
    seen.part = hit === undefined ? 0 : hit.instanceId * partsPerThing + paint.part
  }
}

type Shader = (paint: Paint, x: number, y: number, z: number, nx: number, ny: number, nz: number, seen: Seen) => void

function seeSolid(paint: Paint, solid: Solid, x: number, y: number, z: number, shade: Shader, seen: Seen): void {
  const m = solid.worldFromSolid
  const px = x - solid.centreInWorld[0]
  const py = y - solid.centreInWorld[1]
  const pz = z - solid.centreInWorld[2]
  const u = m[0]! * px + m[3]! * py + m[6]! * pz
  const v = m[1]! * px + m[4]! * py + m[7]! * pz
  const w = m[2]! * px + m[5]! * py + m[8]! * pz
  if (solid.form === 'ball') {
    solid.look(paint, u, v, w, -1, 1)
    const r = solid.boundingRadius
    shade(paint, x, y, z, px / r, py / r, pz / r, seen)
    return
  }
  const a = Math.abs(u) / solid.half[0]
  const b = Math.abs(v) / solid.half[1]
  const c = Math.abs(w) / solid.half[2]
  const axis = a > b ? (a > c ? 0 : 2) : b > c ? 1 : 2
  const side = (axis === 0 ? u : axis === 1 ? v : w) < 0 ? -1 : 1
  solid.look(paint, u, v, w, axis, side)
  shade(paint, x, y, z, m[axis]! * side, m[3 + axis]! * side, m[6 + axis]! * side, seen)
}

function seeRoom(
  paint: Paint,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
  seed: number,
  shade: Shader,
  seen: Seen,
): number {
  const { minX, maxX, minY, maxY, minZ, maxZ } = roomBounds
  const toX = ((dx > 0 ? maxX : minX) - ox) / dx
  const toY = ((dy > 0 ? maxY : minY) - oy) / dy
  const toZ = ((dz > 0 ? maxZ : minZ) - oz) / dz
  const axis = toX < toY ? (toX < toZ ? 0 : 2) : toY < toZ ? 1 : 2
  const depth = axis === 0 ? toX : axis === 1 ? toY : toZ
  const side = (axis === 0 ? dx : axis === 1 ? dy : dz) < 0 ? -1 : 1
  const x = ox + dx * depth
  const y = oy + dy * depth
  const z = oz + dz * depth
  paintRoom(paint, x, y, z, axis, side, seed)
  shade(paint, x, y, z, axis === 0 ? -side : 0, axis === 1 ? -side : 0, axis === 2 ? -side : 0, seen)
  return depth
}

/** Light of one lamp with its shadows, light from all around that is stronger from above, and a highlight on what is glossy. */
function createShader(solids: readonly Solid[], [lx, ly, lz]: Vec3, [ex, ey, ez]: Vec3): Shader {
  const shadowed = createShadows(solids, [lx, ly, lz])
  return (paint, x, y, z, nx, ny, nz, seen) => {
    const tx = lx - x
    const ty = ly - y
    const tz = lz - z
    const distance = Math.sqrt(tx * tx + ty * ty + tz * tz)
    const facing = (nx * tx + ny * ty + nz * tz) / distance
    const around = 0.25 + 0.1 * nz + 0.04 * ny
    let direct = 0
    let highlight = 0
    // Rays to the lamp start a little off the surface, lest rounding makes it shade itself.
    if (facing > 0 && !shadowed(x + nx * 1e-4, y + ny * 1e-4, z + nz * 1e-4, tx, ty, tz, distance)) {
      direct = (1.25 * facing) / (0.55 + 0.085 * distance * distance)
      if (paint.gloss > 0) highlight = paint.gloss * glint(ex - x, ey - y, ez - z, tx / distance, ty / distance, tz / distance, nx, ny, nz)
    }
    seen.red = paint.red * (around + direct * 1.04) + highlight
    seen.green = paint.green * (around + direct * 0.98) + highlight
    seen.blue = paint.blue * (around * 1.06 + direct * 0.88) + highlight * 0.9
  }
}

type Shadows = (x: number, y: number, z: number, tx: number, ty: number, tz: number, distance: number) => boolean

/** Whether anything stands between a point and the lamp, t being the way there. Solids off that way are ruled out by their cone. */
function createShadows(solids: readonly Solid[], [lx, ly, lz]: Vec3): Shadows {
  const cones = Float64Array.from(
    solids.flatMap(({ centreInWorld: [x, y, z], boundingRadius }) => {
      const away = Math.hypot(x - lx, y - ly, z - lz)
      const widest = away > boundingRadius ? Math.sqrt(1 - (boundingRadius / away) ** 2) : -1
      return [(lx - x) / away, (ly - y) / away, (lz - z) / away, widest]
    }),
  )
  return (x, y, z, tx, ty, tz, distance) => {
    for (let i = 0; i < solids.length; i++) {
      const along = cones[i * 4]! * tx + cones[i * 4 + 1]! * ty + cones[i * 4 + 2]! * tz
      if (along > cones[i * 4 + 3]! * distance && rayEntry(solids[i]!, x, y, z, tx, ty, tz, 1) < 1) return true
    }
    return false
  }
}

/** Blinn's highlight: the surface's slope against the half-way between lamp (unit) and eye. */
function glint(ex: number, ey: number, ez: number, lx: number, ly: number, lz: number, nx: number, ny: number, nz: number): number {
  const toEye = 1 / Math.sqrt(ex * ex + ey * ey + ez * ez)
  const hx = ex * toEye + lx
  const hy = ey * toEye + ly
  const hz = ez * toEye + lz
  const slope = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz)
  return slope <= 0 ? 0 : 0.55 * slope ** 60
}

/** Left, right, top and bottom of the ball around a solid, in pixels; everything when the camera is within or near it. */
function boundsInFrame({ centreInWorld, boundingRadius: r }: Solid, { fx, fy, cx, cy }: Intrinsics, cameraFromWorld: Pose): number[] {
  const [x, y, z] = transformPoint(cameraFromWorld, centreInWorld)
  const far = Number.POSITIVE_INFINITY
  if (z < r * 1.1) return [-far, far, -far, far]
  const low = (at: number) => Math.min((at - r) / (z - r), (at - r) / (z + r))
  const high = (at: number) => Math.max((at + r) / (z - r), (at + r) / (z + r))
  return [fx * low(x) + cx, fx * high(x) + cx, fy * low(y) + cy, fy * high(y) + cy]
}

/** Pixels whose part differs from a neighbour's get the mean of four rays, as a lens would mix them. */
function softenOutlines(
  light: Float32Array,
  parts: Uint16Array,
  width: number,
  height: number,
  look: (x: number, y: number, seen: Seen) => void,
  seen: Seen,
): void {
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const part = parts[i]
      const same =
        (x === 0 || parts[i - 1] === part) &&
        (x === width - 1 || parts[i + 1] === part) &&
        (y === 0 || parts[i - width] === part) &&
        (y === height - 1 || parts[i + width] === part)
      if (same) continue
      let [red, green, blue] = [light[i * 3]!, light[i * 3 + 1]!, light[i * 3 + 2]!]
      for (let k = 0; k < 3; k++) {
        look(x + 0.2 + 0.3 * k, y + (k === 1 ? 0.15 : 0.8), seen)
        red += seen.red
        green += seen.green
        blue += seen.blue
      }
      light[i * 3] = red / 4
      light[i * 3 + 1] = green / 4
      light[i * 3 + 2] = blue / 4
    }
}

/** Linear light to 8-bit values with a gamma of 2.2, darker towards the corners, with the noise of a sensor. */
function expose(light: Float32Array, rgb: Uint8Array, width: number, height: number, grainSeed: number): void {
  const gamma = Float32Array.from({ length: 1025 }, (_, i) => 255 * (i / 1024) ** (1 / 2.2))
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const off = (x / width - 0.5) ** 2 + (y / height - 0.5) ** 2
      const exposure = 1024 * (1 - 0.35 * off)
      const common = hashAt(x, y, grainSeed) - 0.5
      for (let k = 0; k < 3; k++, i++) {
        const noise = common * 4 + (hashAt(x + k * 7919, y, grainSeed + 1) - 0.5) * 5
        const value = gamma[Math.min(1024, Math.round(light[i]! * exposure))]! + noise
        rgb[i] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value)
      }
    }
}
