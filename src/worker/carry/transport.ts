// Moves one object's mask along the dense flow into the next frame.
import { type Box, type MaskCrop, signedDistance } from './crop.ts'
import { FLOW_UNIT, flowCell, type FlowField } from './flow.ts'
import type { Colours } from './colour.ts'
import type { Shift } from './piece.ts'
import { forCells, type View } from './view.ts'
import { chooseWay } from './ways.ts'

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
      const c = flowCell(flow, fx, fy)
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

/** For each cell of a view: signed distance (pixels, positive inside) to the carried mask's edge, and how far that is trusted, 0..1. */
export type Transport = { readonly distance: Float32Array; readonly trust: Float32Array; at(fx: number, fy: number): number }

/** What moves a mask: the flow, and the shift of the whole object, told from each other by the colours of the frame before. */
export type Ways = { readonly flow: FlowField; readonly shift: Shift | undefined; readonly before: Colours }

/** Distances beyond this many pixels outside the mask's box are not told apart. */
const REACH = 8

/** A mask carried along; without ways it stays where it is, and nothing is trusted. */
export function transported(crop: MaskCrop, view: View, ways: Ways | undefined): Transport {
  const field = signedDistance(crop, REACH)
  const n = view.width * view.height
  const distance = new Float32Array(n)
  const v = field.values
  const fw = field.width
  const read = (x: number, y: number): number => {
    const px = x - field.x0
    const py = y - field.y0
    if (px < 0 || py < 0 || px > fw - 1 || py > field.height - 1) return -REACH
    const ix = Math.min(fw - 2, px | 0)
    const iy = Math.min(field.height - 2, py | 0)
    const ax = px - ix
    const ay = py - iy
    const q = iy * fw + ix
    return (1 - ay) * ((1 - ax) * v[q]! + ax * v[q + 1]!) + ay * ((1 - ax) * v[q + fw]! + ax * v[q + fw + 1]!)
  }
  if (ways === undefined) {
    forCells(view, (i, fx, fy) => {
      distance[i] = read(fx, fy)
    })
    return { distance, trust: new Float32Array(n), at: read }
  }
  const { flow, shift } = ways
  const flowing = (fx: number, fy: number): number => {
    const c = flowCell(flow, fx, fy)
    return read(fx + flow.backward.dx[c]! / FLOW_UNIT, fy + flow.backward.dy[c]! / FLOW_UNIT)
  }
  const trust = new Float32Array(n)
  forCells(view, (i, fx, fy) => {
    distance[i] = flowing(fx, fy)
    trust[i] = flow.backward.trust[flowCell(flow, fx, fy)]! / 255
  })
  if (shift === undefined) return { distance, trust, at: flowing }
  const shifting = (fx: number, fy: number) => read(fx - shift.dx, fy - shift.dy)
  const choice = chooseWay(view, { ...ways, shift }, trust)
  forCells(view, (i, fx, fy) => {
    const share = choice.share[i]!
    distance[i] = share * shifting(fx, fy) + (1 - share) * distance[i]!
    trust[i] = share * choice.trust[i]! + (1 - share) * trust[i]!
  })
  const at = (fx: number, fy: number): number => {
    const x = Math.max(0, Math.min(view.width - 1, Math.floor(fx / view.step) - view.x0))
    const y = Math.max(0, Math.min(view.height - 1, Math.floor(fy / view.step) - view.y0))
    const share = choice.share[y * view.width + x]!
    return share * shifting(fx, fy) + (1 - share) * flowing(fx, fy)
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
