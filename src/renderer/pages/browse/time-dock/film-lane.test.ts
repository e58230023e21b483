// The film lane: its pictures fill the axis, stand over their own frames, and are no more than fit.
import { expect, it } from 'vitest'
import { filmCells } from './film-lane.ts'

it('pictures follow each other without a gap from end to end, each over the frame it shows', () => {
  for (const count of [1, 7, 24, 999]) {
    const axis = { count, width: 1000 }
    const cells = filmCells(axis, 60)
    expect(cells[0]!.left).toBe(0)
    expect(cells.at(-1)!.left + cells.at(-1)!.width).toBeCloseTo(1000)
    for (const [i, { position, left, width }] of cells.entries()) {
      if (i > 0) expect(left).toBeCloseTo(cells[i - 1]!.left + cells[i - 1]!.width)
      const middle = ((position + 0.5) / count) * 1000
      expect(middle).toBeGreaterThan(left)
      expect(middle).toBeLessThan(left + width)
    }
    expect(cells.length).toBeLessThanOrEqual(Math.min(count, 23))
  }
})

it('pictures are equally wide: no frame looks more important than another', () => {
  for (const count of [17, 24, 40, 100]) {
    const cells = filmCells({ count, width: 1120 }, 64)
    const widths = new Set(cells.slice(0, -1).map(({ width }) => Math.round(width * 1000)))
    expect(widths.size).toBe(1)
    expect(cells.at(-1)!.width).toBeLessThanOrEqual(cells[0]!.width + 1e-6)
  }
})

it('without frames or without room there is nothing to show', () => {
  expect(filmCells({ count: 0, width: 900 }, 60)).toEqual([])
  expect(filmCells({ count: 9, width: 0 }, 60)).toEqual([])
})
