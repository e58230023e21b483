import { describe, expect, it } from 'vitest'
import { DIRECTIONS, minimumCut } from './cut.ts'

describe('minimumCut', () => {
  it('is as good as the best of all labellings on small random grids', () => {
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed / 2 ** 32
    }
    const w = 4
    const h = 3
    for (let round = 0; round < 60; round++) {
      const unary = Float32Array.from({ length: w * h }, () => Math.round((random() * 2 - 1) * 8))
      const links = DIRECTIONS.slice(0, 4).map(() => Float32Array.from({ length: w * h }, () => Math.round(random() * 5)))
      const cost = (label: (i: number) => number) => {
        let sum = 0
        for (let i = 0; i < w * h; i++) {
          sum += label(i) === 1 ? Math.max(0, -unary[i]!) : Math.max(0, unary[i]!)
          for (let d = 0; d < 4; d++) {
            const x = (i % w) + DIRECTIONS[d]![0]
            const y = Math.floor(i / w) + DIRECTIONS[d]![1]
            if (x >= 0 && x < w && y < h && label(i) !== label(y * w + x)) sum += links[d]![i]!
          }
        }
        return sum
      }
      let best = Number.POSITIVE_INFINITY
      for (let bits = 0; bits < 1 << (w * h); bits++)
        best = Math.min(
          best,
          cost((i) => (bits >> i) & 1),
        )
      const labels = minimumCut(w, h, unary, links)
      expect(cost((i) => labels[i]!)).toBe(best)
    }
  })

  it('follows the evidence alone where links cost nothing', () => {
    const unary = Float32Array.from([1, -1, 2, -2])
    const none = DIRECTIONS.slice(0, 4).map(() => new Float32Array(4))
    expect([...minimumCut(4, 1, unary, none)]).toEqual([1, 0, 1, 0])
  })
})
