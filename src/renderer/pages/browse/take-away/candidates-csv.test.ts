// The table of candidates says of each what the filter decided, and is read back as it was written.
import { expect, it } from 'vitest'
import { recordsFromCsv } from '#core/registry/csv'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import { csvOfCandidates } from './candidates-csv.ts'

const mask = (id: number, more: Partial<MaskEntry> = {}): MaskEntry => ({ id, area: 9, box: [0, 0, 3, 3], score: 0.5, counts: '', ...more })
const frame = (level: number, masks: MaskEntry[], more: Partial<FrameMasks> = {}): FrameMasks => ({
  ...{ frameIndex: 7, frameName: '7.jpg', level, size: [3, 3], masks },
  ...more,
})
const table = (...parts: Parameters<typeof csvOfCandidates>) => {
  const { records, bad } = recordsFromCsv(csvOfCandidates(...parts))
  expect(bad).toEqual([])
  const [head, ...rows] = records.map((record) => record.fields)
  return rows.map((fields) => Object.fromEntries(head!.map((name, i) => [name, fields[i]])))
}

it('kept, dropped with its limit, and not decided yet are three different things', () => {
  const dropped = [{ id: 200002, reason: 'areaTooSmall' as const, value: 4, limit: 20 }]
  const rows = table([frame(2, [mask(200001), mask(200002)]), frame(4, [mask(400001)])], [frame(2, [mask(200001)], { dropped })], [])
  expect(rows.map((row) => [row.decision, row.value, row.limit])).toEqual([
    ['kept', '', ''],
    ['dropped', '4', '20'],
    ['', '', ''],
  ])
})

it('a name of a class that looks like a formula is not run by a spreadsheet, and commas and quotes stay in their cell', () => {
  const names = ['=HYPERLINK("x")', '-1+2', 'a, "b"', 'chair']
  const rows = table(
    [
      frame(
        2,
        names.map((className, i) => mask(200001 + i, { className })),
      ),
    ],
    [],
    [],
  )
  expect(rows.map((row) => row.class)).toEqual([`'=HYPERLINK("x")`, `'-1+2`, 'a, "b"', 'chair'])
})
