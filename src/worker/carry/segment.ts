// The best object/background split of a view: per-cell evidence against edges of the picture, solved exactly.
import { DIRECTIONS, minimumCut } from './cut.ts'
import type { View } from './view.ts'

/** Cost of a border between two like cells, and the extra cost where colours do not change at all, in the units of the log odds. */
const PLAIN = 0.3
const CONTRAST = 6
/** A border may not cost so much that it pays to erase a small object: the contrast cost is at most this share of its size in cells. */
const CONTRAST_PER_SIZE = 1 / 8

/** Labels (0/1) of the view's cells that minimise evidence plus border cost. `logOdds` > 0 speaks for the object, whose area is about `size` squared cells. */
export function segment(view: View, logOdds: Float32Array, size: number): Uint8Array {
  const contrast = Math.min(CONTRAST, CONTRAST_PER_SIZE * size)
  const { width: w, height: h, level } = view
  const { lab } = level
  const links = DIRECTIONS.slice(0, 4).map(() => new Float32Array(w * h))
  let sum = 0
  let count = 0
  for (let d = 0; d < 4; d++) {
    const [dx, dy] = DIRECTIONS[d]!
    const to = links[d]!
    for (let y = 0; y < h - dy; y++) {
      for (let x = Math.max(0, -dx); x < w - Math.max(0, dx); x++) {
        const p = 3 * ((view.y0 + y) * level.width + view.x0 + x)
        const q = p + 3 * (dy * level.width + dx)
        const l = lab[p]! - lab[q]!
        const a = lab[p + 1]! - lab[q + 1]!
        const b = lab[p + 2]! - lab[q + 2]!
        const e = l * l + a * a + b * b
        to[y * w + x] = e
        sum += e
        count++
      }
    }
  }
  // The scale of contrast is the picture's own mean (Rother et al., GrabCut, 2004).
  const beta = count / (2 * sum + 1e-6 * count)
  for (let d = 0; d < 4; d++) {
    const to = links[d]!
    const length = Math.hypot(...DIRECTIONS[d]!)
    for (let i = 0; i < to.length; i++) to[i] = (PLAIN + contrast * Math.exp(-beta * to[i]!)) / length
  }
  return minimumCut(w, h, logOdds, links)
}
