// Dense motion between two frames, both ways, kept small enough to be stored and shared by every object and both passes.
import { refineFlow } from './flow-refine.ts'
import { type Displacement, padded, searchPatches } from './flow-search.ts'
import { assertRgb, gradients, halved, lumaFromRgb, type Plane, type Rgb } from './raster.ts'

/** Displacements are stored in sixteenths of a frame pixel: about +-2047 pixels fit. */
export const FLOW_UNIT = 16

/** Motion out of one frame into the other. Cell (cx, cy) stands for the frame pixels cx*stride .. cx*stride+stride-1, likewise down. */
export type Motion = {
  /** Displacement in frame pixels times FLOW_UNIT. */
  readonly dx: Int16Array
  readonly dy: Int16Array
  /** 0..255: how well going there and coming back ends where it began; 0 also where the way leads out of the picture. */
  readonly trust: Uint8Array
}

/** Motion between the frames `a` and `b`, both ways, on a grid of `gridWidth` x `gridHeight` cells. */
export type FlowField = {
  readonly width: number
  readonly height: number
  readonly stride: number
  readonly gridWidth: number
  readonly gridHeight: number
  readonly forward: Motion
  readonly backward: Motion
}

/** Index of the cell that stands for a place inside the frame, in frame pixels. */
export function flowCell(flow: FlowField, fx: number, fy: number): number {
  return Math.floor(fy / flow.stride) * flow.gridWidth + Math.floor(fx / flow.stride)
}

/** Steps downhill a patch takes at most in each pass. */
const ITERATIONS = 8

export type FlowOptions = {
  /** Frame pixels a cell: 2 (default), or 1 for small frames, or more for speed. */
  readonly stride?: number
  /** Distance between patches on each level, in cells (default 3). */
  readonly step?: number
}

/** The same field seen from the other frame: no copy is made. */
export function reversedFlow(flow: FlowField): FlowField {
  return { ...flow, forward: flow.backward, backward: flow.forward }
}

function pyramid(frame: Rgb, stride: number): readonly Plane[] {
  const levels = [lumaFromRgb(frame, stride)]
  for (;;) {
    const last = levels[levels.length - 1]!
    if (Math.min(last.width, last.height) < 32) return levels
    levels.push(halved(last))
  }
}

function doubled(flow: Displacement, width: number, height: number): Displacement {
  const u = new Float32Array(width * height)
  const v = new Float32Array(width * height)
  const { width: sw, height: sh } = flow
  for (let y = 0, i = 0; y < height; y++) {
    const fy = Math.min(sh - 1, Math.max(0, y / 2 - 0.25))
    const y0 = fy | 0
    const y1 = Math.min(sh - 1, y0 + 1)
    const ay = fy - y0
    for (let x = 0; x < width; x++, i++) {
      const fx = Math.min(sw - 1, Math.max(0, x / 2 - 0.25))
      const x0 = fx | 0
      const x1 = Math.min(sw - 1, x0 + 1)
      const ax = fx - x0
      const p = y0 * sw + x0
      const q = y0 * sw + x1
      const r = y1 * sw + x0
      const s = y1 * sw + x1
      u[i] = 2 * ((1 - ay) * ((1 - ax) * flow.u[p]! + ax * flow.u[q]!) + ay * ((1 - ax) * flow.u[r]! + ax * flow.u[s]!))
      v[i] = 2 * ((1 - ay) * ((1 - ax) * flow.v[p]! + ax * flow.v[q]!) + ay * ((1 - ax) * flow.v[r]! + ax * flow.v[s]!))
    }
  }
  return { width, height, u, v }
}

function oneWay(from: readonly Plane[], to: readonly Plane[], step: number): Displacement {
  const top = from[from.length - 1]!
  let flow: Displacement = {
    width: top.width,
    height: top.height,
    u: new Float32Array(top.values.length),
    v: new Float32Array(top.values.length),
  }
  for (let level = from.length - 1; level >= 0; level--) {
    const a = from[level]!
    const b = to[level]!
    if (level < from.length - 1) flow = doubled(flow, a.width, a.height)
    if (Math.min(a.width, a.height) < 10) continue
    const { gx, gy } = gradients(a)
    searchPatches(a, gx, gy, padded(b), flow, step, ITERATIONS)
    refineFlow(a, b, flow, 3, 4)
  }
  return flow
}

function motion(there: Displacement, back: Displacement, stride: number): Motion {
  const { width: w, height: h } = there
  const dx = new Int16Array(w * h)
  const dy = new Int16Array(w * h)
  const trust = new Uint8Array(w * h)
  const fixed = (value: number) => Math.max(-32767, Math.min(32767, Math.round(value * stride * FLOW_UNIT)))
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const u = there.u[i]!
      const v = there.v[i]!
      dx[i] = fixed(u)
      dy[i] = fixed(v)
      const tx = Math.round(x + u)
      const ty = Math.round(y + v)
      if (tx < 0 || ty < 0 || tx >= w || ty >= h) continue
      const j = ty * w + tx
      const eu = u + back.u[j]!
      const ev = v + back.v[j]!
      // The error that is allowed grows with the motion (Sundaram et al. 2010).
      const allowed = 0.5 + 0.01 * (u * u + v * v + back.u[j]! ** 2 + back.v[j]! ** 2)
      trust[i] = Math.round(255 * Math.exp(-(eu * eu + ev * ev) / (2 * allowed)))
    }
  }
  return { dx, dy, trust }
}

/** Dense motion between two pictures of the same size (at least 16 pixels each way), both ways. Throws RangeError on unequal sizes. */
export function computeFlow(a: Rgb, b: Rgb, options: FlowOptions = {}): FlowField {
  assertRgb(a)
  assertRgb(b)
  if (a.width !== b.width || a.height !== b.height) throw new RangeError('Flow needs two pictures of the same size')
  const stride = options.stride ?? 2
  const step = options.step ?? 3
  const pa = pyramid(a, stride)
  const pb = pyramid(b, stride)
  const forward = oneWay(pa, pb, step)
  const backward = oneWay(pb, pa, step)
  return {
    width: a.width,
    height: a.height,
    stride,
    gridWidth: forward.width,
    gridHeight: forward.height,
    forward: motion(forward, backward, stride),
    backward: motion(backward, forward, stride),
  }
}
