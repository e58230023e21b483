// Tests of damaged and hostile tracking archives: each is refused with its own code, however it is built, and nothing else happens.
import { describe, expect, it } from 'vitest'
import { Fault } from '#core/base/fault'
import { latinBytes, pickledArray, storedDeflate, textBytes, zipFrom } from '#core/foreign/fixtures'
import { seededRandom } from '../../disk/seeded-random.ts'
import { trackingFrom } from './tracking-source.ts'
import { countedSource, tracksFixture, zipOfTexts } from './tracks-fixture.ts'

const manifest = (frames: unknown, meta: unknown = {}) => JSON.stringify({ meta, frames })
const entry = 'frames/frame_000001.json'
const listed = manifest([{ frame_index: 1, frame_name: null, entry, objects: ['1'] }])
const frame = '{"frame_index": 1, "objects": {"1": {"packed_bits_b64": "gA==", "shape": [2, 3]}}}'

const open = (bytes: Uint8Array) => trackingFrom(countedSource(bytes), { level: 2 })
/** The code with which opening fails, else that of the masks of frame 1. */
async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    const source = await open(bytes)
    const found = await source.masks(1)
    return found === undefined ? 'none' : 'masks'
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}

/** An npz of one array without sides that holds a pickled value, as text of instructions. */
function npzOf(value: string, shape = '()'): Uint8Array {
  const head = `{'descr': '|O', 'fortran_order': False, 'shape': ${shape}, }`
  const padded = `${head.padEnd(117)}\n`
  const pickle = `\x80\x03${pickledArray('O8', '|', ')', `]${value}a`)}.`
  const npy = latinBytes(`\x93NUMPY\x01\x00${String.fromCharCode(padded.length & 255, padded.length >> 8)}${padded}${pickle}`)
  return zipFrom([{ name: 'data.npy', bytes: npy }])
}
const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`
const dict = (...items: readonly string[]) => `}(${items.join('')}u`

describe('archives that cannot be trusted', () => {
  it.each<[string, string, () => Uint8Array]>([
    [
      'an archive as it should be',
      'masks',
      () =>
        zipOfTexts([
          [entry, frame],
          ['manifest.json', listed],
        ]),
    ],
    ['an empty file', 'FOREIGN_ZIP_UNRECOGNISED', () => new Uint8Array()],
    ['an archive without members', 'MY3DIS_UNRECOGNISED', () => zipFrom([])],
    ['an archive of something else', 'MY3DIS_UNRECOGNISED', () => zipOfTexts([['readme.txt', 'hello']])],
    [
      'several arrays',
      'MY3DIS_UNRECOGNISED',
      () =>
        zipOfTexts([
          ['a.npy', ''],
          ['b.npy', ''],
        ]),
    ],
    ['an object archive', 'MY3DIS_WITHOUT_MASKS', () => zipOfTexts([['manifest.json', '{"objects": {"1": [{"frame_index": 1}]}}']])],
    [
      'a manifest that is cut',
      'MY3DIS_FILE_DAMAGED',
      () =>
        zipOfTexts([
          [entry, frame],
          ['manifest.json', listed.slice(0, -3)],
        ]),
    ],
    ['a manifest of bytes', 'MY3DIS_FILE_DAMAGED', () => zipFrom([{ name: 'manifest.json', bytes: Uint8Array.of(0xff, 0xfe) }])],
    ['a manifest that lists nothing', 'MY3DIS_FILE_DAMAGED', () => zipOfTexts([['manifest.json', '{"frames": 5}']])],
    [
      'frames below zero',
      'MY3DIS_FILE_DAMAGED',
      () => zipOfTexts([['manifest.json', manifest([{ frame_index: -1, entry, objects: [] }])]]),
    ],
    [
      'ids that are lists',
      'MY3DIS_FILE_DAMAGED',
      () => zipOfTexts([['manifest.json', manifest([{ frame_index: 1, entry, objects: [[1]] }])]]),
    ],
    ['a manifest nested without end', 'MY3DIS_FILE_DAMAGED', () => zipOfTexts([['manifest.json', '['.repeat(200_000)]])],
    [
      'a frame that is none',
      'MY3DIS_FILE_DAMAGED',
      () =>
        zipOfTexts([
          [entry, '{}'],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a frame under the name of another',
      'MY3DIS_FILE_DAMAGED',
      () =>
        zipOfTexts([
          [entry, frame.replace('1,', '2,')],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a mask of a huge raster',
      'MY3DIS_FILE_DAMAGED',
      () =>
        zipOfTexts([
          [entry, frame.replace('[2, 3]', '[46340, 46340]')],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a wrong checksum',
      'FOREIGN_CHECKSUM',
      () =>
        zipOfTexts([
          [entry, frame, { crc: 5 }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a wrong checksum of the manifest',
      'FOREIGN_CHECKSUM',
      () =>
        zipOfTexts([
          [entry, frame],
          ['manifest.json', listed, { crc: 5 }],
        ]),
    ],
    [
      'no sound deflate',
      'FOREIGN_ZIP_DAMAGED',
      () =>
        zipOfTexts([
          [entry, frame, { deflated: textBytes('?'.repeat(90)) }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a frame listed twice in the directory',
      'FOREIGN_NAME_DUPLICATE',
      () =>
        zipOfTexts([
          [entry, frame],
          [entry, frame],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a size beyond belief',
      'FOREIGN_BOMB',
      () =>
        zipOfTexts([
          [entry, frame, { deflated: storedDeflate(textBytes(frame)), size: 2 ** 32 - 2 }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a member longer than the file',
      'FOREIGN_SIZE_BEYOND_FILE',
      () =>
        zipOfTexts([
          [entry, frame, { length: 5_000_000 }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'more than was stated',
      'FOREIGN_BOMB',
      () =>
        zipOfTexts([
          [entry, frame, { deflated: storedDeflate(textBytes(frame)), size: 10 }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'a member above the folder',
      'FOREIGN_NAME_PARENT',
      () =>
        zipOfTexts([
          ['../a', ''],
          ['manifest.json', listed],
        ]),
    ],
    [
      'an encrypted frame',
      'FOREIGN_ENCRYPTED',
      () =>
        zipOfTexts([
          [entry, frame, { flags: 1 }],
          ['manifest.json', listed],
        ]),
    ],
    [
      'members over each other',
      'FOREIGN_OVERLAP',
      () =>
        zipOfTexts([
          [entry, frame],
          ['manifest.json', listed, { headerOffset: 4 }],
        ]),
    ],
  ])('refuses %s with %s', async (_, code, bytes) => {
    expect(await codeOf(bytes())).toBe(code)
  })

  it.each<[string, string, string]>([
    ['frames without objects', 'none', dict(text('1'), '}')],
    ['no frames', 'none', '}'],
    ['a list of frames', 'MY3DIS_UNRECOGNISED', ']'],
    ['a frame by name', 'MY3DIS_FILE_DAMAGED', dict(text('one'), '}')],
    ['a frame that is a number', 'MY3DIS_FILE_DAMAGED', dict(text('1'), 'K\x05')],
    ['a mask that is a number', 'MY3DIS_FILE_DAMAGED', dict(text('1'), dict(text('1'), 'K\x05'))],
    ['a mask without bits', 'MY3DIS_FILE_DAMAGED', dict(text('1'), dict(text('1'), dict(text('shape'), 'K\x02K\x03\x86')))],
    [
      'a mask whose shape is a text',
      'MY3DIS_FILE_DAMAGED',
      dict(
        text('1'),
        dict(text('1'), dict(text('shape'), text('2x3'), text('packed_bits'), pickledArray('u1', '|', 'K\x01\x85', 'C\x01\x80'))),
      ),
    ],
    [
      'too few bits for a huge shape',
      'MY3DIS_FILE_DAMAGED',
      dict(
        text('1'),
        dict(
          text('1'),
          dict(text('shape'), 'J\0\0\xff\x7fJ\0\0\xff\x7f\x86', text('packed_bits'), pickledArray('u1', '|', 'K\x01\x85', 'C\x01\x80')),
        ),
      ),
    ],
    [
      'a dense mask of other numbers',
      'MY3DIS_FILE_DAMAGED',
      dict(text('1'), dict(text('1'), pickledArray('f4', '<', 'K\x01K\x01\x86', 'C\x04\0\0\0\0'))),
    ],
    [
      'a dense mask with four sides',
      'MY3DIS_FILE_DAMAGED',
      dict(text('1'), dict(text('1'), pickledArray('u1', '|', '(K\x01K\x02K\x01K\x01t', 'C\x02\0\0'))),
    ],
    ['a program', 'FOREIGN_PICKLE_GLOBAL', 'cos\nsystem\n'],
  ])('refuses a pickle with %s: %s', async (_, code, value) => {
    expect(await codeOf(npzOf(value))).toBe(code)
  })

  it('reads a pickle that holds what it should, so that the others fail for their reason', async () => {
    const bits = dict(text('shape'), 'K\x02K\x03\x86', text('packed_bits'), pickledArray('u1', '|', 'K\x01\x85', 'C\x01\x80'))
    expect(await codeOf(npzOf(dict(text('1'), dict(text('1'), bits))))).toBe('masks')
  })

  it.each(['G-Nov', 'E2', 'E0'] as const)(
    'gives a fault or masks for an archive of %s that is cut or has turned bits, never anything else',
    async (generation) => {
      const run = tracksFixture({ generation, frames: 3, objects: 2, levels: [2], video: [24, 32], trackRatio: 1 })
      const whole = run.archive(2, 'video')
      const { below } = seededRandom(7)
      const codes = new Set<string>()
      for (let i = 0; i < 300; i++) {
        const bytes = Uint8Array.from(i % 3 === 0 ? whole.subarray(0, below(whole.length)) : whole)
        for (let k = i % 3; k > 0; k--) bytes[below(bytes.length)]! ^= 1 << below(8)
        const code = await codeOf(bytes)
        expect(code).toMatch(/^(FOREIGN_|MY3DIS_|masks$|none$)/)
        codes.add(code)
      }
      expect(codes.size).toBeGreaterThan(3)
    },
  )
})
