// Tests of NPY reading and writing on headers written by hand; numpy.test.ts holds it against NumPy itself.

import { joinedBytes } from '../../base/joined-bytes.ts'
import { describe, expect, it } from 'vitest'
import { latinBytes, numbers, sourceOf } from '../fixtures.ts'
import { arrayFromNpy, npyHeader, npyLimits, readNpyHeader, readNpyRow } from './npy.ts'
import { npyFromArray } from './npy-writer.ts'

function npy(fields: string, values: Uint8Array = new Uint8Array(), version = 1): Uint8Array {
  const length = version === 1 ? numbers([fields.length, 2]) : numbers([fields.length, 4])
  return joinedBytes([latinBytes(`\x93NUMPY${String.fromCharCode(version)}\0`), length, latinBytes(fields), values])
}
const fields = (descr: string, shape: string, order = 'False') => `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`
const codeOf = (run: () => unknown) => {
  try {
    run()
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('npyHeader', () => {
  it.each([1, 2, 3])('reads version %i, whose length field differs', (version) => {
    expect(npyHeader('x', npy(fields('<i4', '(3, 4)'), new Uint8Array(), version))).toMatchObject({ shape: [3, 4], dataBytes: 48 })
  })
  it('takes the fields in any order and quotes, no side, one side, and the long numbers of Python 2', () => {
    const shapeOf = (text: string) => npyHeader('x', npy(text)).shape
    expect(shapeOf(`{"shape": (), "fortran_order": True, "descr": "|u1"}`)).toEqual([])
    expect(shapeOf(fields('|u1', '(7,)'))).toEqual([7])
    expect(shapeOf(fields('|u1', '(3L, 4L)'))).toEqual([3, 4])
  })
  it.each([
    ['no magic', 'FOREIGN_NPY_DAMAGED', latinBytes('\x93NUMPX\x01\0\0\0')],
    ['a cut header', 'FOREIGN_NPY_DAMAGED', npy(fields('|u1', '(1,)')).subarray(0, 40)],
    ['version 9', 'FOREIGN_NPY_VERSION', npy(fields('|u1', '(1,)'), new Uint8Array(), 9)],
    ['a record of several fields', 'FOREIGN_NPY_DAMAGED', npy(`{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }`)],
    ['text', 'FOREIGN_NPY_DTYPE', npy(fields('<U8', '(1,)'))],
    ['complex numbers', 'FOREIGN_NPY_DTYPE', npy(fields('<c8', '(1,)'))],
    ['four bytes without an order', 'FOREIGN_NPY_DTYPE', npy(fields('|i4', '(1,)'))],
    ['a call in the header', 'FOREIGN_NPY_DAMAGED', npy(fields('|u1', '__import__("os")'))],
    ['a field that nobody knows', 'FOREIGN_NPY_DAMAGED', npy(`{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'x': 1}`)],
    ['a number that is no tuple', 'FOREIGN_NPY_DAMAGED', npy(fields('|u1', '(3)'))],
    ['a negative side', 'FOREIGN_NPY_DAMAGED', npy(fields('|u1', '(-1,)'))],
    ['a side of thirty digits', 'FOREIGN_NPY_SHAPE', npy(fields('|u1', `(${'9'.repeat(30)},)`))],
    ['a product beyond the limit', 'FOREIGN_NPY_SHAPE', npy(fields('|u1', '(100000, 100000)'))],
    ['a side of 0 that hides a huge one', 'FOREIGN_NPY_SHAPE', npy(fields('<f8', '(0, 9000000000)'))],
    ['forty sides', 'FOREIGN_NPY_SHAPE', npy(fields('|u1', `(${'1, '.repeat(40)})`))],
  ])('refuses %s by its own code', (_, code, bytes) => {
    expect(codeOf(() => npyHeader('x', bytes))).toBe(code)
  })
  it('refuses a header that claims megabytes before reading them', () => {
    const bytes = joinedBytes([latinBytes('\x93NUMPY\x02\0'), numbers([50_000_000, 4])])
    expect(codeOf(() => npyHeader('x', bytes))).toBe('FOREIGN_NPY_DAMAGED')
  })
})

describe('arrayFromNpy', () => {
  it('turns big-endian numbers, and numbers that do not lie at a multiple of their size', () => {
    const values = Uint8Array.of(0, 0, 1, 2, 0xff, 0xff, 0xff, 0xfe)
    expect([...arrayFromNpy('x', npy(fields('>i4', '(2,)'), values)).values]).toEqual([258, -2])
    const shifted = joinedBytes([Uint8Array.of(0), npy(fields('<u2', '(2,)'), Uint8Array.of(1, 0, 0, 1))]).subarray(1)
    expect([...arrayFromNpy('x', shifted).values]).toEqual([1, 256])
  })
  it('gives Fortran order as C order', () => {
    const values = Uint8Array.from({ length: 24 }, (_, i) => i)
    const read = arrayFromNpy('x', npy(fields('|u1', '(2, 3, 4)', 'True'), values))
    // Element (i, j, k) lies at i + 2 j + 6 k.
    expect(read.values[1 * 12 + 2 * 4 + 3]).toBe(1 + 4 + 18)
    expect([...read.values.slice(0, 5)]).toEqual([0, 6, 12, 18, 2])
  })
  it('keeps whole numbers of eight bytes exact', () => {
    const read = arrayFromNpy('x', npy(fields('<u8', '(1,)'), new Uint8Array(8).fill(255)))
    expect(read.values[0]).toBe(2n ** 64n - 1n)
  })
  it('refuses fewer bytes than the shape asks for, and Python objects', () => {
    expect(codeOf(() => arrayFromNpy('x', npy(fields('|u1', '(3,)'), new Uint8Array(2))))).toBe('FOREIGN_NPY_CUT')
    expect(codeOf(() => arrayFromNpy('x', npy(fields('|O', '(3,)'), new Uint8Array(100))))).toBe('FOREIGN_NPY_OBJECT')
  })
})

describe('readNpyRow', () => {
  it('reads the header and the one row asked for, not the file', async () => {
    const values = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    const reads: [number, number][] = []
    const source = sourceOf(npyFromArray({ kind: 'uint8', shape: [100, 10, 100], values }), 'x.npy', reads)
    const header = await readNpyHeader(source, { ...npyLimits, bytes: 100_000 })
    const row = await readNpyRow(source, header, 99)
    expect(row).toMatchObject({ kind: 'uint8', shape: [10, 100] })
    expect(row.values[999]).toBe(99_999 % 251)
    expect(reads.slice(1)).toEqual([[header.dataOffset + 99_000, 1000]])
    expect(reads[0]![1]).toBeLessThan(12_000)
    await expect(readNpyRow(source, header, 100)).rejects.toThrow(RangeError)
  })
})

describe('npyFromArray', () => {
  it('begins the numbers at a multiple of 64 bytes and reads back, bool as 0 and 1', () => {
    const written = npyFromArray({ kind: 'bool', shape: [3], values: Uint8Array.of(0, 255, 1) })
    expect(npyHeader('x', written).dataOffset % 64).toBe(0)
    expect(arrayFromNpy('x', written)).toEqual({ kind: 'bool', shape: [3], values: Uint8Array.of(0, 1, 1) })
    const floats = npyFromArray({ kind: 'float32', shape: [1, 2], values: Float32Array.of(0.5, -1) })
    expect([...arrayFromNpy('x', floats).values]).toEqual([0.5, -1])
  })
  it('refuses values that do not fill the shape', () => {
    expect(() => npyFromArray({ kind: 'int32', shape: [2, 2], values: new Int32Array(3) })).toThrow(RangeError)
  })
})
