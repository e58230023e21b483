// Decides cell by cell whether an object went with the flow or as one piece: by which of the two the colours of the frame before explain.
import { FLOW_UNIT, type FlowField, flowCell } from './flow.ts'
import { colourDistance, type Shift } from './piece.ts'
import type { Colours } from './colour.ts'
import { forCells, type View } from './view.ts'

/** Lab units by which the shift must be better than the flow for even odds, how sharply they part, and how much an untrusted flow loses. */
const BIAS = 2
const SHARPNESS = 1
const DOUBT = 20
/** Differences are taken over this many pixels around. */
const AROUND = 2
/** Spread, in Lab units, of the differences that a right shift leaves. */
const SPREAD = 10
/** Difference that counts for a place outside the picture. */
const OUTSIDE = 12

/** For each cell: share of the shift against the flow, and how far the shift is trusted, both 0..1. */
export type Choice = { readonly share: Float32Array; readonly trust: Float32Array }

/** `flowTrust` is that of the flow in each cell, 0..1. */
export function chooseWay(
  view: View,
  ways: { readonly flow: FlowField; readonly shift: Shift; readonly before: Colours },
  flowTrust: Float32Array,
): Choice {
  const { flow, shift } = ways
  const n = view.width * view.height
  const byFlow = new Float32Array(n)
  const byShift = new Float32Array(n)
  const ask = differences(view, ways.before)
  forCells(view, (i, fx, fy) => {
    const c = flowCell(flow, fx, fy)
    byFlow[i] = ask(i, fx + flow.backward.dx[c]! / FLOW_UNIT, fy + flow.backward.dy[c]! / FLOW_UNIT)
    byShift[i] = ask(i, fx - shift.dx, fy - shift.dy)
  })
  const radius = Math.max(1, Math.round(AROUND / view.step))
  const gain = boxMean(
    byFlow.map((v, i) => v - byShift[i]!),
    view.width,
    view.height,
    radius,
  )
  const left = boxMean(byShift, view.width, view.height, radius)
  return {
    share: gain.map((g, i) => 1 / (1 + Math.exp((BIAS - g - DOUBT * (1 - flowTrust[i]!)) / SHARPNESS))),
    trust: left.map((v) => Math.exp(-((v / SPREAD) ** 2) / 2)),
  }
}

/** Asks how much a cell of the view differs in colour from a place in the frame before, in frame pixels. */
function differences(view: View, before: Colours): (cell: number, x: number, y: number) => number {
  const { level } = view
  const there = before.level(view.step)
  return (cell, x, y) => {
    if (x < -0.5 || y < -0.5 || x >= before.width - 0.5 || y >= before.height - 0.5) return OUTSIDE
    const row = Math.floor(cell / view.width)
    const p = 3 * ((view.y0 + row) * level.width + view.x0 + cell - row * view.width)
    const q = 3 * (Math.floor((y + 0.5) / view.step) * there.width + Math.floor((x + 0.5) / view.step))
    return colourDistance(level.lab, p, there.lab, q)
  }
}

/** Mean over (2 r + 1) x (2 r + 1) cells, fewer at the border. */
function boxMean(values: Float32Array, width: number, height: number, r: number): Float32Array {
  const rows = new Float32Array(values.length)
  const out = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const a = Math.max(0, x - r)
      const b = Math.min(width - 1, x + r)
      let sum = 0
      for (let k = a; k <= b; k++) sum += values[y * width + k]!
      rows[y * width + x] = sum / (b - a + 1)
    }
  }
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const a = Math.max(0, y - r)
      const b = Math.min(height - 1, y + r)
      let sum = 0
      for (let k = a; k <= b; k++) sum += rows[k * width + x]!
      out[y * width + x] = sum / (b - a + 1)
    }
  }
  return out
}
