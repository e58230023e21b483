// Columns that were packed and unpacked are what they were, at each length that a run can have.
import { expect, it } from 'vitest'
import { bytesOfColumns, emptyColumns, type MaskColumns } from './mask-columns.ts'
import { bytesOfPacked, packColumns, unpackColumns } from './packed-columns.ts'

it('runs of one to five bytes come back, and short ones take a quarter', () => {
  const runs = Uint32Array.of(0, 1, 127, 128, 16_383, 16_384, 2 ** 21 - 1, 2 ** 21, 2 ** 28, 2 ** 31 - 1, 2 ** 32 - 1)
  const columns: MaskColumns = { ...emptyColumns, count: 2, runs, runStarts: Uint32Array.of(0, 4, runs.length) }
  expect(unpackColumns(packColumns(columns))).toEqual(columns)
  const short: MaskColumns = { ...emptyColumns, count: 1, runs: new Uint32Array(1000).fill(9), runStarts: Uint32Array.of(0, 1000) }
  expect(bytesOfColumns(short) - bytesOfPacked(packColumns(short))).toBe(3000)
})

it('no masks at all pack to nothing', () => {
  expect(unpackColumns(packColumns(emptyColumns))).toEqual(emptyColumns)
})
