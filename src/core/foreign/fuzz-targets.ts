// What is fuzzed: for each kind of foreign container, how to make hostile bytes from chance and how to read all of them.
import { joinedBytes } from '../base/joined-bytes.ts'
import type { ByteSource } from '../archive/archive-reader.ts'
import { randomFrom } from '../scene/synthetic-random.ts'
import {
  latinBytes,
  paxRecords,
  pickledArray,
  storedDeflate,
  tarFrom,
  type TarFixture,
  textBytes,
  type ZipFixture,
  zipFrom,
} from './fixtures.ts'
import { below, edgeNumbers, mutated, pick, type Random } from './mutate.ts'
import { arrayFromNpy, npyHeader } from './npy/npy.ts'
import { countOfShape } from './npy/npy-values.ts'
import { npyFromArray } from './npy/npy-writer.ts'
import { npzNames, readNpzObjects } from './npy/npz.ts'
import { objectArrayFromNpy, valueFromPickle } from './pickle/pickle.ts'
import type { PickleValue } from './pickle/pickle-machine.ts'
import { indexTar } from './tar/tar-index.ts'
import { openZip, readMember, type ZipTools } from './zip/zip-reader.ts'

export type FuzzTarget = {
  readonly kind: string
  readonly make: (random: Random) => Uint8Array
  /** Ends, or throws a Fault. */
  readonly read: (bytes: Uint8Array, tools: ZipTools, random: Random) => Promise<void>
}

/** No reading may hold more than this; the sum of all of a case's limits. */
export const fuzzMemberBytes = 8 * 2 ** 20
const zipBounds = { members: 1000, directoryBytes: 2 ** 20, memberBytes: fuzzMemberBytes, ratio: 1032 }
const pickleBounds = {
  values: 100_000,
  containers: 20_000,
  memo: 20_000,
  depth: 64,
  arrayBytes: fuzzMemberBytes,
  sides: 32,
  bytes: fuzzMemberBytes,
}

const hostileNames = [
  '/etc/passwd',
  '../up',
  'a/../b',
  'c:x',
  'a\\..\\b',
  '',
  '.',
  'frames/',
  'frames/a.json',
  'data.npy',
  'x'.repeat(2000),
]
const masks = npyFromArray({ kind: 'uint8', shape: [3, 20], values: Uint8Array.from({ length: 60 }, (_, i) => i) })
const floats = npyFromArray({ kind: 'float32', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) })
const mask = pickledArray('u1', '|', 'K\x01K\x02K\x03\x87', 'C\x06abcdef')
const entry = `}(X\x0b\0\0\0packed_bits${mask}q\x07X\x05\0\0\0shapeK\x02K\x03\x86q\x08u`
const frames = `}(X\x01\0\0\x000}X\x01\0\0\x001${entry}sX\x01\0\0\x001}(X\x01\0\0\x001h\x07X\x01\0\0\x002${entry}uu`
const pickles = [
  `\x80\x03${pickledArray('O8', '|', ')', `](${frames}e`)}.`,
  `\x80\x04\x95\x05\0\0\0\0\0\0\0](NK\x05\x8c\x02hi\x94\x88\x89M\x01\x02J\xff\xff\xff\xff)\x85e.`,
].map(latinBytes)
const pickleWords = [
  ...'(.}])Nabehjqrstu\x85\x86\x87\x88\x89\x93\x94\x95Rb',
  'K\x01',
  'h\x07',
  'cos\nsystem\n',
  '((((',
  'X\xff\xff\xff\x7f',
  '\x81',
  mask,
].map(latinBytes)
const objects = objectNpy(pickles[0]!)
const npyWords = ['True', '(', ')', '|O', '<f8', '>i4', '-1', '9999999999', ', ', "'shape'", 'L'].map(textBytes)

function objectNpy(pickle: Uint8Array): Uint8Array {
  const fields = "{'descr': '|O', 'fortran_order': False, 'shape': (), }".padEnd(117)
  return joinedBytes([latinBytes('\x93NUMPY\x01\0\x76\0'), textBytes(`${fields}\n`), pickle])
}

const sometimes = <T>(random: Random, chance: number, make: () => T): T | undefined => (random() < chance ? make() : undefined)

function zipMember(random: Random, name: string, bytes: Uint8Array): ZipFixture {
  const odd = 0.04
  return {
    name: sometimes(random, odd, () => pick(random, hostileNames)) ?? name,
    bytes,
    deflated: sometimes(random, 0.5, () => storedDeflate(bytes)),
    method: sometimes(random, odd, () => below(random, 20)),
    flags: sometimes(random, odd, () => below(random, 65_536)),
    mode: sometimes(random, odd, () => below(random, 65_536)),
    descriptor: random() < 0.1,
    wide: random() < 0.2,
    size: sometimes(random, odd, () => pick(random, edgeNumbers)),
    length: sometimes(random, odd, () => pick(random, edgeNumbers)),
    crc: sometimes(random, odd, () => pick(random, edgeNumbers)),
    headerOffset: sometimes(random, odd, () => pick(random, edgeNumbers)),
    headerName: sometimes(random, odd, () => pick(random, hostileNames)),
    headerSize: sometimes(random, odd, () => pick(random, edgeNumbers)),
  }
}

