import { describe, expect, it } from 'vitest'
import { computeFlow, FLOW_UNIT, reversedFlow } from './flow.ts'
import { paint } from './synthetic.ts'

const W = 160
const H = 120

describe('computeFlow', () => {
  it.each([
    [3, -2],
    [-7, 5],
    [14, 9],
  ])('recovers a shift of (%d, %d) to less than half a pixel, both ways', (sx, sy) => {
    const flow = computeFlow(paint(W, H, 0, 0, []), paint(W, H, sx, sy, []))
    for (const [motion, sign] of [
      [flow.forward, 1],
      [flow.backward, -1],
    ] as const) {
      let worst = 0
      let trusted = 0
      let cells = 0
      for (let y = 12; y < flow.gridHeight - 12; y++) {
        for (let x = 12; x < flow.gridWidth - 12; x++) {
          const i = y * flow.gridWidth + x
          cells++
          if (motion.trust[i]! < 128) continue
          trusted++
          worst += Math.hypot(motion.dx[i]! / FLOW_UNIT - sign * sx, motion.dy[i]! / FLOW_UNIT - sign * sy)
        }
      }
      expect(trusted / cells).toBeGreaterThan(0.9)
      expect(worst / trusted).toBeLessThan(0.5)
    }
  })

  it('finds no motion between equal frames', () => {
    const frame = paint(W, H, 0, 0, [])
    const flow = computeFlow(frame, frame)
    expect(Math.max(...flow.forward.dx.map(Math.abs), ...flow.forward.dy.map(Math.abs))).toBeLessThanOrEqual(1)
    expect(Math.min(...flow.forward.trust)).toBeGreaterThan(250)
  })

  it('does not trust motion where the background is newly covered', () => {
    const disc = { cx: 60, cy: 60, radius: 22, colour: [200, 60, 50], seed: 7 } as const
    const flow = computeFlow(paint(W, H, 0, 0, [disc]), paint(W, H, 0, 0, [{ ...disc, cx: 74 }]))
    const mean = (x0: number, x1: number) => {
      let sum = 0
      for (let x = x0; x < x1; x++) sum += flow.forward.trust[30 * flow.gridWidth + x]!
      return sum / (x1 - x0)
    }
    // Frame pixels 84..94 at half size are covered by the disc's new place.
    expect(mean(42, 47)).toBeLessThan(mean(2, 12) - 60)
  })

  it('covers frames of odd size to the last pixel', () => {
    const flow = computeFlow(paint(75, 53, 0, 0, []), paint(75, 53, 2, 0, []))
    expect([flow.gridWidth, flow.gridHeight, flow.forward.dx.length]).toEqual([38, 27, 38 * 27])
    expect(flow.forward.dx.every(Number.isFinite)).toBe(true)
  })

  it('gives the same bytes for the same frames', () => {
    const a = paint(W, H, 0, 0, [])
    const b = paint(W, H, 4, 1, [])
    expect(computeFlow(a, b)).toEqual(computeFlow(a, b))
  })

  it('swaps the two ways when reversed', () => {
    const flow = computeFlow(paint(64, 64, 0, 0, []), paint(64, 64, 1, 1, []))
    expect(reversedFlow(flow).forward).toBe(flow.backward)
    expect(reversedFlow(reversedFlow(flow))).toEqual(flow)
  })

  it('refuses frames of different size', () => {
    expect(() => computeFlow(paint(64, 64, 0, 0, []), paint(64, 48, 0, 0, []))).toThrow(RangeError)
  })
})
