// Zooming holds the point under the pointer, and a picture can never be lost.
import { expect, it } from 'vitest'
import { centredAt, partInSight, fittedViewport, largestScale, panned, pointInPicture, zoomedAt } from './viewport.ts'

const picture = { width: 960, height: 540 }
const canvas = { width: 700, height: 500 }

it('the pixel under the pointer stays under it while zooming in', () => {
  const at = { x: 200, y: 260 }
  const before = fittedViewport(picture, canvas)
  const after = zoomedAt(before, picture, canvas, at, 3)
  const [a, b] = [pointInPicture(before, canvas, at), pointInPicture(after, canvas, at)]
  expect(b.x).toBeCloseTo(a.x, 6)
  expect(b.y).toBeCloseTo(a.y, 6)
})

it('zoom ends at single pixels and at a small picture', () => {
  let view = fittedViewport(picture, canvas)
  for (let i = 0; i < 60; i += 1) view = zoomedAt(view, picture, canvas, { x: 0, y: 0 }, 2)
  expect(view.scale).toBe(largestScale)
  for (let i = 0; i < 60; i += 1) view = zoomedAt(view, picture, canvas, { x: 0, y: 0 }, 0.5)
  expect(view.scale).toBeGreaterThan(0.05)
})

it('a drag never moves the picture off the middle of the canvas', () => {
  const view = panned(fittedViewport(picture, canvas), picture, 1e6, -1e6)
  expect(view.centreX).toBe(0)
  expect(view.centreY).toBe(540)
  expect(view.isFitted).toBe(false)
})

it('says which part of the picture is in sight, and nothing when all of it is', () => {
  const picture = { width: 200, height: 100 }
  const canvas = { width: 100, height: 100 }
  expect(partInSight(fittedViewport(picture, canvas), picture, canvas)).toBeUndefined()
  const near = centredAt({ scale: 2, centreX: 0, centreY: 0, isFitted: false }, picture, { x: 150, y: 50 })
  expect(partInSight(near, picture, canvas)).toEqual({ left: 0.625, top: 0.25, width: 0.25, height: 0.5 })
})
