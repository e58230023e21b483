// Curves of the dossier.
import { expect, it } from 'vitest'
import { curveOf } from './dossier-curve.ts'

it('a gap in the life is a hole in the curve, not a line across it', () => {
  const readings = [0, 1, 5, 6].map((position) => ({ position, area: position * 10 }))
  const curve = curveOf(
    readings,
    [
      [0, 1],
      [5, 6],
    ],
    [0, 2, 4, 6, 8, 10, 12],
    (one) => one.area,
  )
  expect(curve.frames).toEqual([0, 2, 6, 10, 12])
  expect(curve.values).toEqual([0, 10, null, 50, 60])
  expect([curve.low, curve.high]).toEqual([0, 60])
})

it('a life without scores has no curve of them instead of a flat one', () => {
  const curve = curveOf([{ position: 0, score: undefined }], [[0, 3]], [0, 1, 2, 3], (one) => one.score)
  expect(curve.frames).toEqual([])
  expect(curve.low).toBeUndefined()
})
