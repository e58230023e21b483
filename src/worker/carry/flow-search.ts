// Patch search of the dense flow: each patch of one picture slides downhill to where it fits the other, then patches are blended.
// Follows Kroeger et al., Fast Optical Flow using Dense Inverse Search (ECCV 2016), with mean-free patches.
import type { Plane } from './raster.ts'

const PATCH = 8
const AREA = PATCH * PATCH
/** Border around the padded target, in pixels: a patch may lie wholly outside the picture and still be compared. */
export const PAD = 16

/** A dense displacement in pixels of its own level. */
export type Displacement = { readonly width: number; readonly height: number; readonly u: Float32Array; readonly v: Float32Array }

/** The plane with its edge values repeated PAD pixels outwards. */
export function padded(plane: Plane): Plane {
  const { width: w, height: h, values } = plane
  const pw = w + 2 * PAD
  const ph = h + 2 * PAD
  const out = new Float32Array(pw * ph)
  for (let y = 0; y < ph; y++) {
    const row = Math.min(h - 1, Math.max(0, y - PAD)) * w
    for (let x = 0; x < pw; x++) out[y * pw + x] = values[row + Math.min(w - 1, Math.max(0, x - PAD))]!
  }
  return { width: pw, height: ph, values: out }
}

function starts(length: number, step: number): Int32Array {
  const last = Math.max(0, length - PATCH)
  const count = Math.ceil(last / step) + 1
  return Int32Array.from({ length: count }, (_, i) => Math.min(last, i * step))
}

/**
 * Improves `flow` (from `ref` to the padded `target`, same level) in place.
 * `gx`, `gy` are the gradients of `ref`. The level must be at least 8x8 pixels.
 */
export function searchPatches(
  ref: Plane,
  gx: Float32Array,
  gy: Float32Array,
  target: Plane,
  flow: Displacement,
  step: number,
  iterations: number,
): void {
  const { width: w, height: h, values: r } = ref
  const xs = starts(w, step)
  const ys = starts(h, step)
  const nx = xs.length
  const ny = ys.length
  const pu = new Float32Array(nx * ny)
  const pv = new Float32Array(nx * ny)
  const cost = new Float32Array(nx * ny).fill(-1)
  const t = target.values
  const tw = target.width
  const clampX = (px: number, u: number) => Math.min(w - 1 + PAD - PATCH - px - 0.01, Math.max(-PAD - px + 0.01, u))
  const clampY = (py: number, v: number) => Math.min(h - 1 + PAD - PATCH - py - 0.01, Math.max(-PAD - py + 0.01, v))
  // Sums of the last comparison, kept outside the loop so that no object is made per patch.
  let sd = 0
  let sgx = 0
  let sgy = 0
  const compare = (px: number, py: number, u: number, v: number): number => {
    const fx = px + u + PAD
    const fy = py + v + PAD
    const ix = Math.floor(fx)
    const iy = Math.floor(fy)
    const ax = fx - ix
    const ay = fy - iy
    const w00 = (1 - ax) * (1 - ay)
    const w01 = ax * (1 - ay)
    const w10 = (1 - ax) * ay
    const w11 = ax * ay
    let sdd = 0
    sd = 0
    sgx = 0
    sgy = 0
    for (let y = 0; y < PATCH; y++) {
      let q = (iy + y) * tw + ix
      let i = (py + y) * w + px
      for (let x = 0; x < PATCH; x++, q++, i++) {
        const d = w00 * t[q]! + w01 * t[q + 1]! + w10 * t[q + tw]! + w11 * t[q + tw + 1]! - r[i]!
        sd += d
        sdd += d * d
        sgx += d * gx[i]!
        sgy += d * gy[i]!
      }
    }
    return sdd - (sd * sd) / AREA
  }
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < nx * ny; k++) {
      const n = pass === 0 ? k : nx * ny - 1 - k
      const pi = n % nx
      const pj = (n - pi) / nx
      const px = xs[pi]!
      const py = ys[pj]!
      let bestU: number
      let bestV: number
      let best: number
      if (pass === 0) {
        const c = (py + PATCH / 2) * w + px + PATCH / 2
        bestU = clampX(px, flow.u[c]!)
        bestV = clampY(py, flow.v[c]!)
        best = compare(px, py, bestU, bestV)
      } else {
        bestU = pu[n]!
        bestV = pv[n]!
        best = cost[n]!
      }
      const side = pass === 0 ? -1 : 1
      let changed = pass === 0
      for (let s = 0; s < 2; s++) {
        if (s === 0 ? pi + side < 0 || pi + side >= nx : pj + side < 0 || pj + side >= ny) continue
        const m = s === 0 ? n + side : n + side * nx
        const cu = clampX(px, pu[m]!)
        const cv = clampY(py, pv[m]!)
        if (cu === bestU && cv === bestV) continue
        const c = compare(px, py, cu, cv)
        if (c < best) {
          best = c
          bestU = cu
          bestV = cv
          changed = true
        }
      }
      // The first pass already went downhill from here.
      if (!changed) continue
      // Structure tensor of the patch with its mean taken out.
      let hxx = 0
      let hxy = 0
      let hyy = 0
      let mx = 0
      let my = 0
      for (let y = 0; y < PATCH; y++) {
        for (let x = 0, i = (py + y) * w + px; x < PATCH; x++, i++) {
          const a = gx[i]!
          const b = gy[i]!
          hxx += a * a
          hxy += a * b
          hyy += b * b
          mx += a
          my += b
        }
      }
      // The ridge keeps flat patches at rest instead of letting noise throw them about.
      hxx += 16 - (mx * mx) / AREA
      hyy += 16 - (my * my) / AREA
      hxy -= (mx * my) / AREA
      const det = hxx * hyy - hxy * hxy
      let u = bestU
      let v = bestV
      const u0 = u
      const v0 = v
      let c = compare(px, py, u, v)
      for (let it = 0; it < iterations; it++) {
        const bx = sgx - (sd * mx) / AREA
        const by = sgy - (sd * my) / AREA
        const du = (hyy * bx - hxy * by) / det
        const dv = (hxx * by - hxy * bx) / det
        u = clampX(px, u - du)
        v = clampY(py, v - dv)
        c = compare(px, py, u, v)
        if (c >= best) break
        best = c
        bestU = u
        bestV = v
        if (du * du + dv * dv < 0.0004) break
      }
      // A patch that ran further than its own size has found some other patch.
      if (Math.abs(bestU - u0) > PATCH || Math.abs(bestV - v0) > PATCH) {
        bestU = u0
        bestV = v0
        best = compare(px, py, u0, v0)
      }
      pu[n] = bestU
      pv[n] = bestV
      cost[n] = best
    }
  }
  blend(ref, target, xs, ys, pu, pv, flow)
}

