// How strongly each pixel looks like the border between two things.
import type { LabPicture } from './lab-picture.ts'
import type { Palette } from './palette.ts'
import { blur } from './plane.ts'

const CELL = 4
const SIGMAS = [0.8, 1.6, 3.2] as const
const RADII = [2, 3, 5] as const

/**
 * `strength` for each pixel, 0 (flat) to about 1 (a clear border), and `slope`, the steepest change of colour (Lab / 100
 * a pixel), which falls as a border gets blurred even where its strength stays.
 */
export type EdgeMap = { readonly strength: Float32Array; readonly slope: Float32Array }

/**
 * Fine colour gradients, damped where the whole
 * neighbourhood is busy, are joined with the difference of colour and texture histograms on both sides.
 */
export function edgeMap(picture: LabPicture, palette: Palette): EdgeMap {
  const slope = colourGradient(picture, SIGMAS[0])
  const fine = fineEdges(picture, slope)
  const broad = broadEdges(picture, palette)
  const out = new Float32Array(fine.length)
  for (let i = 0; i < out.length; i += 1) out[i] = 0.5 * fine[i]! + 0.9 * Math.sqrt(fine[i]! * broad[i]!)
  return { strength: out, slope }
}

// Colour gradient of a vector picture (Di Zenzo 1986) at three scales; each answers a step of height h with about h.
function fineEdges(picture: LabPicture, slope: Float32Array): Float32Array {
  const { width, height } = picture
  const sum = new Float32Array(picture.l.length)
  for (const sigma of SIGMAS) {
    const gradient = sigma === SIGMAS[0] ? slope : colourGradient(picture, sigma)
    for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + (gradient[i]! * sigma * 2.5) / 3
  }
  const busy = blur(sum, width, height, 10)
  for (let i = 0; i < sum.length; i += 1) {
    const damped = sum[i]! / (0.12 + 0.9 * busy[i]! + 0.5 * sum[i]!)
    sum[i] = Math.min(1, damped * 0.6)
  }
  return sum
}

function colourGradient(picture: LabPicture, sigma: number): Float32Array {
  const { width, height } = picture
  const planes = [blur(picture.l, width, height, sigma), blur(picture.a, width, height, sigma), blur(picture.b, width, height, sigma)]
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const up = Math.max(0, y - 1) * width
    const down = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x += 1) {
      const left = y * width + Math.max(0, x - 1)
      const right = y * width + Math.min(width - 1, x + 1)
      let xx = 0
      let yy = 0
      let xy = 0
      for (const plane of planes) {
        const dx = (plane[right]! - plane[left]!) / 2
        const dy = (plane[down + x]! - plane[up + x]!) / 2
        xx += dx * dx
        yy += dy * dy
        xy += dx * dy
      }
      const half = (xx - yy) / 2
      out[y * width + x] = Math.sqrt((xx + yy) / 2 + Math.sqrt(half * half + xy * xy))
    }
  }
  return out
}

// Histogram differences across a point in four directions (after the Pb detector, Martin et al. 2004), on cells of
// 4 x 4 pixels: the two sides are made of the four square quarters round the cell.
function broadEdges(picture: LabPicture, palette: Palette): Float32Array {
  const { width, height } = picture
  const columns = Math.ceil(width / CELL)
  const rows = Math.ceil(height / CELL)
  const sums = cellSums(palette, width, height, columns, rows)
  const cells = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      let value = 0
      for (const radius of RADII) value += compass(sums, palette.words, columns, rows, x, y, radius)
      cells[y * columns + x] = value / RADII.length
    }
  }
  return spreadCells(cells, columns, rows, width, height)
}

