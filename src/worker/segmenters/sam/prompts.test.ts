// Clicks and boxes as tensors: where they come to lie, what they are called, and what fills a batch up.
import { describe, expect, it } from 'vitest'
import { encodePrompts, padsPrompts, pointGrid } from './prompts.ts'

// A picture of 640 x 480 in an input of 1024: longest side to 1024, nothing left or above.
const placing = { scaleX: 1.6, scaleY: 1.6, left: 0, top: 0 }

describe('encodePrompts', () => {
  it('brings a click to pixels of the input, and pads it with a point that is nothing', () => {
    const { coordinates, labels, points } = encodePrompts([{ clicks: [{ x: 100, y: 50, isOn: true }] }], placing, true)
    expect(points).toBe(2)
    expect([...coordinates]).toEqual([160, 80, 0, 0])
    expect([...labels]).toEqual([1, -1])
  })

  it('adds no such point to a box, whose corners are 2 and 3, nor for exports that do it themselves', () => {
    const box = encodePrompts([{ clicks: [{ x: 10, y: 10, isOn: false }], box: [0, 5, 20, 30] }], placing, true)
    expect([...box.labels]).toEqual([0, 2, 3])
    expect([...box.coordinates]).toEqual([16, 16, 0, 8, 32, 48])
    expect([...encodePrompts([{ clicks: [{ x: 10, y: 10, isOn: true }] }], placing, padsPrompts('sam2')).labels]).toEqual([1])
    expect(padsPrompts('sam') && padsPrompts('edgesam')).toBe(true)
  })

  it('squashes each axis by itself, and moves by the padding before the picture', () => {
    const squashed = encodePrompts([{ clicks: [{ x: 320, y: 240, isOn: true }] }], { scaleX: 1.6, scaleY: 32 / 15, left: 3, top: 7 }, false)
    expect([...squashed.coordinates]).toEqual([515, 519])
  })

  it('gives prompts of one batch equally many points, the shorter ones filled up with nothing', () => {
    const one = { clicks: [{ x: 1, y: 2, isOn: true }] }
    const two = {
      clicks: [
        { x: 3, y: 4, isOn: true },
        { x: 5, y: 6, isOn: false },
      ],
    }
    const { coordinates, labels, points } = encodePrompts([one, two], { ...placing, scaleX: 1, scaleY: 1 }, false)
    expect(points).toBe(2)
    expect([...labels]).toEqual([1, -1, 1, 0])
    expect([...coordinates]).toEqual([1, 2, 0, 0, 3, 4, 5, 6])
  })
})

it('the grid clicks in the middle of equal parts, row by row', () => {
  expect(pointGrid(2, 40, 20).map(({ x, y }) => [x, y])).toEqual([
    [10, 5],
    [30, 5],
    [10, 15],
    [30, 15],
  ])
})
