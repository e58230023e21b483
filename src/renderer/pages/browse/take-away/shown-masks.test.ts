// A video leaves out on each of its frames what the page would leave out there.
import { expect, it } from 'vitest'
import { emptyColumns } from '../../../frame/mask-columns.ts'
import { maskFilterFromText } from '../filter/mask-filter.ts'
import { shownOnFrame } from './shown-masks.ts'

const columns = {
  ...emptyColumns,
  count: 2,
  ids: Uint32Array.of(200001, 200002),
  levels: Uint8Array.of(2, 2),
  areas: Uint32Array.of(900, 40),
  scores: Float32Array.of(0.9, 0.4),
  stabilities: Float32Array.of(0.95, 0.95),
  parents: Uint32Array.of(0, 0),
}
const rule = { minArea: 100, stabilityThreshold: 0, cascade: false }
const everything = { filter: maskFilterFromText(''), tracks: [], trial: undefined }

it('the filter is asked anew for the masks of each frame', () => {
  expect(shownOnFrame('ssam', columns, { ...everything, filter: maskFilterFromText('score<0.5') })).toEqual([200002])
  expect(shownOnFrame('ssam', columns, everything)).toBeUndefined()
})

it('a trial that shows what would go shows that alone, and only candidates are tried', () => {
  const trial = { rule, showsDropped: true, scale: 1 }
  expect(shownOnFrame('ssam', columns, { ...everything, trial })).toEqual([200002])
  expect(shownOnFrame('filter', columns, { ...everything, trial })).toBeUndefined()
})
