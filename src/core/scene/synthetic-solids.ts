// The solids that synthetic things are built of, and where a ray meets them.

import type { Vec3 } from './pose.ts'

/** What a look says about one point of a surface: linear colour 0..1, gloss 0..1, and which part of the thing it belongs to. */
export type Paint = { red: number; green: number; blue: number; gloss: number; part: number }

/**
 * Fills `paint` for a point given in the solid's own space, in metres from its centre. On a box, `axis` (0..2) and `side` (-1 or 1)
 * name the face; on a ball, axis is -1.
 */
export type Look = (paint: Paint, x: number, y: number, z: number, axis: number, side: number) => void

/** 3 x 3, row by row. */
export type Turn = readonly number[]

/** A box with its half sides, or a ball with its radius in all three. Never larger than its bounding radius. */
export type Solid = {
  readonly form: 'box' | 'ball'
  readonly centreInWorld: Vec3
  readonly worldFromSolid: Turn
  readonly half: Vec3
  readonly boundingRadius: number
  readonly instanceId: number
  readonly look: Look
}

export function boxSolid(instanceId: number, centreInWorld: Vec3, half: Vec3, worldFromSolid: Turn, look: Look): Solid {
  return { form: 'box', centreInWorld, worldFromSolid, half, boundingRadius: Math.hypot(...half), instanceId, look }
}

export function ballSolid(instanceId: number, centreInWorld: Vec3, radius: number, worldFromSolid: Turn, look: Look): Solid {
  return { form: 'ball', centreInWorld, worldFromSolid, half: [radius, radius, radius], boundingRadius: radius, instanceId, look }
}

export function turnAboutZ(angle: number): Turn {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return [c, -s, 0, s, c, 0, 0, 0, 1]
}

/** Rolls along +x as the angle grows, turned by `heading` about z. */
export function rollingTurn(angle: number, heading: number): Turn {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const [ch, sh] = [Math.cos(heading), Math.sin(heading)]
  return [ch * c, -sh, ch * s, sh * c, ch, sh * s, -s, 0, c]
}

/**
 * How many ray lengths from the origin the ray enters the solid; infinity when it does not within (0, limit). A ray that starts
 * within the solid does not enter it.
 */
export function rayEntry(solid: Solid, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, limit: number): number {
  const px = ox - solid.centreInWorld[0]
  const py = oy - solid.centreInWorld[1]
  const pz = oz - solid.centreInWorld[2]
  const a = dx * dx + dy * dy + dz * dz
  const b = px * dx + py * dy + pz * dz
  const c = px * px + py * py + pz * pz - solid.boundingRadius * solid.boundingRadius
  const inside = b * b - a * c
  if (inside <= 0) return Number.POSITIVE_INFINITY
  if (solid.form === 'ball') {
    const entry = (-b - Math.sqrt(inside)) / a
    return entry > 0 && entry < limit ? entry : Number.POSITIVE_INFINITY
  }
  if (b > 0 && c > 0) return Number.POSITIVE_INFINITY
  return boxEntry(solid, px, py, pz, dx, dy, dz, limit)
}

/** The slab method in the box's own space; p is the ray's origin from the box's centre. */
function boxEntry(solid: Solid, px: number, py: number, pz: number, dx: number, dy: number, dz: number, limit: number): number {
  const m = solid.worldFromSolid
  let enter = Number.NEGATIVE_INFINITY
  let leave = limit
  for (let axis = 0; axis < 3; axis++) {
    const along = m[axis]! * dx + m[3 + axis]! * dy + m[6 + axis]! * dz
    const from = m[axis]! * px + m[3 + axis]! * py + m[6 + axis]! * pz
    const half = solid.half[axis]!
    const near = (along > 0 ? -half - from : half - from) / along
    const far = (along > 0 ? half - from : -half - from) / along
    if (near > enter) enter = near
    if (far < leave) leave = far
  }
  return enter > 0 && enter < leave ? enter : Number.POSITIVE_INFINITY
}
