// Panes never overlap, fill the canvas, and show wide pictures below each other only where that makes them larger.
import { expect, it } from 'vitest'
import { paneAt, paneGap, panesOf } from './pair-panes.ts'

const wide = { width: 960, height: 540 }

it('two answers lie beside each other however the canvas is shaped', () => {
  const panes = panesOf(2, { width: 300, height: 900 }, wide)
  expect(panes.map(({ left, top }) => [left, top])).toEqual([
    [0, 0],
    [151, 0],
  ])
  expect(panes[1]!.left + panes[1]!.width).toBe(300)
})

it('four wide pictures take two rows, three upright ones take one', () => {
  const four = panesOf(4, { width: 1000, height: 600 }, wide)
  expect(new Set(four.map(({ top }) => top)).size).toBe(2)
  const three = panesOf(3, { width: 1000, height: 600 }, { width: 500, height: 800 })
  expect(new Set(three.map(({ top }) => top)).size).toBe(1)
  for (const [i, one] of four.entries())
    for (const other of four.slice(i + 1))
      expect(one.left + one.width + paneGap <= other.left || one.top + one.height + paneGap <= other.top || other.left < one.left).toBe(
        true,
      )
})

it('a point belongs to the pane it lies in', () => {
  const panes = panesOf(4, { width: 1000, height: 600 }, wide)
  expect(panes.indexOf(paneAt(panes, { x: 900, y: 500 })!)).toBe(3)
  expect(panes.indexOf(paneAt(panes, { x: 10, y: 590 })!)).toBe(2)
})
