// Tests of listing a foreign tar from its stream: in chunks of every size, cut, damaged, and hostile.

import { joinedBytes } from '../../base/joined-bytes.ts'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../base/fault.ts'
import { paxRecords, tarFrom, type TarFixture, textBytes } from '../fixtures.ts'
import { indexTar, type TarReading, tarLimits } from './tar-index.ts'

async function* chunked(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const index = (bytes: Uint8Array, reading?: TarReading, size?: number) => indexTar('c.tar.gz', chunked(bytes, size), reading)
const refusal = (members: readonly TarFixture[], reading?: TarReading) =>
  index(tarFrom(members), reading).then(
    (found) => found.problem?.code ?? 'accepted',
    (error) => error.code,
  )
const octal = (value: number) => textBytes(`${value.toString(8).padStart(11, '0')}\0`)
const base256 = (...last: number[]) => Uint8Array.from([...new Array(12 - last.length).fill(0), ...last]).fill(0x80, 0, 1)
const meta: TarFixture = { name: 'frame_00001/meta.json', bytes: textBytes('{}') }
const masks: TarFixture = { name: 'frame_00001/masks.npz', bytes: new Uint8Array(1300).fill(7) }
const both = [
  { name: meta.name, offset: 512, size: 2 },
  { name: masks.name, offset: 1536, size: 1300 },
]

describe('indexTar', () => {
  it.each([1, 7, 511, 512, 513, 100_000])('lists the same members when the stream comes in chunks of %i bytes', async (size) => {
    expect(await index(tarFrom([meta, masks]), {}, size)).toEqual({ members: both, problem: undefined })
  })
  it('gives the bytes of the members that are asked for, and only those', async () => {
    const seen: [string, number][] = []
    await index(tarFrom([meta, masks]), {
      visit: (member) =>
        member.size > 2 ? (bytes) => void seen.push([member.name, bytes.reduce((sum, byte) => sum + byte, 0)]) : undefined,
    })
    expect(seen).toEqual([[masks.name, 9100]])
  })
  it('leaves out folders, of old tars too, and joins the prefix of POSIX but not the times of old GNU', async () => {
    const members = [
      { name: 'frame_00001/', type: '5' },
      { name: 'old/', type: '\0' },
      { name: 'a', prefix: 'long' },
      { name: 'b', prefix: '13201', magic: 'ustar  \0' },
    ]
    expect((await index(tarFrom(members))).members.map((member) => member.name)).toEqual(['long/a', 'b'])
  })
  it('takes long names of GNU and name and size of pax over those of the header, for one member only', async () => {
    const long = `${'d'.repeat(90)}/${'n'.repeat(90)}`
    const members: TarFixture[] = [
      { name: '././@LongLink', type: 'L', bytes: textBytes(`${long}\0`) },
      { name: long.slice(0, 100), bytes: textBytes('1') },
      {
        name: 'PaxHeaders/x',
        type: 'x',
        bytes: paxRecords([
          ['mtime', '1.5'],
          ['path', 'größe'],
          ['size', '3'],
        ]),
      },
      { name: 'x', bytes: textBytes('123'), size: octal(0) },
      meta,
    ]
    expect((await index(tarFrom(members))).members).toEqual([
      { name: long, offset: 1536, size: 1 },
      { name: 'größe', offset: 3584, size: 3 },
      { name: meta.name, offset: 4608, size: 2 },
    ])
  })
  it('gives exactly the members whose bytes are all there, wherever the stream is cut, and says so', async () => {
    const whole = tarFrom([meta, masks])
    for (let at = 0; at < whole.length; at += 97) {
      const found = await index(whole.subarray(0, at))
      expect(found.members).toEqual(both.filter((member) => at >= member.offset + member.size))
      expect(found.problem?.code).toBe(at >= whole.length - 512 ? undefined : 'FOREIGN_TAR_CUT')
    }
  })
  it('keeps the members before a damaged header and says where it is', async () => {
    const bytes = tarFrom([meta, masks])
    bytes[1024 + 3]! ^= 1
    const { members, problem } = await index(bytes)
    expect(members).toEqual(both.slice(0, 1))
    expect(problem).toMatchObject({ code: 'FOREIGN_TAR_DAMAGED', params: { offset: 1024 } })
  })
  it('keeps the members before the place where unpacking fails, but passes other errors on', async () => {
    async function* failing(error: Error) {
      yield tarFrom([meta, masks]).subarray(0, 1600)
      throw error
    }
    const damage = new Fault('FOREIGN_TAR_DAMAGED', { path: 'c', offset: 9, reason: 'gzip ended' })
    expect(await indexTar('c', failing(damage))).toEqual({ members: both.slice(0, 1), problem: damage })
    await expect(indexTar('c', failing(new Error('aborted')))).rejects.toThrow('aborted')
  })
  it('stops reading at the end of the archive and closes the stream', async () => {
    let closed = false
    async function* endless() {
      try {
        yield tarFrom([meta])
        for (;;) yield new Uint8Array(512)
      } finally {
        closed = true
      }
    }
    expect((await indexTar('c', endless())).members).toHaveLength(1)
    expect(closed).toBe(true)
  })
})

describe('what is refused', () => {
  it.each<[string, string, readonly TarFixture[]]>([
    ['an absolute name', 'FOREIGN_NAME_ABSOLUTE', [{ ...meta, name: '/etc/passwd' }]],
    ['an absolute name from pax', 'FOREIGN_NAME_ABSOLUTE', [{ name: 'p', type: 'x', bytes: paxRecords([['path', '/x']]) }, meta]],
    ['a parent in a name', 'FOREIGN_NAME_PARENT', [{ ...meta, name: 'a/../../b' }]],
    ['a parent in a long name', 'FOREIGN_NAME_PARENT', [{ name: 'l', type: 'L', bytes: textBytes(`${'a/'.repeat(60)}../b\0`) }, meta]],
    ['a parent in the name of a folder', 'FOREIGN_NAME_PARENT', [{ name: '../../', type: '5' }]],
    ['no name', 'FOREIGN_NAME_INVALID', [{ ...meta, name: '' }]],
    ['one name twice', 'FOREIGN_NAME_DUPLICATE', [meta, meta]],
    ['one name in two spellings', 'FOREIGN_NAME_DUPLICATE', [meta, { ...meta, name: './frame_00001//meta.json' }]],
    ['a hard link', 'FOREIGN_LINK', [{ name: 'a', type: '1' }]],
    ['a symbolic link', 'FOREIGN_LINK', [{ name: 'a', type: '2' }]],
    ['a device', 'FOREIGN_MEMBER_KIND', [{ name: 'a', type: '3' }]],
    ['a pipe', 'FOREIGN_MEMBER_KIND', [{ name: 'a', type: '6' }]],
    ['a file with holes', 'FOREIGN_MEMBER_KIND', [{ name: 'a', type: 'S' }]],
    ['a file with holes by pax', 'FOREIGN_MEMBER_KIND', [{ name: 'p', type: 'x', bytes: paxRecords([['GNU.sparse.major', '1']]) }, meta]],
    ['a negative size', 'FOREIGN_SIZE_NEGATIVE', [{ ...meta, size: textBytes('-0000000001\0') }]],
    ['a negative size in base 256', 'FOREIGN_SIZE_NEGATIVE', [{ ...meta, size: new Uint8Array(12).fill(255) }]],
    ['a negative size from pax', 'FOREIGN_SIZE_NEGATIVE', [{ name: 'p', type: 'x', bytes: paxRecords([['size', '-1']]) }, meta]],
    ['a size beyond the limit', 'FOREIGN_MEMBER_TOO_LARGE', [{ ...meta, size: base256(255, 255, 255, 255, 255, 255, 255, 255) }]],
    [
      'a size beyond the limit from pax',
      'FOREIGN_MEMBER_TOO_LARGE',
      [{ name: 'p', type: 'x', bytes: paxRecords([['size', '9'.repeat(40)]]) }, meta],
    ],
    ['an extended header of megabytes', 'FOREIGN_TAR_DAMAGED', [{ name: 'p', type: 'x', size: octal(5_000_000) }]],
    ['extended records that end nowhere', 'FOREIGN_TAR_DAMAGED', [{ name: 'p', type: 'x', bytes: textBytes('99 path=x\n') }, meta]],
    [
      'a global header that renames everything',
      'FOREIGN_TAR_DAMAGED',
      [{ name: 'p', type: 'g', bytes: paxRecords([['path', 'x']]) }, meta],
    ],
    ['a folder with bytes', 'FOREIGN_TAR_DAMAGED', [{ name: 'd/', type: '5', bytes: textBytes('x') }]],
    ['a size that is no number', 'FOREIGN_TAR_DAMAGED', [{ ...meta, size: textBytes('00000000x00\0') }]],
  ])('refuses %s by its own code', async (_, code, members) => {
    expect(await refusal(members)).toBe(code)
  })
  it('refuses more members and more bytes than the limits state', async () => {
    expect(await refusal([meta, masks], { limits: { ...tarLimits, members: 1 } })).toBe('FOREIGN_TOO_MANY')
    expect(await refusal([meta, masks], { limits: { ...tarLimits, totalBytes: 2500 } })).toBe('FOREIGN_BOMB')
  })
  it('accepts sizes in base 256 and global comments', async () => {
    expect(
      await refusal([
        { name: 'g', type: 'g', bytes: paxRecords([['comment', 'x']]) },
        { ...meta, size: base256(2) },
      ]),
    ).toBe('accepted')
  })
})

const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import tarfile']).status === 0)
describe.skipIf(python === undefined)('tarfile [needs python3]', () => {
  it.each(['USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'])('writes %s with a long name, which we list as it does', async (format) => {
    const script = `
import tarfile, io, sys
out = io.BytesIO()
with tarfile.open(fileobj=out, mode='w', format=tarfile.${format}) as tar:
    for name, size in (('frame_00001/meta.json', 5), ('d' * 90 + '/' + 'n' * 90, 600), ('last', 0)):
        member = tarfile.TarInfo(name); member.size = size; tar.addfile(member, io.BytesIO(b'x' * size))
sys.stdout.buffer.write(out.getvalue())`
    const { stdout } = spawnSync(python ?? '', ['-c', script])
    const { members, problem } = await index(new Uint8Array(stdout))
    expect(problem).toBeUndefined()
    expect(members.map(({ name, size }) => [name, size])).toEqual([
      ['frame_00001/meta.json', 5],
      [`${'d'.repeat(90)}/${'n'.repeat(90)}`, 600],
      ['last', 0],
    ])
    const second = members[1]!
    expect(joinedBytes([stdout.subarray(second.offset, second.offset + 600)])).toEqual(new Uint8Array(600).fill(120))
  })
})