/** Half of them are damaged as a whole besides. */
function zipMade(random: Random, contents: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array {
  const members = contents.map(([name, bytes]) => zipMember(random, name, bytes))
  const count = sometimes(random, 0.04, () => pick(random, edgeNumbers))
  const whole = zipFrom(members, { wide: random() < 0.2, count, comment: random() < 0.1 ? 'note PK\x05\x06' : '' })
  return random() < 0.5 ? mutated(whole, random) : whole
}

function tarMade(random: Random): Uint8Array {
  const long = `${'d'.repeat(120)}/n`
  const records = paxRecords([
    ['path', 'fr/ä'],
    ['size', '3'],
  ])
  const members: TarFixture[] = [
    { name: 'frame_00001/', type: '5' },
    { name: 'frame_00001/meta.json', bytes: textBytes('{"a":1}') },
    { name: 'frame_00001/masks.npz', bytes: new Uint8Array(700) },
    { name: 'l', type: 'L', bytes: textBytes(`${long}\0`) },
    { name: long, bytes: textBytes('long') },
    {
      name: 'p',
      type: 'x',
      bytes: random() < 0.6 ? records : mutated(records, random, ['size=-1\n', '../', 'GNU.sparse.', '=', '12 '].map(textBytes)),
    },
    { name: 'x', bytes: textBytes('123') },
  ]
  const odd = members.map((member) => ({
    ...member,
    type: sometimes(random, 0.03, () => pick(random, [...'01234567LKxgSVMD\0'])) ?? member.type,
    name: sometimes(random, 0.03, () => pick(random, hostileNames)) ?? member.name,
    size: sometimes(random, 0.03, () => textBytes(pick(random, ['-0000000001\0', '77777777777\0', 'x', '', '00000001000\0']))),
  }))
  const whole = tarFrom(odd.slice(below(random, 3)))
  if (random() < 0.4) return whole
  const damaged = mutated(whole, random, hostileNames.slice(0, 6).map(textBytes))
  return random() < 0.7 ? withTarChecksums(damaged) : damaged
}

/** Right checksums for whatever looks like a header, so that damage gets past the first look. */
function withTarChecksums(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const header = bytes.subarray(at, at + 512)
    if (new TextDecoder().decode(header.subarray(257, 262)) !== 'ustar') continue
    header.fill(32, 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.set(textBytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  }
  return bytes
}

/** Walks through all of it, as a consumer would, and counts. An array that does not fill its shape is a bug. */
function countValues(value: PickleValue): number {
  if (typeof value !== 'object' || value instanceof Uint8Array) return 1
  if (!('kind' in value)) return [...value.values()].reduce((sum: number, child) => sum + countValues(child), 1)
  const items = value.kind === 'object' ? value.items : value.values
  if (items.length !== countOfShape(value.shape)) throw new Error(`an array of shape [${value.shape}] has ${items.length} values`)
  return value.kind === 'object' ? value.items.reduce((sum: number, child) => sum + countValues(child), 1) : 1
}

/** A source that calls reading outside of the file a bug. */
function guardedSource(bytes: Uint8Array): ByteSource {
  return {
    name: 'fuzz',
    size: async () => bytes.length,
    read: async (offset, length) => {
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > bytes.length)
        throw new Error(`bytes ${offset} to ${offset + length} were asked for, of ${bytes.length}`)
      return Uint8Array.from(bytes.subarray(offset, offset + length))
    },
  }
}

async function* chunksOf(bytes: Uint8Array, random: Random): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + below(random, 2000)
    yield bytes.subarray(at, at + length)
    at += length
  }
}

export const fuzzTargets: readonly FuzzTarget[] = [
  {
    kind: 'zip',
    make: (random) =>
      zipMade(random, [
        ['frames/a.json', textBytes('{"objects":{}}')],
        ['frames/b.json', new Uint8Array(500)],
        ['manifest.json', textBytes('{}')],
      ]),
    read: async (bytes, tools) => {
      const zip = await openZip(guardedSource(bytes), tools, zipBounds)
      for (const { name, size } of zip.members.values()) {
        if ((await readMember(zip, name)).length !== size) throw new Error(`${name} does not have the ${size} bytes that it states`)
      }
    },
  },
  {
    kind: 'npz',
    make: (random) =>
      zipMade(random, [
        ['packed_masks.npy', random() < 0.5 ? masks : mutated(masks, random, npyWords)],
        ['data.npy', random() < 0.2 ? objects : mutated(objects, random, pickleWords)],
      ]),
    read: async (bytes, tools) => {
      const zip = await openZip(guardedSource(bytes), tools, zipBounds)
      for (const name of npzNames(zip)) countValues(await readNpzObjects(zip, name, pickleBounds))
    },
  },
  {
    kind: 'npy',
    make: (random) => mutated(pick(random, [masks, floats, objects]), random, npyWords),
    read: async (bytes) => {
      const { dtype } = npyHeader('fuzz', bytes, pickleBounds)
      countValues(dtype === undefined ? objectArrayFromNpy('fuzz', bytes, pickleBounds) : arrayFromNpy('fuzz', bytes, pickleBounds))
    },
  },
  {
    kind: 'pickle',
    make: (random) => mutated(pick(random, pickles), random, pickleWords),
    read: async (bytes) => {
      const count = countValues(valueFromPickle('fuzz', bytes, pickleBounds))
      if (count > pickleBounds.values) throw new Error(`a pickle gave ${count} values`)
    },
  },
  {
    kind: 'tar',
    make: tarMade,
    read: async (bytes, _, random) => {
      const limits = { members: 1000, memberBytes: fuzzMemberBytes, totalBytes: 4 * fuzzMemberBytes }
      const found = await indexTar('fuzz', chunksOf(bytes, random), { limits, visit: () => (random() < 0.5 ? () => {} : undefined) })
      for (const { offset, size } of found.members) if (offset + size > bytes.length) throw new Error('a member lies outside of the tar')
      if (found.problem) throw found.problem
    },
  },
]

/** Case `seed` of a kind: the same bytes and the same way of reading on every machine. */
export async function runFuzzCase(target: FuzzTarget, seed: number, tools: ZipTools): Promise<void> {
  const random = randomFrom(seed)
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 5; i++) random()
  await target.read(target.make(random), tools, random)
}
