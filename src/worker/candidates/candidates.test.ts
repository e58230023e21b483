// Tests of the sources of candidates: order, nesting, gaps, and no silent change of backend.

import { describe, expect, it } from 'vitest'
import { containment } from '#core/mask/overlap'
import { areaOfRle, type Rle, rleFromCrop } from '#core/mask/rle'
import { RunConfig, type RunConfigInput } from '#core/run/run-config'
import { makeSyntheticScene } from '#core/scene/synthetic'
import { openCandidateSource } from './candidate-source.ts'
import { gapsBetween } from './gap-fill.ts'
import { nest } from './onnx-candidates.ts'

const [width, height] = [40, 30]
const box = (x: number, y: number, w: number, h: number): Rle =>
  rleFromCrop(new Uint8Array(w * h).fill(1), { x, y, width: w, height: h }, width, height)
const found = (rle: Rle) => ({ rle, score: 0.5, stability: 0.9, className: 'thing' })
const configOf = (ssam: NonNullable<NonNullable<RunConfigInput['stages']>['ssam']>) =>
  RunConfig.parse({ scene: 's', output: 'o', levels: [2, 4], stages: { ssam } })

describe('gapsBetween', () => {
  it('gives each connected rest of at least the asked area, and no smaller one', () => {
    const wall = box(10, 0, 2, 30)
    expect(
      gapsBetween([wall], height, width, 1)
        .map(areaOfRle)
        .sort((a, b) => a - b),
    ).toEqual([300, 840])
    expect(gapsBetween([wall], height, width, 301).map(areaOfRle)).toEqual([840])
  })
  it('does not call a whole frame one gap when nothing was found on it', () => {
    expect(gapsBetween([], height, width, 1)).toEqual([])
  })
  it('finds no gap where all is covered', () => {
    expect(gapsBetween([box(0, 0, 40, 30)], height, width, 1)).toEqual([])
  })
})

describe('nest', () => {
  it('puts parents before children and a child on the next level, inside its parent to the last pixel', () => {
    const offers = nest([found(box(5, 5, 10, 10)), found(box(0, 0, 20, 20)), found(box(6, 6, 20, 2))], [2, 4])
    expect(offers.map(({ level, parent }) => [level, parent])).toEqual([
      [2, undefined],
      [4, 0],
      [2, undefined],
    ])
    expect(containment(offers[1]!.rle, offers[0]!.rle)).toBe(1)
  })
  it('cuts what sticks out of its parent by a little', () => {
    const offers = nest([found(box(0, 0, 20, 20)), found(box(0, 1, 10, 20))], [2, 4])
    expect(offers[1]).toMatchObject({ level: 4, parent: 0 })
    expect(areaOfRle(offers[1]!.rle)).toBe(190)
  })
  it('chooses the smallest that contains it, and stays within the asked levels', () => {
    const three = [found(box(0, 0, 30, 30)), found(box(1, 1, 20, 20)), found(box(2, 2, 8, 8))]
    expect(nest(three, [1, 3, 5]).map(({ level, parent }) => [level, parent])).toEqual([
      [1, undefined],
      [3, 0],
      [5, 1],
    ])
    expect(nest(three, [2]).map(({ level, parent }) => [level, parent])).toEqual([
      [2, undefined],
      [2, undefined],
      [2, undefined],
    ])
  })
  it('does not make one of two equal masks the parent of the other', () => {
    expect(nest([found(box(0, 0, 9, 9)), found(box(0, 0, 9, 9))], [2, 4]).map((offer) => offer.parent)).toEqual([undefined, undefined])
  })
})

describe('openCandidateSource', () => {
  const seat = { assignment: { stage: 'ssam', device: 'cpu' }, signal: new AbortController().signal, warn: () => {} }
  it('fails when onnx was asked for without a model, instead of running something else', async () => {
    await expect(openCandidateSource(configOf({ backend: 'onnx' }), 1, undefined, seat)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      params: { where: 'stages.ssam.model' },
    })
  })
  it('offers from the picture alone: parents first, coarser than their children, no smaller than asked, at most so many', async () => {
    const size = { width: 160, height: 120 }
    const source = await openCandidateSource(configOf({ maxCandidates: 25, minArea: 40 }), 1, undefined, seat)
    expect(source.backend).toBe('built-in')
    const offers = await source.offer({ ...size, pixels: makeSyntheticScene({ ...size, frames: 1 }).frame(0).rgb })
    await source.close()
    expect(offers.length).toBeGreaterThan(5)
    expect(offers.length).toBeLessThanOrEqual(25)
    for (const [place, offer] of offers.entries()) {
      expect(areaOfRle(offer.rle)).toBeGreaterThanOrEqual(40)
      expect(offer.score >= 0 && offer.score <= 1 && offer.stability >= 0 && offer.stability <= 1).toBe(true)
      if (offer.parent === undefined) continue
      expect(offer.parent).toBeLessThan(place)
      expect(offers[offer.parent]!.level).toBeLessThan(offer.level)
      expect(containment(offer.rle, offers[offer.parent]!.rle)).toBe(1)
    }
  })
})
