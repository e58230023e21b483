// Tests of the rates of playing: steps between them, and when it is told that a rate is not reached.
import { describe, expect, it } from 'vitest'
import { playRates, rateFrom, rateShown } from './play-rates.ts'

describe('rateFrom', () => {
  it('goes to the neighbour, also from a rate that is not in the list, and stays at the ends', () => {
    expect(rateFrom(8, 1)).toBe(12)
    expect(rateFrom(8, -1)).toBe(4)
    expect(rateFrom(9, 1)).toBe(12)
    expect(rateFrom(9, -1)).toBe(8)
    expect(rateFrom(playRates[0]!, -1)).toBe(playRates[0])
    expect(rateFrom(playRates.at(-1)!, 1)).toBe(playRates.at(-1))
  })
})

describe('rateShown', () => {
  it('says nothing while the rate is held or little is known, else what came to the screen', () => {
    expect(rateShown([0, 125, 250], 30)).toBeUndefined()
    expect(rateShown([0, 125, 250, 375], 8)).toBeUndefined()
    expect(rateShown([0, 130, 260, 390], 8)).toBeUndefined()
    expect(rateShown([0, 200, 400, 600], 8)).toBeCloseTo(5)
  })
})
