// Moves one object's mask along the dense flow into the next frame.
import { type Box, type MaskCrop, signedDistance } from './crop.ts'
import { FLOW_UNIT, type FlowField } from './flow.ts'
import type { View } from './view.ts'

/** Box of the mask's pixels after the flow, cut to the frame; undefined when none stays inside. */
export function movedBox(crop: MaskCrop, flow: FlowField): Box | undefined {
  let x0 = flow.width
  let y0 = flow.height
  let x1 = -1
  let y1 = -1
  const { dx, dy } = flow.forward
  for (let y = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++) {
      if (crop.bits[y * crop.width + x] === 0) continue
      const fx = crop.x0 + x
      const fy = crop.y0 + y
      const c = Math.floor(fy / flow.stride) * flow.gridWidth + Math.floor(fx / flow.stride)
      const tx = fx + dx[c]! / FLOW_UNIT
      const ty = fy + dy[c]! / FLOW_UNIT
      if (tx < 0 || ty < 0 || tx > flow.width - 1 || ty > flow.height - 1) continue
      if (tx < x0) x0 = tx
      if (tx > x1) x1 = tx
      if (ty < y0) y0 = ty
      if (ty > y1) y1 = ty
    }
  }
  return x1 < x0 ? undefined : { x0: Math.floor(x0), y0: Math.floor(y0), x1: Math.ceil(x1) + 1, y1: Math.ceil(y1) + 1 }
}

/** For each cell of a view: signed distance (pixels, positive inside) to the carried mask's edge, and the flow's trust 0..1. */
export type Transport = { readonly distance: Float32Array; readonly trust: Float32Array; at(fx: number, fy: number): number }

/** Distances beyond this many pixels outside the mask's box are not told apart. */
const REACH = 8

/** A mask carried along the flow; without a flow it stays where it is, and nothing is trusted. */
export function transported(crop: MaskCrop, view: View, flow: FlowField | undefined): Transport {
  const field = signedDistance(crop, REACH)
  const n = view.width * view.height
  const distance = new Float32Array(n)
  const trust = new Float32Array(n)
  const v = field.values
  const fw = field.width
  const at = (fx: number, fy: number): number => {
    let px = fx - field.x0
    let py = fy - field.y0
    if (flow !== undefined) {
      const c = Math.floor(fy / flow.stride) * flow.gridWidth + Math.floor(fx / flow.stride)
      px += flow.backward.dx[c]! / FLOW_UNIT
      py += flow.backward.dy[c]! / FLOW_UNIT
    }
    if (px < 0 || py < 0 || px > fw - 1 || py > field.height - 1) return -REACH
    const ix = Math.min(fw - 2, px | 0)
    const iy = Math.min(field.height - 2, py | 0)
    const ax = px - ix
    const ay = py - iy
    const q = iy * fw + ix
    return (1 - ay) * ((1 - ax) * v[q]! + ax * v[q + 1]!) + ay * ((1 - ax) * v[q + fw]! + ax * v[q + fw + 1]!)
  }
  const { width: right, height: bottom } = view.frame
  for (let y = 0, i = 0; y < view.height; y++) {
    const fy = Math.min(bottom - 1, (view.y0 + y + 0.5) * view.step - 0.5)
    for (let x = 0; x < view.width; x++, i++) {
      const fx = Math.min(right - 1, (view.x0 + x + 0.5) * view.step - 0.5)
      distance[i] = at(fx, fy)
      if (flow !== undefined)
        trust[i] = flow.backward.trust[Math.floor(fy / flow.stride) * flow.gridWidth + Math.floor(fx / flow.stride)]! / 255
    }
  }
  return { distance, trust, at }
}

/** Mean place and square-rooted area of the cells inside the carried mask; undefined when there are none. */
export function placeOfCells(
  view: View,
  inside: (i: number) => boolean,
): { readonly cx: number; readonly cy: number; readonly size: number } | undefined {
  let n = 0
  let sx = 0
  let sy = 0
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      if (!inside(i)) continue
      n++
      sx += x
      sy += y
    }
  }
  if (n === 0) return undefined
  return { cx: (view.x0 + sx / n + 0.5) * view.step, cy: (view.y0 + sy / n + 0.5) * view.step, size: Math.sqrt(n) * view.step }
}
