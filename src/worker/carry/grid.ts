// A coarse five-dimensional table of "object or not" over place and colour: soft nearest neighbours at the price of a look-up.
// The idea is that of bilateral space (Chen et al. 2007; Maerki et al., Bilateral Space Video Segmentation, CVPR 2016).

/** Cells along across, down, L, a, b; the last runs fastest. `mass` holds two numbers a cell: object samples, other samples. */
export type LabelGrid = { readonly size: readonly number[]; readonly stride: readonly number[]; readonly mass: Float32Array }

export function createGrid(size: readonly number[]): LabelGrid {
  const stride = new Array<number>(5).fill(1)
  for (let d = 3; d >= 0; d--) stride[d] = stride[d + 1]! * size[d + 1]!
  return { size, stride, mass: new Float32Array(2 * stride[0]! * size[0]!) }
}

/** Adds a sample to the cell nearest to `at` (five coordinates in cells, clamped into the grid); `side` 0 is object, 1 is other. */
export function addSample(grid: LabelGrid, at: Float64Array, side: number, weight: number): void {
  let p = 0
  for (let d = 0; d < 5; d++) {
    const v = at[d]! + 0.5
    const last = grid.size[d]! - 1
    p += grid.stride[d]! * (v <= 0 ? 0 : v >= last ? last : v | 0)
  }
  grid.mass[2 * p + side] = grid.mass[2 * p + side]! + weight
}

/** Spreads mass to neighbouring cells, [1 2 1] / 4 along each dimension; what would leave the grid stays in its edge cell. */
export function spread(grid: LabelGrid): void {
  const v = grid.mass
  for (let d = 0; d < 5; d++) {
    const count = grid.size[d]!
    if (count < 2) continue
    const step = 2 * grid.stride[d]!
    for (let base = 0; base < v.length; base += step * count) {
      for (let s = base; s < base + step; s++) {
        let before = v[s]!
        let here = before
        for (let k = 0, i = s; k < count; k++, i += step) {
          const after = k < count - 1 ? v[i + step]! : here
          v[i] = 0.25 * (before + after) + 0.5 * here
          before = here
          here = after
        }
      }
    }
  }
}

/** Mass at a place between cells, multilinear; coordinates are clamped into the grid. Writes object mass to out[0], other to out[1]. */
export function readGrid(grid: LabelGrid, at: Float64Array, out: Float64Array): void {
  const { size, stride, mass } = grid
  let origin = 0
  for (let d = 0; d < 5; d++) {
    const v = Math.min(size[d]! - 1, Math.max(0, at[d]!))
    const i = Math.min(Math.max(0, size[d]! - 2), v | 0)
    at[d] = v - i
    origin += i * stride[d]!
  }
  const s0 = size[0]! > 1 ? stride[0]! : 0
  const s1 = size[1]! > 1 ? stride[1]! : 0
  const s2 = size[2]! > 1 ? stride[2]! : 0
  const s3 = size[3]! > 1 ? stride[3]! : 0
  const s4 = size[4]! > 1 ? 2 : 0
  const f2 = at[2]!
  const f3 = at[3]!
  const f4 = at[4]!
  const g4 = 1 - f4
  // The four corners in L and a, shared by the four corners in place.
  const c00 = (1 - f2) * (1 - f3)
  const c01 = (1 - f2) * f3
  const c10 = f2 * (1 - f3)
  const c11 = f2 * f3
  const p01 = 2 * s3
  const p10 = 2 * s2
  const p11 = p01 + p10
  let o = 0
  let r = 0
  for (let c = 0; c < 4; c++) {
    const w = (c & 1 ? at[0]! : 1 - at[0]!) * (c & 2 ? at[1]! : 1 - at[1]!)
    if (w === 0) continue
    const p = 2 * (origin + (c & 1 ? s0 : 0) + (c & 2 ? s1 : 0))
    const q = p + s4
    o +=
      w *
      (g4 * (c00 * mass[p]! + c01 * mass[p + p01]! + c10 * mass[p + p10]! + c11 * mass[p + p11]!) +
        f4 * (c00 * mass[q]! + c01 * mass[q + p01]! + c10 * mass[q + p10]! + c11 * mass[q + p11]!))
    r +=
      w *
      (g4 * (c00 * mass[p + 1]! + c01 * mass[p + p01 + 1]! + c10 * mass[p + p10 + 1]! + c11 * mass[p + p11 + 1]!) +
        f4 * (c00 * mass[q + 1]! + c01 * mass[q + p01 + 1]! + c10 * mass[q + p10 + 1]! + c11 * mass[q + p11 + 1]!))
  }
  out[0] = o
  out[1] = r
}
