// Trying thresholds says what the filter would really do.
import { expect, it } from 'vitest'
import { emptyColumns } from '../../frame/mask-columns.ts'
import { candidatesOfColumns, settingsText, tallyOf } from './what-if-model.ts'

const columns = {
  ...emptyColumns,
  count: 3,
  ids: Uint32Array.of(200_001, 400_001, 400_002),
  areas: Uint32Array.of(1000, 500, 90),
  stabilities: Float32Array.of(0.5, Number.NaN, 0.875),
  parents: Uint32Array.of(0, 200_001, 0),
}

it('columns come out as the filter reads them: no stability counts as none given, parent 0 as no parent', () => {
  expect(candidatesOfColumns(columns)).toEqual([
    { id: 200_001, area: 1000, stability: 0.5 },
    { id: 400_001, area: 500, parent: 200_001 },
    { id: 400_002, area: 90, stability: 0.875 },
  ])
})

it('each reason is counted once, and what lies in a dropped one goes with it only where that is asked for', () => {
  const frame = candidatesOfColumns(columns)
  const rule = { minArea: 100, stabilityThreshold: 0.7, cascade: true }
  expect(tallyOf([frame, frame], rule, 1)).toEqual({ kept: 0, dropped: { empty: 0, areaTooSmall: 2, unstable: 2, parentDropped: 2 } })
  expect(tallyOf([frame], { ...rule, cascade: false }, 1)).toMatchObject({ kept: 1, dropped: { parentDropped: 0 } })
  // A frame of twice the side: four of its pixels make one of the setting.
  expect(tallyOf([frame], { ...rule, stabilityThreshold: 0 }, 4)).toMatchObject({ kept: 2, dropped: { areaTooSmall: 1 } })
})

it('only what differs goes into the new run', () => {
  const before = { minArea: 300, stabilityThreshold: 0.7, cascade: true }
  expect(settingsText({ ...before, minArea: 120, cascade: false }, before)).toBe('stages.filter.minArea=120;stages.filter.cascade=false')
  expect(settingsText(before, before)).toBe('')
})
