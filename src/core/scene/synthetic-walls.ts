// The empty room of the synthetic scene: its size, and the look of floor, rug, walls and ceiling.

import { type Colour, gridDistance, setColour } from './synthetic-looks.ts'
import { hashAt, smoothNoise } from './synthetic-random.ts'
import type { Paint } from './synthetic-solids.ts'

/** Metres; z is up and the floor is 0. */
export const roomBounds = { minX: -2.6, maxX: 2.6, minY: -2.6, maxY: 2.5, minZ: 0, maxZ: 2.7 } as const

/** Fills `paint` for a point on the face of the room that `axis` (0..2) and `side` (-1 or 1) name. */
export function paintRoom(paint: Paint, x: number, y: number, z: number, axis: number, side: number, seed: number): void {
  paint.gloss = 0
  paint.part = 0
  if (axis === 2 && side < 0) paintFloor(paint, x, y, seed)
  else if (axis === 2) setColour(paint, [0.8, 0.79, 0.76], 1)
  else if (axis === 1 && side > 0) paintBackWall(paint, x, z, seed)
  else paintSideWall(paint, axis === 0 ? y : x, z, seed)
  darkenCorners(paint, x, y, z, axis)
}

function paintFloor(paint: Paint, x: number, y: number, seed: number): void {
  const [across, along] = [Math.abs(x - 0.15) - 1.15, Math.abs(y - 0.75) - 0.85]
  if (across < 0 && along < 0) {
    paintRug(paint, x, y, Math.min(-across, -along), seed)
    return
  }
  const row = Math.floor(x / 0.13)
  const shifted = y / 0.95 + hashAt(row, 0, seed)
  const board = Math.floor(shifted)
  const gap = Math.min(gridDistance(x, 0.13), gridDistance(shifted, 1) * 0.95)
  const grain = smoothNoise(x * 70, y * 5 + row * 3, seed + board) * 0.3 + smoothNoise(x * 18, y * 1.5 + row, seed + 2) * 0.25
  setColour(paint, [0.44, 0.26, 0.12], gap < 0.004 ? 0.4 : 0.62 + 0.3 * hashAt(row, board, seed + 1) + grain)
  paint.gloss = 0.25
}

function paintRug(paint: Paint, x: number, y: number, border: number, seed: number): void {
  const red: Colour = [0.42, 0.07, 0.06]
  const cream: Colour = [0.72, 0.62, 0.43]
  const blue: Colour = [0.06, 0.11, 0.25]
  const diamond = gridDistance(x - 0.15, 0.46) / 0.23 + gridDistance(y - 0.75, 0.34) / 0.17
  const zigzag = gridDistance(border + 0.5 * gridDistance(x + y, 0.12), 0.06)
  let colour = diamond < 0.45 ? cream : diamond < 0.62 ? blue : Math.abs(diamond - 1.25) < 0.1 ? cream : red
  if (border < 0.16) colour = zigzag < 0.012 ? cream : blue
  if (border < 0.03 || Math.abs(border - 0.16) < 0.012) colour = cream
  setColour(paint, colour, 0.75 + 0.4 * smoothNoise(x * 160, y * 160, seed + 3))
}

function paintBackWall(paint: Paint, x: number, z: number, seed: number): void {
  const plaster = 0.94 + 0.1 * (smoothNoise(x * 5, z * 5, seed + 4) - 0.5) + 0.06 * (smoothNoise(x * 60, z * 60, seed + 5) - 0.5)
  const leaf = gridDistance(x, 0.22) / 0.05 + gridDistance(z + (Math.round(x / 0.22) & 1) * 0.13, 0.26) / 0.08
  setColour(paint, leaf < 1 ? [0.36, 0.47, 0.4] : [0.62, 0.65, 0.56], plaster)
  const [u, v] = [(x - 0.35) / 0.62, (z - 1.5) / 0.4]
  if (Math.abs(u) < 1 && Math.abs(v) < 1) paintPicture(paint, u, v, seed)
  if (z < 0.12) setColour(paint, [0.75, 0.73, 0.68], z > 0.105 ? 0.6 : 1)
}

/** A framed landscape; u and v run from -1 to 1. */
function paintPicture(paint: Paint, u: number, v: number, seed: number): void {
  const border = Math.min((1 - Math.abs(u)) * 0.62, (1 - Math.abs(v)) * 0.4)
  const hills = -0.15 + 0.35 * (smoothNoise(u * 2.2 + 5, 0, seed + 6) - 0.5) + 0.1 * smoothNoise(u * 9, 1, seed + 6)
  const ridge = 0.2 + 0.55 * (smoothNoise(u * 1.6 + 1, 2, seed + 6) - 0.4)
  if (border < 0.03) setColour(paint, [0.12, 0.07, 0.04], 1)
  else if (border < 0.075) setColour(paint, [0.82, 0.8, 0.74], 1)
  else if (v < hills) setColour(paint, [0.16, 0.28, 0.08], 0.8 + 0.6 * smoothNoise(u * 30, v * 14, seed + 7))
  else if (v < ridge) setColour(paint, [0.22, 0.26, 0.4], 0.9 + 0.3 * smoothNoise(u * 12, v * 12, seed + 8))
  else if (Math.hypot((u - 0.4) * 1.55, v - 0.55) < 0.2) setColour(paint, [0.95, 0.75, 0.35], 1)
  else setColour(paint, [0.85, 0.5 + v * 0.15, 0.35 + v * 0.3], 0.9)
}

function paintSideWall(paint: Paint, along: number, z: number, seed: number): void {
  const plaster = 0.93 + 0.14 * (smoothNoise(along * 6, z * 6, seed + 9) - 0.5)
  setColour(paint, [0.55, 0.58, 0.62], plaster)
  if (z < 0.85) setColour(paint, [0.68, 0.66, 0.6], gridDistance(along, 0.18) < 0.006 || Math.abs(z - 0.82) < 0.008 ? 0.55 : 1)
}

/** Less light reaches where two faces of the room meet. */
function darkenCorners(paint: Paint, x: number, y: number, z: number, axis: number): void {
  const toX = axis === 0 ? 9 : Math.min(x - roomBounds.minX, roomBounds.maxX - x)
  const toY = axis === 1 ? 9 : Math.min(y - roomBounds.minY, roomBounds.maxY - y)
  const toZ = axis === 2 ? 9 : Math.min(z - roomBounds.minZ, roomBounds.maxZ - z)
  const light = (1 - 0.3 * Math.exp(-toX * 5)) * (1 - 0.3 * Math.exp(-toY * 5)) * (1 - 0.3 * Math.exp(-toZ * 5))
  paint.red *= light
  paint.green *= light
  paint.blue *= light
}
