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
  for (let d = 0; d < 5; d++) p += grid.stride[d]! * Math.min(grid.size[d]! - 1, Math.max(0, Math.round(at[d]!)))
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
  const f4 = at[4]!
  const g4 = 1 - f4
  let o = 0
  let r = 0
  for (let c = 0; c < 16; c++) {
    const w = (c & 1 ? at[0]! : 1 - at[0]!) * (c & 2 ? at[1]! : 1 - at[1]!) * (c & 4 ? at[2]! : 1 - at[2]!) * (c & 8 ? at[3]! : 1 - at[3]!)
    if (w === 0) continue
    const p = 2 * (origin + (c & 1 ? s0 : 0) + (c & 2 ? s1 : 0) + (c & 4 ? s2 : 0) + (c & 8 ? s3 : 0))
    o += w * (g4 * mass[p]! + f4 * mass[p + s4]!)
    r += w * (g4 * mass[p + 1]! + f4 * mass[p + 1 + s4]!)
  }
  out[0] = o
  out[1] = r
}