// Summed-area table of softened histograms: (rows + 1) x (columns + 1) x words.
function cellSums(palette: Palette, width: number, height: number, columns: number, rows: number): Float64Array {
  const { words, word, likeness } = palette
  const stride = (columns + 1) * words
  const table = new Float64Array((rows + 1) * stride)
  const counts = new Float32Array(words)
  for (let cy = 0; cy < rows; cy += 1) {
    for (let cx = 0; cx < columns; cx += 1) {
      counts.fill(0)
      for (let y = cy * CELL; y < Math.min(height, (cy + 1) * CELL); y += 1) {
        for (let x = cx * CELL; x < Math.min(width, (cx + 1) * CELL); x += 1) {
          const w = word[y * width + x]!
          counts[w] = counts[w]! + 1
        }
      }
      const at = (cy + 1) * stride + (cx + 1) * words
      for (let w = 0; w < words; w += 1) {
        const n = counts[w]!
        if (n === 0) continue
        for (let v = 0; v < words; v += 1) table[at + v] = table[at + v]! + n * likeness[w * words + v]!
      }
      for (let v = 0; v < words; v += 1) {
        table[at + v] = table[at + v]! + table[at + v - words]! + table[at + v - stride]! - table[at + v - stride - words]!
      }
    }
  }
  return table
}

function compass(table: Float64Array, words: number, columns: number, rows: number, x: number, y: number, radius: number): number {
  const left = Math.max(0, x - radius) * words
  const right = Math.min(columns, x + 1 + radius) * words
  const stride = (columns + 1) * words
  const top = Math.max(0, y - radius) * stride
  const bottom = Math.min(rows, y + 1 + radius) * stride
  // The middle cell belongs to both sides; it cancels in the difference.
  const xa = (x + 1) * words
  const xb = x * words
  const ya = (y + 1) * stride
  const yb = y * stride
  const quarters = [
    [left, xa, top, ya],
    [xb, right, top, ya],
    [left, xa, yb, bottom],
    [xb, right, yb, bottom],
  ] as const
  const totals = [0, 0, 0, 0]
  const q = new Float64Array(4 * words)
  for (let k = 0; k < 4; k += 1) {
    const [x0, x1, y0, y1] = quarters[k]!
    for (let w = 0; w < words; w += 1) {
      const n = table[y1 + x1 + w]! - table[y0 + x1 + w]! - table[y1 + x0 + w]! + table[y0 + x0 + w]!
      q[k * words + w] = n
      totals[k] = totals[k]! + n
    }
  }
  const [t0, t1, t2, t3] = totals as [number, number, number, number]
  let across = 0
  let upright = 0
  let falling = 0
  let rising = 0
  for (let w = 0; w < words; w += 1) {
    const a = q[w]!
    const b = q[words + w]!
    const c = q[2 * words + w]!
    const d = q[3 * words + w]!
    across += chi((a + b) / (t0 + t1), (c + d) / (t2 + t3))
    upright += chi((a + c) / (t0 + t2), (b + d) / (t1 + t3))
    falling += chi(a / t0, d / t3)
    rising += chi(b / t1, c / t2)
  }
  return Math.max(across, upright, falling, rising) / 2
}

function chi(p: number, q: number): number {
  const sum = p + q
  return sum > 1e-9 ? ((p - q) * (p - q)) / sum : 0
}

function spreadCells(cells: Float32Array, columns: number, rows: number, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const fy = Math.min(rows - 1, Math.max(0, (y + 0.5) / CELL - 0.5))
    const y0 = Math.floor(fy)
    const y1 = Math.min(rows - 1, y0 + 1)
    for (let x = 0; x < width; x += 1) {
      const fx = Math.min(columns - 1, Math.max(0, (x + 0.5) / CELL - 0.5))
      const x0 = Math.floor(fx)
      const x1 = Math.min(columns - 1, x0 + 1)
      const top = cells[y0 * columns + x0]! * (1 - fx + x0) + cells[y0 * columns + x1]! * (fx - x0)
      const low = cells[y1 * columns + x0]! * (1 - fx + x0) + cells[y1 * columns + x1]! * (fx - x0)
      out[y * width + x] = top * (1 - fy + y0) + low * (fy - y0)
    }
  }
  return out
}
