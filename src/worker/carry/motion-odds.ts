// Tells object from surroundings by motion: each is fitted with one smooth motion, and cells are asked which of the two they follow.
import { errorOf, fitAffine, type Samples } from './affine.ts'
import { FLOW_UNIT, type FlowField } from './flow.ts'
import type { Transport } from './transport.ts'
import type { View } from './view.ts'

/** Difference in pixels between the two errors at which a cell is sure. */
const CERTAIN = 2
/** More samples than this make no better fit. */
const ENOUGH = 4000

/**
 * For each cell -1 (moves like the surroundings) .. 1 (moves like the object), 0 where both move alike or flow cannot be trusted.
 * `edge` is the width in pixels of the strip outside the mask that counts as neither. Undefined when a side has too few cells.
 */
export function motionOdds(view: View, flow: FlowField, moved: Transport, size: number, edge: number): Float32Array | undefined {
  const n = view.width * view.height
  const every = Math.max(1, Math.floor(n / ENOUGH))
  const object: Samples = { values: new Float64Array(5 * Math.ceil(n / every)), count: 0 }
  const rest: Samples = { values: new Float64Array(5 * Math.ceil(n / every)), count: 0 }
  const us = new Float32Array(n)
  const vs = new Float32Array(n)
  const { dx, dy } = flow.backward
  const step = view.step
  for (let y = 0, i = 0; y < view.height; y++) {
    const fy = Math.min(flow.height - 1, (view.y0 + y + 0.5) * step - 0.5)
    for (let x = 0; x < view.width; x++, i++) {
      const fx = Math.min(flow.width - 1, (view.x0 + x + 0.5) * step - 0.5)
      const c = Math.floor(fy / flow.stride) * flow.gridWidth + Math.floor(fx / flow.stride)
      const u = dx[c]! / FLOW_UNIT
      const v = dy[c]! / FLOW_UNIT
      us[i] = u
      vs[i] = v
      if (i % every !== 0) continue
      const d = moved.distance[i]!
      const to = d > 0 ? object : d < -edge ? rest : undefined
      if (to === undefined) continue
      to.values.set([(x * step) / size, (y * step) / size, u, v, 0.02 + moved.trust[i]!], 5 * to.count)
      to.count++
    }
  }
  const ours = fitAffine(object, size)
  const theirs = fitAffine(rest, size)
  if (ours === undefined || theirs === undefined) return undefined
  const out = new Float32Array(n)
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      const e = errorOf(theirs, x * step, y * step, us[i]!, vs[i]!) - errorOf(ours, x * step, y * step, us[i]!, vs[i]!)
      out[i] = Math.max(-1, Math.min(1, e / CERTAIN)) * moved.trust[i]!
    }
  }
  return out
}