/** Each pixel takes the mean of the patches over it, those that fit it well counting more. */
function blend(ref: Plane, target: Plane, xs: Int32Array, ys: Int32Array, pu: Float32Array, pv: Float32Array, flow: Displacement): void {
  const { width: w, values: r } = ref
  const t = target.values
  const tw = target.width
  const weight = new Float32Array(r.length)
  flow.u.fill(0)
  flow.v.fill(0)
  for (let j = 0, n = 0; j < ys.length; j++) {
    for (let i = 0; i < xs.length; i++, n++) {
      const px = xs[i]!
      const py = ys[j]!
      const u = pu[n]!
      const v = pv[n]!
      const ix = Math.floor(px + u + PAD)
      const iy = Math.floor(py + v + PAD)
      const ax = px + u + PAD - ix
      const ay = py + v + PAD - iy
      const w00 = (1 - ax) * (1 - ay)
      const w01 = ax * (1 - ay)
      const w10 = (1 - ax) * ay
      const w11 = ax * ay
      for (let y = 0; y < PATCH; y++) {
        for (let x = 0, q = (iy + y) * tw + ix, o = (py + y) * w + px; x < PATCH; x++, q++, o++) {
          const d = w00 * t[q]! + w01 * t[q + 1]! + w10 * t[q + tw]! + w11 * t[q + tw + 1]! - r[o]!
          const k = 1 / Math.max(1, Math.abs(d))
          weight[o] = weight[o]! + k
          flow.u[o] = flow.u[o]! + k * u
          flow.v[o] = flow.v[o]! + k * v
        }
      }
    }
  }
  for (let o = 0; o < weight.length; o++) {
    flow.u[o] = flow.u[o]! / weight[o]!
    flow.v[o] = flow.v[o]! / weight[o]!
  }
}
