// Tests of the closed pickle interpreter on pickles written by hand; numpy.test.ts reads those that NumPy writes.

import { joinedBytes } from '../../base/joined-bytes.ts'
import { describe, expect, it } from 'vitest'
import { latinBytes, numbers, pickledArray, unbuiltArray } from '../fixtures.ts'
import { valueFromPickle } from './pickle.ts'
import { pickleLimits } from './pickle-machine.ts'

/** The rest of a pickle of protocol 4, one character per byte. */
const read = (rest: string, limits: Partial<typeof pickleLimits> = {}) =>
  valueFromPickle('x.npy', latinBytes(`\x80\x04${rest}`), { ...pickleLimits, ...limits })
const faultOf = (rest: string, limits: Partial<typeof pickleLimits> = {}) => {
  try {
    return read(rest, limits)
  } catch (error) {
    return error
  }
}

describe('valueFromPickle', () => {
  it('reads numbers of every width, text, bytes, truth and nothing', () => {
    expect(read('](K\xffM\x00\x02J\xfe\xff\xff\xff\x88\x89N\x8c\x02\xc3\xa4C\x02\x01\xffe.')).toEqual([
      255,
      512,
      -2,
      true,
      false,
      undefined,
      'ä',
      Uint8Array.of(1, 255),
    ])
  })
  it('reads dicts by one item and by many, keeping 1 and "1" apart', () => {
    expect(read('}K\x01K\x02s(X\x01\0\0\x001K\x03u.')).toEqual(
      new Map<string | number, number>([
        [1, 2],
        ['1', 3],
      ]),
    )
  })
  it('gives back what was remembered, by short, long and counted places', () => {
    expect(read('](K\x07q\x00h\x00K\x08r\x01\0\0\0j\x01\0\0\0e.')).toEqual([7, 7, 8, 8])
    expect(read('](K\x07\x94h\x00e.')).toEqual([7, 7])
  })
  it('reads an array of bytes without copying them, and turns big-endian numbers', () => {
    const bytes = latinBytes(`\x80\x03${pickledArray('u1', '|', 'K\x02K\x02\x86', 'C\x04\x01\x02\x03\x04')}.`)
    const value = valueFromPickle('x', bytes)
    expect(value).toMatchObject({ kind: 'uint8', shape: [2, 2], values: Uint8Array.of(1, 2, 3, 4) })
    expect(value).toMatchObject({ values: { buffer: bytes.buffer } })
    expect(read(`${pickledArray('i4', '>', 'K\x01\x85', 'C\x04\xff\xff\xff\xfe')}.`)).toMatchObject({
      kind: 'int32',
      values: Int32Array.of(-2),
    })
  })
  it('knows the module of NumPy 2 by its new name', () => {
    const renamed = pickledArray('u1', '|', 'K\x01\x85', 'C\x01\x05').replace('numpy.core', 'numpy._core')
    expect(read(`${renamed}.`)).toMatchObject({ shape: [1], values: Uint8Array.of(5) })
  })
  it('reads an array of objects without sides, as My3DIS saved its dicts', () => {
    expect(read(`${pickledArray('O8', '|', ')', ']}a')}.`)).toEqual({ kind: 'object', shape: [], items: [new Map()] })
  })
})

