// A tip beside the pointer.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tipPlace } from './tip-place.ts'

const tip = { width: 150, height: 110 }
const room = { width: 700, height: 420 }
const map = { left: 540, top: 327 }

it('stands right below the pointer, and on its other side where the picture ends', () => {
  expect(tipPlace({ x: 100, y: 100 }, tip, room, undefined)).toEqual({ left: 116, top: 116 })
  expect(tipPlace({ x: 690, y: 410 }, tip, room, undefined)).toEqual({ left: 524, top: 284 })
})

it('lies inside the picture and never over the map, wherever the pointer is outside of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 420 }), (x, y) => {
      fc.pre(x < map.left || y < map.top)
      const { left, top } = tipPlace({ x, y }, tip, room, map)
      expect(left).toBeGreaterThanOrEqual(4)
      expect(top).toBeGreaterThanOrEqual(4)
      expect(left + tip.width).toBeLessThanOrEqual(room.width)
      expect(top + tip.height).toBeLessThanOrEqual(room.height)
      expect(left + tip.width > map.left && top + tip.height > map.top).toBe(false)
    }),
  )
})
