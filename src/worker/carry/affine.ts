// One smooth motion fitted to many displacements, robust against those that follow another.

/** Displacement u = p0 + p1 x + p2 y, v = p3 + p4 x + p5 y, with x and y in frame pixels from the view's corner, divided by `scale`. */
export type Affine = { readonly p: Float64Array; readonly scale: number }

/** x, y, u, v, weight of one sample after another. */
export type Samples = { readonly values: Float64Array; count: number }

const ROUNDS = 8
/** Spread (pixels) of the errors a fit takes for granted: wide in the first rounds so that a wrong start can be left, narrow later. */
const WIDE = 4
const NARROW = 1.5
/** Keeps a fit on a narrow strip close to a pure shift. */
const RIDGE = 1e-3
/** Robust affine fit by reweighted least squares (Geman-McClure weights); undefined when there is too little to fit. */
export function fitAffine(samples: Samples, scale: number): Affine | undefined {
  if (samples.count < 12) return undefined
  const s = samples.values
  const p = new Float64Array(6)
  for (let round = 0; round < ROUNDS; round++) {
    const spread = round < 3 ? WIDE : NARROW
    let w0 = 0
    let wx = 0
    let wy = 0
    let wxx = 0
    let wxy = 0
    let wyy = 0
    const m = new Float64Array(6)
    for (let i = 0; i < 5 * samples.count; i += 5) {
      const x = s[i]!
      const y = s[i + 1]!
      const u = s[i + 2]!
      const v = s[i + 3]!
      let w = s[i + 4]!
      if (round > 0) {
        const eu = u - p[0]! - p[1]! * x - p[2]! * y
        const ev = v - p[3]! - p[4]! * x - p[5]! * y
        w /= (1 + (eu * eu + ev * ev) / (spread * spread)) ** 2
      }
      w0 += w
      wx += w * x
      wy += w * y
      wxx += w * x * x
      wxy += w * x * y
      wyy += w * y * y
      m[0] = m[0]! + w * u
      m[1] = m[1]! + w * u * x
      m[2] = m[2]! + w * u * y
      m[3] = m[3]! + w * v
      m[4] = m[4]! + w * v * x
      m[5] = m[5]! + w * v * y
    }
    if (!(w0 > 1e-9)) return undefined
    const mx = wx / w0
    const my = wy / w0
    const cxx = wxx / w0 - mx * mx + RIDGE
    const cxy = wxy / w0 - mx * my
    const cyy = wyy / w0 - my * my + RIDGE
    const det = cxx * cyy - cxy * cxy
    for (let o = 0; o < 6; o += 3) {
      const a = (m[o + 1]! - mx * m[o]!) / w0
      const b = (m[o + 2]! - my * m[o]!) / w0
      p[o + 1] = (cyy * a - cxy * b) / det
      p[o + 2] = (cxx * b - cxy * a) / det
      p[o] = m[o]! / w0 - p[o + 1]! * mx - p[o + 2]! * my
    }
  }
  return { p, scale }
}

/** Pixels between a displacement and what the motion says at x, y. */
export function errorOf(a: Affine, x: number, y: number, u: number, v: number): number {
  const { p, scale } = a
  const eu = u - p[0]! - (p[1]! * x + p[2]! * y) / scale
  const ev = v - p[3]! - (p[4]! * x + p[5]! * y) / scale
  return Math.sqrt(eu * eu + ev * ev)
}