describe('what a pickle must not do', () => {
  it.each([
    ['name another function', 'FOREIGN_PICKLE_GLOBAL', 'cos\nsystem\n.'],
    ['name one from the stack', 'FOREIGN_PICKLE_GLOBAL', 'X\x08\0\0\0builtinsX\x04\0\0\0eval\x93.'],
    ['name a neighbour of what is allowed', 'FOREIGN_PICKLE_GLOBAL', 'cnumpy.core.multiarray\nscalar\n.'],
    ['make objects of classes', 'FOREIGN_PICKLE_OPCODE', '\x81.'],
    ['use the old instruction that calls', 'FOREIGN_PICKLE_OPCODE', '(ios\nsystem\n.'],
    ['ask for an object from outside', 'FOREIGN_PICKLE_OPCODE', 'Pid\n.'],
    ['use an instruction that Python does not have', 'FOREIGN_PICKLE_OPCODE', '\xfe.'],
    ['call a text', 'FOREIGN_PICKLE_DAMAGED', 'X\x01\0\0\0a)R.'],
    ['call a class of NumPy as if it were a function', 'FOREIGN_PICKLE_DAMAGED', 'cnumpy\nndarray\n)R.'],
    [
      'make an array of another class',
      'FOREIGN_PICKLE_DAMAGED',
      'cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\0\x85C\x01b\x87R.',
    ],
    ['set the state of a dict', 'FOREIGN_PICKLE_DAMAGED', '})b.'],
    ['set the state of an array twice', 'FOREIGN_PICKLE_DAMAGED', `${pickledArray('u1', '|', 'K\x01\x85', 'C\x01\x05')})b.`],
    ['leave an array without its state', 'FOREIGN_PICKLE_DAMAGED', `${unbuiltArray}.`],
    ['leave a name as a value', 'FOREIGN_PICKLE_DAMAGED', 'cnumpy\ndtype\n.'],
    ['claim more bytes than an array has', 'FOREIGN_PICKLE_DAMAGED', `${pickledArray('u1', '|', 'K\x09\x85', 'C\x01\x05')}.`],
    ['claim a negative side', 'FOREIGN_NPY_SHAPE', `${pickledArray('u1', '|', 'J\xff\xff\xff\xff\x85', 'C\x01\x05')}.`],
    ['use records as numbers', 'FOREIGN_NPY_DTYPE', `${pickledArray('V8', '|', 'K\x01\x85', 'C\x08aaaaaaaa')}.`],
    ['append to a tuple', 'FOREIGN_PICKLE_DAMAGED', ')K\x01a.'],
    ['take from an empty stack', 'FOREIGN_PICKLE_DAMAGED', '\x85.'],
    ['go back to no mark', 'FOREIGN_PICKLE_DAMAGED', 't.'],
    ['recall what was never remembered', 'FOREIGN_PICKLE_DAMAGED', 'h\x05.'],
    ['use a list as a key', 'FOREIGN_PICKLE_DAMAGED', '}]K\x01s.'],
    ['end without its end', 'FOREIGN_PICKLE_DAMAGED', ']'],
    ['claim a text longer than the file', 'FOREIGN_PICKLE_DAMAGED', 'X\xff\xff\xff\x7fa.'],
    ['claim bytes longer than all files', 'FOREIGN_PICKLE_DAMAGED', '\x8e\xff\xff\xff\xff\xff\xff\xff\xffa.'],
    ['claim a frame longer than the file', 'FOREIGN_PICKLE_DAMAGED', '\x95\x99\0\0\0\0\0\0\0N.'],
    ['leave values over', 'FOREIGN_PICKLE_DAMAGED', 'NN.'],
    ['contain itself', 'FOREIGN_PICKLE_DAMAGED', ']q\x00h\x00a.'],
    ['contain itself through a dict', 'FOREIGN_PICKLE_DAMAGED', '}q\x00K\x01h\x00s.'],
    ['nest marks without end', 'FOREIGN_PICKLE_LIMIT', `${'('.repeat(100)}.`],
    ['nest tuples without end', 'FOREIGN_PICKLE_LIMIT', `N${'\x85'.repeat(100_000)}.`],
    ['remember at a far place', 'FOREIGN_PICKLE_LIMIT', 'Nr\xff\xff\xff\xff.'],
  ])('refuses to let it %s', (_, code, rest) => {
    expect(faultOf(rest)).toMatchObject({ code })
  })
  it('names the instruction and the class that it refused, and where', () => {
    expect(faultOf('N\x81.')).toMatchObject({ params: { opcode: 'NEWOBJ', offset: 3, path: 'x.npy' } })
    expect(faultOf('cos\nsystem\n.')).toMatchObject({ params: { name: '"os.system"' } })
  })
  it('refuses a small pickle that a walk would see as billions of values', () => {
    // Each list holds the one before it ten times.
    const laugh = Array.from({ length: 12 }, (_, i) => `](${`h${String.fromCharCode(i)}`.repeat(10)}eq${String.fromCharCode(i + 1)}`)
    expect(faultOf(`](]q\x00${laugh.join('')}e.`)).toMatchObject({ code: 'FOREIGN_PICKLE_LIMIT' })
  })
  it('keeps to limits of values, containers and bytes of arrays', () => {
    expect(faultOf(`](${'N'.repeat(50)}e.`, { values: 40 })).toMatchObject({ code: 'FOREIGN_PICKLE_LIMIT', params: { limit: 40 } })
    expect(faultOf(`](${']'.repeat(50)}e.`, { containers: 40 })).toMatchObject({ code: 'FOREIGN_PICKLE_LIMIT' })
    expect(faultOf(`${pickledArray('u1', '|', 'K\x04\x85', 'C\x04abcd')}.`, { arrayBytes: 3 })).toMatchObject({ code: 'FOREIGN_NPY_SHAPE' })
  })
  it.each([2, 5])('refuses protocol %i', (protocol) => {
    expect(() => valueFromPickle('x', joinedBytes([Uint8Array.of(0x80, protocol), latinBytes('N.')]))).toThrow(
      expect.objectContaining({ code: 'FOREIGN_PICKLE_PROTOCOL', params: { path: 'x', protocol } }),
    )
  })
  it('refuses an empty file and one of protocol 0', () => {
    for (const bytes of [new Uint8Array(), latinBytes('I1\n.'), numbers([0, 8])])
      expect(() => valueFromPickle('x', bytes)).toThrow(expect.objectContaining({ code: 'FOREIGN_PICKLE_DAMAGED' }))
  })
})
