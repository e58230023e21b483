// The part of a frame in which one object is looked for, on a grid of cells coarse enough for the time it may take.
import type { Colours, LabLevel } from './colour.ts'
import { type Box, cropFromMask, type MaskCrop } from './crop.ts'

/** Cells x0 .. x0+width-1, y0 .. of a colour level; cell (x, y) covers frame pixels x*step .. x*step+step-1, likewise down. */
export type View = {
  readonly level: LabLevel
  readonly frame: Colours
  readonly step: number
  readonly x0: number
  readonly y0: number
  readonly width: number
  readonly height: number
}

/** Weight of the carried edge against the interpolated labels. */
const FINE_EDGE = 0.9

/** The view of a box (cut to the frame) with at most about `cells` cells. */
export function viewOf(colours: Colours, box: Box, cells: number): View {
  let step = 1
  while (((box.x1 - box.x0) * (box.y1 - box.y0)) / (step * step) > cells && step < 64) step *= 2
  const level = colours.level(step)
  const x0 = Math.max(0, Math.min(level.width - 1, Math.floor(box.x0 / step)))
  const y0 = Math.max(0, Math.min(level.height - 1, Math.floor(box.y0 / step)))
  const x1 = Math.max(x0 + 1, Math.min(level.width, Math.ceil(box.x1 / step)))
  const y1 = Math.max(y0 + 1, Math.min(level.height, Math.ceil(box.y1 / step)))
  return { level, frame: colours, step, x0, y0, width: x1 - x0, height: y1 - y0 }
}

/** Goes through the cells of a view with the middle of each, in frame pixels, cut to the frame. */
export function forCells(view: View, visit: (cell: number, fx: number, fy: number) => void): void {
  for (let y = 0, i = 0; y < view.height; y++) {
    const fy = Math.min(view.frame.height - 1, (view.y0 + y + 0.5) * view.step - 0.5)
    for (let x = 0; x < view.width; x++, i++) visit(i, Math.min(view.frame.width - 1, (view.x0 + x + 0.5) * view.step - 0.5), fy)
  }
}

/** Which cells belong to a mask: those whose middle pixel does. */
export function cellsOf(view: View, crop: MaskCrop): Uint8Array {
  const out = new Uint8Array(view.width * view.height)
  const half = view.step >> 1
  for (let y = 0, i = 0; y < view.height; y++) {
    const py = (view.y0 + y) * view.step + half - crop.y0
    for (let x = 0; x < view.width; x++, i++) {
      const px = (view.x0 + x) * view.step + half - crop.x0
      if (px >= 0 && py >= 0 && px < crop.width && py < crop.height) out[i] = crop.bits[py * crop.width + px]!
    }
  }
  return out
}

/**
 * Frame-pixel mask of labelled cells. Between cell centres the labels are interpolated; where they leave a pixel open, the finer edge
 * `distance` (signed, in pixels, asked at pixel centres of the frame) decides, so that coarse cells do not wear a mask down.
 */
export function maskFromCells(view: View, labels: Uint8Array, distance: (fx: number, fy: number) => number): MaskCrop {
  const { step: s, width: w, height: h } = view
  const left = view.x0 * s
  const top = view.y0 * s
  if (s === 1) return cropFromMask(labels, w, h, left, top)
  const bw = Math.min(view.frame.width, (view.x0 + w) * s) - left
  const bh = Math.min(view.frame.height, (view.y0 + h) * s) - top
  const bits = new Uint8Array(bw * bh)
  for (let y = 0, o = 0; y < bh; y++) {
    const fy = Math.max(0, Math.min(h - 1, (y + 0.5) / s - 0.5))
    const y0 = fy | 0
    const ay = fy - y0
    const r0 = y0 * w
    const r1 = Math.min(h - 1, y0 + 1) * w
    for (let x = 0; x < bw; x++, o++) {
      const fx = Math.max(0, Math.min(w - 1, (x + 0.5) / s - 0.5))
      const c0 = fx | 0
      const c1 = Math.min(w - 1, c0 + 1)
      const ax = fx - c0
      const v =
        (1 - ay) * ((1 - ax) * labels[r0 + c0]! + ax * labels[r0 + c1]!) + ay * ((1 - ax) * labels[r1 + c0]! + ax * labels[r1 + c1]!)
      if (v === 0) continue
      if (v === 1) bits[o] = 1
      else bits[o] = 2 * v - 1 + FINE_EDGE * Math.max(-1, Math.min(1, distance(left + x, top + y) / s)) > 0 ? 1 : 0
    }
  }
  return cropFromMask(bits, bw, bh, left, top)
}
