// The table of objects holds each object once, and nothing that is not known.
import { expect, it } from 'vitest'
import { recordsFromCsv } from '#core/registry/csv'
import { csvOfObjects } from './objects-csv.ts'

it('a score that is not known is empty, not NaN or 0, and every line has all columns', () => {
  const one = { id: 400001, label: '4·0001', level: 4, area: 120.5, score: Number.NaN, stability: undefined, frames: 3, merged: undefined }
  const text = csvOfObjects([{ ...one, parent: 200001, parentLabel: '2·0001', isOrphan: false, isOnFrame: true }])
  const { records, bad } = recordsFromCsv(text)
  expect(bad).toEqual([])
  expect(records.map((record) => record.fields.length)).toEqual([10, 10])
  expect(records[1]?.fields).toEqual(['400001', '4·0001', '4', '3', '120.5', '', '', '200001', 'no', 'yes'])
})
