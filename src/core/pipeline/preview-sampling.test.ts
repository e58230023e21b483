// Tests of which frames get a picture, of how many pictures that makes, and of why there are none.
import { describe, expect, it } from 'vitest'
import { my3disPreviewCodes, type PreviewTally, previewCodeFromMy3dis, previewProblem } from './preview-outcome.ts'
import { previewCount, previewPositions, previewTargets } from './preview-sampling.ts'

describe('previewPositions', () => {
  it('always takes first and last, ascending, each once', () => {
    expect(previewPositions(50, 4)).toEqual([0, 16, 32, 49])
    expect(previewPositions(3, 12)).toEqual([0, 1, 2])
    for (let count = 1; count < 80; count += 7)
      for (let max = 2; max < 30; max += 3)
        for (let stride = 0; stride < 12; stride += 1) {
          const found = previewPositions(count, max, stride)
          expect(found[0]).toBe(0)
          expect(found.at(-1)).toBe(count - 1)
          expect(found.length).toBeLessThanOrEqual(max)
          expect(found.every((position, i) => i === 0 || position > found[i - 1]!)).toBe(true)
        }
  })
  it('knows what to do with one picture, and with none', () => {
    expect(previewPositions(9, 1)).toEqual([0])
    expect(previewPositions(9, 1, 2)).toEqual([0])
    expect(previewPositions(9, 0)).toEqual([])
    expect(previewPositions(0, 6)).toEqual([])
  })
  it('gives what My3DIS gives for the same stride and limit', () => {
    expect(previewPositions(300, 12)).toEqual([0, 27, 54, 81, 108, 135, 163, 190, 217, 244, 271, 299])
    expect(previewPositions(50, 4, 3)).toEqual([0, 15, 33, 49])
  })
  it('applies the stride once: 21 of 100 frames by 5, not five', () => {
    const found = previewPositions(100, 100, 5)
    expect(found).toHaveLength(21)
    expect(found.slice(-2)).toEqual([95, 99])
  })
})

describe('previewTargets', () => {
  const config = (every: number, pictures: number, pictureStride = 0) => ({
    levels: [2, 4, 6],
    stages: { ssam: { every }, report: { pictures, pictureStride } },
  })
  it('chooses among frames with candidates only, and says how many do without', () => {
    expect(previewTargets(config(4, 3), 18)).toEqual({ positions: [0, 8, 16], leftOut: 2 })
    expect(previewTargets(config(1, 0), 10)).toEqual({ positions: [], leftOut: 10 })
  })
  it('counts a picture for each level', () => {
    expect(previewCount(config(4, 6), 100)).toBe(18)
    expect(previewCount(config(4, 60, 10), 100)).toBe(12)
    expect(previewCount(config(4, 6), 0)).toBe(0)
  })
})

describe('previewProblem', () => {
  const tally: PreviewTally = {
    level: 2,
    requested: [0, 4],
    hasCandidates: true,
    drawn: [],
    missingSources: [0],
    missingMasks: [4],
    empty: [],
  }
  it('asks in the order of My3DIS: targets, sources, masks, then what was drawn', () => {
    expect(previewProblem({ ...tally, hasCandidates: false })).toBe('PREVIEW_NO_TARGETS')
    expect(previewProblem(tally)).toBe('PREVIEW_MISSING_SOURCES')
    expect(previewProblem({ ...tally, missingSources: [] })).toBe('PREVIEW_MISSING_MASKS')
    expect(previewProblem({ ...tally, missingSources: [], missingMasks: [], empty: [0, 4] })).toBe('PREVIEW_RENDER_EMPTY')
  })
  it('finds nothing wrong when one picture is there, or none was asked for', () => {
    expect(previewProblem({ ...tally, drawn: [8] })).toBeUndefined()
    expect(previewProblem({ ...tally, requested: [] })).toBeUndefined()
  })
  it('has a name in My3DIS for each, and back', () => {
    for (const [ours, theirs] of Object.entries(my3disPreviewCodes)) expect(previewCodeFromMy3dis(theirs)).toBe(ours)
    expect(previewCodeFromMy3dis('comparison.other')).toBeUndefined()
  })
})
