// Variational refinement of a flow: brightness and gradient constancy against robust smoothness, solved by over-relaxation.
// Energy after Brox et al., High Accuracy Optical Flow Estimation Based on a Theory for Warping (ECCV 2004).
import type { Displacement } from './flow-search.ts'
import { gradients, type Plane } from './raster.ts'

const SMOOTHNESS = 10
const BRIGHTNESS = 2.5
const GRADIENT = 5
const EPSILON2 = 1e-6
const ZETA2 = 0.01
const RELAXATION = 1.6

/** `target` sampled where the flow points to from each pixel of the reference, edges repeated. */
function warped(target: Plane, flow: Displacement): Float32Array {
  const { width: w, height: h, values: t } = target
  const out = new Float32Array(w * h)
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const fx = Math.min(w - 1.001, Math.max(0, x + flow.u[i]!))
      const fy = Math.min(h - 1.001, Math.max(0, y + flow.v[i]!))
      const ix = fx | 0
      const iy = fy | 0
      const ax = fx - ix
      const ay = fy - iy
      const q = iy * w + ix
      out[i] = (1 - ay) * ((1 - ax) * t[q]! + ax * t[q + 1]!) + ay * ((1 - ax) * t[q + w]! + ax * t[q + w + 1]!)
    }
  }
  return out
}

/** Refines `flow` in place with `outer` relinearisations of the robust weights and `inner` sweeps for each. */
export function refineFlow(ref: Plane, target: Plane, flow: Displacement, outer: number, inner: number): void {
  const { width: w, height: h } = ref
  const n = w * h
  const moved = warped(target, flow)
  const mean = new Float32Array(n)
  const iz = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    mean[i] = 0.5 * (moved[i]! + ref.values[i]!)
    iz[i] = moved[i]! - ref.values[i]!
  }
  const first = gradients({ width: w, height: h, values: mean })
  const change = gradients({ width: w, height: h, values: iz })
  const xx = gradients({ width: w, height: h, values: first.gx })
  const yy = gradients({ width: w, height: h, values: first.gy })
  const du = new Float32Array(n)
  const dv = new Float32Array(n)
  const a11 = new Float32Array(n)
  const a12 = new Float32Array(n)
  const a22 = new Float32Array(n)
  const b1 = new Float32Array(n)
  const b2 = new Float32Array(n)
  const smooth = new Float32Array(n)
  const U = flow.u
  const V = flow.v
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < n; i++) {
      const ix = first.gx[i]!
      const iy = first.gy[i]!
      const z = iz[i]!
      const norm = ix * ix + iy * iy + ZETA2
      const e = z + ix * du[i]! + iy * dv[i]!
      const k = BRIGHTNESS / Math.sqrt((e * e) / norm + EPSILON2) / norm
      const ixx = xx.gx[i]!
      const ixy = xx.gy[i]!
      const iyy = yy.gy[i]!
      const zx = change.gx[i]!
      const zy = change.gy[i]!
      const n1 = ixx * ixx + ixy * ixy + ZETA2
      const n2 = iyy * iyy + ixy * ixy + ZETA2
      const ex = zx + ixx * du[i]! + ixy * dv[i]!
      const ey = zy + ixy * du[i]! + iyy * dv[i]!
      const g = GRADIENT / Math.sqrt((ex * ex) / n1 + (ey * ey) / n2 + EPSILON2)
      a11[i] = k * ix * ix + g * ((ixx * ixx) / n1 + (ixy * ixy) / n2)
      a12[i] = k * ix * iy + g * ((ixx * ixy) / n1 + (ixy * iyy) / n2)
      a22[i] = k * iy * iy + g * ((ixy * ixy) / n1 + (iyy * iyy) / n2)
      b1[i] = -k * ix * z - g * ((ixx * zx) / n1 + (ixy * zy) / n2)
      b2[i] = -k * iy * z - g * ((ixy * zx) / n1 + (iyy * zy) / n2)
    }
    for (let y = 0, i = 0; y < h; y++) {
      const d = y < h - 1 ? w : 0
      for (let x = 0; x < w; x++, i++) {
        const r = x < w - 1 ? 1 : 0
        const u0 = U[i]! + du[i]!
        const v0 = V[i]! + dv[i]!
        const ux = U[i + r]! + du[i + r]! - u0
        const uy = U[i + d]! + du[i + d]! - u0
        const vx = V[i + r]! + dv[i + r]! - v0
        const vy = V[i + d]! + dv[i + d]! - v0
        smooth[i] = SMOOTHNESS / Math.sqrt(ux * ux + uy * uy + vx * vx + vy * vy + EPSILON2)
      }
    }
    for (let s = 0; s < inner; s++) sweep(w, h, U, V, du, dv, a11, a12, a22, b1, b2, smooth)
  }
  for (let i = 0; i < n; i++) {
    U[i] = U[i]! + du[i]!
    V[i] = V[i]! + dv[i]!
  }
}

function sweep(
  w: number,
  h: number,
  U: Float32Array,
  V: Float32Array,
  du: Float32Array,
  dv: Float32Array,
  a11: Float32Array,
  a12: Float32Array,
  a22: Float32Array,
  b1: Float32Array,
  b2: Float32Array,
  smooth: Float32Array,
): void {
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const sr = x < w - 1 ? smooth[i]! : 0
      const sd = y < h - 1 ? smooth[i]! : 0
      const sl = x > 0 ? smooth[i - 1]! : 0
      const su = y > 0 ? smooth[i - w]! : 0
      const l = sl > 0 ? i - 1 : i
      const r = sr > 0 ? i + 1 : i
      const up = su > 0 ? i - w : i
      const dn = sd > 0 ? i + w : i
      const all = sr + sd + sl + su
      const pullU = sl * (U[l]! + du[l]!) + sr * (U[r]! + du[r]!) + su * (U[up]! + du[up]!) + sd * (U[dn]! + du[dn]!) - all * U[i]!
      const pullV = sl * (V[l]! + dv[l]!) + sr * (V[r]! + dv[r]!) + su * (V[up]! + dv[up]!) + sd * (V[dn]! + dv[dn]!) - all * V[i]!
      du[i] = du[i]! + RELAXATION * ((b1[i]! + pullU - a12[i]! * dv[i]!) / (a11[i]! + all) - du[i]!)
      dv[i] = dv[i]! + RELAXATION * ((b2[i]! + pullV - a12[i]! * du[i]!) / (a22[i]! + all) - dv[i]!)
    }
  }
}
