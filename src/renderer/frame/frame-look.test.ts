// Colours of masks by what is known of them, and the palette that the GPU reads.
import { expect, it } from 'vitest'
import { colourOfMask, colourOfShare } from '#core/view/mask-colours'
import { type ColourBy, colourOfFacts, type MaskStyle, patternOfMask, stageColours } from '#core/view/mask-style'
import { coloursOfFrame, countShown, withHidden } from './frame-look.ts'
import { emptyColumns, type MaskColumns } from './mask-columns.ts'

const style = (by: ColourBy, more: Partial<MaskStyle> = {}): MaskStyle => ({
  by,
  palette: 'vivid',
  ramp: 'magma',
  frameArea: 160_000,
  ...more,
})
const facts = { id: 400_003, level: 4, score: 0.5, area: 1600, stability: Number.NaN }

it('numbers take their place on the chosen ramp, areas by their logarithm', () => {
  expect(colourOfFacts(facts, style('score'))).toEqual(colourOfShare(0.5, 'magma'))
  expect(colourOfFacts(facts, style('area'))).toEqual(colourOfShare(0.5, 'magma'))
})

it('a mask without the number keeps the colour of its id: it is never taken for a low one', () => {
  expect(colourOfFacts(facts, style('stability'))).toEqual(colourOfMask(400_003, 'vivid'))
  expect(colourOfFacts(facts, style('disagreement'))).toEqual(colourOfMask(400_003, 'vivid'))
  expect(colourOfFacts(facts, style('stage', { stageOf: () => undefined }))).toEqual(colourOfMask(400_003, 'vivid'))
  expect(colourOfFacts(facts, style('stage', { stageOf: () => 'filter' }))).toEqual(stageColours.filter)
})

const columns: MaskColumns = {
  ...emptyColumns,
  count: 2,
  ids: Uint32Array.of(400_001, 400_005),
  levels: Uint8Array.of(4, 4),
  areas: Uint32Array.of(5, 9),
  scores: Float32Array.of(0.1, 0.9),
  stabilities: Float32Array.of(Number.NaN, Number.NaN),
}

it('hiding changes nothing but alpha, and patterns never hide a mask', () => {
  const colours = coloursOfFrame(columns, style('id'), true)
  expect([colours[3], colours[7]]).toEqual([255 - 8 * patternOfMask(400_001), 255 - 8 * patternOfMask(400_005)])
  expect(Math.min(colours[3]!, colours[7]!)).toBeGreaterThan(127)
  const hidden = withHidden(colours, columns, (id) => id === 400_005)
  expect(hidden[3]).toBe(0)
  expect([...hidden.subarray(4)]).toEqual([...colours.subarray(4)])
  expect(colours[3]).not.toBe(0)
})

it('what is told as drawn is what is left by levels, hiding and isolation', () => {
  const four: MaskColumns = {
    ...emptyColumns,
    count: 4,
    ids: Uint32Array.from([200_001, 200_002, 400_001, 400_002]),
    levels: Uint8Array.from([2, 2, 4, 4]),
    scores: new Float32Array(4),
    areas: new Uint32Array(4),
    stabilities: new Float32Array(4),
  }
  const palette = withHidden(coloursOfFrame(four, style('id'), true), four, (id) => id !== 400_002)
  const look = { palette, shownLevels: [2, 4], isIsolated: false, selected: 0, alsoSelected: [] }
  expect(countShown(four, look)).toBe(3)
  expect(countShown(four, { ...look, shownLevels: [4] })).toBe(1)
  expect(countShown(four, { ...look, isIsolated: true })).toBe(1)
  expect(countShown(four, { ...look, isIsolated: true, alsoSelected: [2, 3] })).toBe(2)
})
