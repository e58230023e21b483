// Made-up moving pictures with known masks and motion, for tests.
import { cropFromMask, type MaskCrop } from './crop.ts'
import type { Rgb } from './raster.ts'

/** A textured disc: its centre and radius in pixels, its base colour, and a seed for its texture. */
export type Disc = {
  readonly cx: number
  readonly cy: number
  readonly radius: number
  readonly colour: readonly [number, number, number]
  readonly seed: number
}

/** Value noise, -1..1, smooth over `pitch` pixels. Pure arithmetic on whole numbers: the same on every machine. */
function noise(x: number, y: number, pitch: number, seed: number): number {
  const at = (i: number, j: number) => {
    let n = Math.imul(i, 374761393) ^ Math.imul(j, 668265263) ^ Math.imul(seed, 1274126177)
    n = Math.imul(n ^ (n >>> 13), 1103515245)
    return ((n ^ (n >>> 16)) & 0xffff) / 32767.5 - 1
  }
  const fx = x / pitch
  const fy = y / pitch
  const ix = Math.floor(fx)
  const iy = Math.floor(fy)
  const ax = fx - ix
  const ay = fy - iy
  return (1 - ay) * ((1 - ax) * at(ix, iy) + ax * at(ix + 1, iy)) + ay * ((1 - ax) * at(ix, iy + 1) + ax * at(ix + 1, iy + 1))
}

/** A textured background shifted by (shiftX, shiftY) with discs painted on it, the last on top; a disc's texture moves and scales with it. */
export function paint(width: number, height: number, shiftX: number, shiftY: number, discs: readonly Disc[]): Rgb {
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      let colour: readonly [number, number, number] = [90, 110, 80]
      let grain = noise(x - shiftX, y - shiftY, 9, 1) + 0.5 * noise(x - shiftX, y - shiftY, 4, 2)
      for (const d of discs) {
        const dx = x - d.cx
        const dy = y - d.cy
        if (dx * dx + dy * dy > d.radius * d.radius) continue
        colour = d.colour
        const s = 30 / d.radius
        grain = noise(dx * s + 500, dy * s + 500, 8, d.seed) + 0.5 * noise(dx * s, dy * s, 4, d.seed + 1)
      }
      for (let c = 0; c < 3; c++) pixels[p + c] = Math.max(0, Math.min(255, Math.round(colour[c]! + 28 * grain)))
    }
  }
  return { width, height, pixels }
}

/** True mask of a disc, without what lies outside the frame. */
export function discMask(width: number, height: number, disc: Disc): MaskCrop {
  const mask = new Uint8Array(width * height)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) mask[i] = (x - disc.cx) ** 2 + (y - disc.cy) ** 2 <= disc.radius * disc.radius ? 1 : 0
  return cropFromMask(mask, width, height)
}

/** Overlap over union of two crops; two empty ones agree. */
export function overlap(a: MaskCrop, b: MaskCrop): number {
  const read = (m: MaskCrop, x: number, y: number) =>
    x >= m.x0 && y >= m.y0 && x < m.x0 + m.width && y < m.y0 + m.height ? m.bits[(y - m.y0) * m.width + x - m.x0]! : 0
  let both = 0
  let either = 0
  for (let y = Math.min(a.y0, b.y0); y < Math.max(a.y0 + a.height, b.y0 + b.height); y++) {
    for (let x = Math.min(a.x0, b.x0); x < Math.max(a.x0 + a.width, b.x0 + b.width); x++) {
      const p = read(a, x, y)
      const q = read(b, x, y)
      both += p & q
      either += p | q
    }
  }
  return either === 0 ? 1 : both / either
}
