// Pictures of reports show each mask with its own strength, and where it ends.
import { expect, test } from 'vitest'
import { rleFromMask } from '../mask/rle.ts'
import { paintInks } from './paint-inks.ts'

test('each mask has its own strength inside and full colour at its edge, and the picture that was given stays as it is', () => {
  const [width, height] = [6, 4]
  const ground = new Uint8Array(width * height * 3).fill(100)
  const mask = rleFromMask(
    Uint8Array.from({ length: width * height }, (_, i) => (i % width < 3 ? 1 : 0)),
    width,
    height,
  )
  const painted = paintInks(ground, [mask], [{ colour: [200, 0, 100], share: 0.5 }], width, height)
  const at = (x: number) => [...painted.subarray(x * 3, x * 3 + 3)]
  expect([at(0), at(2), at(3)]).toEqual([
    [150, 50, 100],
    [200, 0, 100],
    [100, 100, 100],
  ])
  expect(new Set(ground)).toEqual(new Set([100]))
})
