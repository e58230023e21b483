// Tests of ZIP reading: what Python writes is read by ranges, what is hostile or damaged is refused by its own code.

import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../crc32.ts'
import { latinBytes, sourceOf, storedDeflate, textBytes, type ZipFixture, type ZipFixtureOptions, zipFrom } from '../fixtures.ts'
import { zipLimits } from './zip-directory.ts'
import { locateMember, openZip, readMember, readPlace, type ZipTools } from './zip-reader.ts'

const tools: ZipTools = {
  inflate: async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }),
}
const a: ZipFixture = { name: 'frames/a.json', bytes: textBytes('{"a":1}') }
const b: ZipFixture = { name: 'frames/b.json', bytes: new Uint8Array(5000), deflated: deflateRawSync(new Uint8Array(5000)) }

const open = (members: readonly ZipFixture[], options?: ZipFixtureOptions) => openZip(sourceOf(zipFrom(members, options), 'x.npz'), tools)
const refusal = (members: readonly ZipFixture[]) =>
  open(members).then(
    () => 'accepted',
    (error) => error.code,
  )

describe('crc32', () => {
  it('has the check value of the standard, for lengths beside groups of eight too', () => {
    expect(crc32(textBytes('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array())).toBe(0)
  })
})

describe('openZip and readMember', () => {
  it('reads stored and deflated members in the order of the directory, and folders are no members', async () => {
    const zip = await open([b, { name: 'frames/', bytes: new Uint8Array() }, a])
    expect([...zip.members.keys()]).toEqual(['frames/b.json', 'frames/a.json'])
    expect(await readMember(zip, 'frames/a.json')).toEqual(a.bytes)
    expect(new Uint8Array(await readMember(zip, 'frames/b.json'))).toEqual(b.bytes)
  })
  it('reads sizes from 64-bit fields and a 64-bit end record', async () => {
    const zip = await open([{ ...b, wide: true }, a], { wide: true })
    expect(await readMember(zip, 'frames/a.json')).toEqual(a.bytes)
    expect(await readMember(zip, 'frames/b.json')).toHaveLength(5000)
  })
  it('reads a member whose sizes stand behind its bytes', async () => {
    expect(await readMember(await open([{ ...b, descriptor: true }]), b.name)).toHaveLength(5000)
  })
  it('finds the end record behind the longest comment the format allows, and not one inside of a comment', async () => {
    expect((await open([a], { comment: 'x'.repeat(65535) })).members.size).toBe(1)
    expect((await open([a], { comment: 'PK\x05\x06 is how it begins, and here is more text' })).members.size).toBe(1)
  })
  it('reads the end and the directory to open, then two short ranges and the member: nothing else', async () => {
    const filler: ZipFixture = { name: 'big', bytes: new Uint8Array(300_000) }
    const reads: [number, number][] = []
    const zip = await openZip(sourceOf(zipFrom([filler, a]), 'x', reads), tools)
    const place = await locateMember(zip, a.name)
    expect(await readPlace(zip.source, tools, place)).toEqual(a.bytes)
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBeLessThan(2000)
  })
  it('opens an archive without members', async () => {
    expect((await open([])).members.size).toBe(0)
  })
  it('asks for a member that is not there by its name', async () => {
    await expect(readMember(await open([a]), 'b')).rejects.toMatchObject({ code: 'FOREIGN_MEMBER_MISSING', params: { member: '"b"' } })
  })
})

describe('what is refused when a ZIP is opened', () => {
  it.each<[string, string, readonly ZipFixture[]]>([
    ['an absolute name', 'FOREIGN_NAME_ABSOLUTE', [{ ...a, name: '/etc/passwd' }]],
    ['a drive letter', 'FOREIGN_NAME_ABSOLUTE', [{ ...a, name: 'c:x' }]],
    ['a name that begins with a backslash', 'FOREIGN_NAME_ABSOLUTE', [{ ...a, name: '\\\\host\\x' }]],
    ['a parent in a name', 'FOREIGN_NAME_PARENT', [{ ...a, name: 'a/../../b' }]],
    ['a parent behind a backslash', 'FOREIGN_NAME_PARENT', [{ ...a, name: 'a\\..\\b' }]],
    ['a zero byte in a name', 'FOREIGN_NAME_INVALID', [{ ...a, name: 'a\0b' }]],
    ['an empty name', 'FOREIGN_NAME_INVALID', [{ ...a, name: '' }]],
    ['one name twice', 'FOREIGN_NAME_DUPLICATE', [a, a]],
    ['one name in two spellings', 'FOREIGN_NAME_DUPLICATE', [a, { ...a, name: './frames//a.json' }]],
    ['a symbolic link', 'FOREIGN_LINK', [{ ...a, mode: 0o120777 }]],
    ['a device', 'FOREIGN_MEMBER_KIND', [{ ...a, mode: 0o020666 }]],
    ['an encrypted member', 'FOREIGN_ENCRYPTED', [{ ...a, flags: 1 }]],
    ['bzip2 inside of a ZIP', 'FOREIGN_METHOD', [{ ...a, method: 12 }]],
    ['a size beyond the file', 'FOREIGN_SIZE_BEYOND_FILE', [{ ...a, length: 1_000_000, size: 1_000_000 }]],
    ['a 64-bit size beyond all files', 'FOREIGN_SIZE_BEYOND_FILE', [{ ...a, wide: true, length: 2 ** 60, size: 2 ** 60 }]],
    ['an offset beyond the file', 'FOREIGN_SIZE_BEYOND_FILE', [{ ...a, headerOffset: 5000 }]],
    ['two members over the same bytes', 'FOREIGN_OVERLAP', [a, { ...b, headerOffset: 0 }]],
    ['a ratio that deflate cannot reach', 'FOREIGN_BOMB', [{ ...b, size: 10_000_000 }]],
    ['a stored member that claims to be larger', 'FOREIGN_BOMB', [{ ...a, size: 20 }]],
  ])('refuses %s by its own code', async (_, code, members) => {
    expect(await refusal(members)).toBe(code)
  })
  it('refuses more members, more directory and larger members than the limits state', async () => {
    const source = sourceOf(zipFrom([a, b]))
    const refused = (limits: Partial<typeof zipLimits>) => expect(openZip(source, tools, { ...zipLimits, ...limits })).rejects
    await refused({ members: 1 }).toMatchObject({ code: 'FOREIGN_TOO_MANY', params: { found: 2 } })
    await refused({ directoryBytes: 50 }).toMatchObject({ code: 'FOREIGN_TOO_MANY' })
    await refused({ memberBytes: 4999 }).toMatchObject({ code: 'FOREIGN_MEMBER_TOO_LARGE', params: { bytes: 5000 } })
  })
  it('refuses a file that is no ZIP, empty or cut anywhere', async () => {
    const whole = zipFrom([a, b])
    for (const length of [0, 10, 21, 100, whole.length - 23, whole.length - 1])
      await expect(openZip(sourceOf(whole.subarray(0, length)), tools)).rejects.toMatchObject({ code: 'FOREIGN_ZIP_UNRECOGNISED' })
  })
  it('refuses a directory that lists fewer or more members than the end record counts', async () => {
    await expect(open([a, b], { count: 1 })).rejects.toMatchObject({ code: 'FOREIGN_ZIP_DAMAGED' })
    await expect(open([a, b], { count: 3 })).rejects.toMatchObject({ code: 'FOREIGN_ZIP_DAMAGED' })
  })
})

describe('what is refused when a member is read', () => {
  const reading = async (member: ZipFixture) => {
    const zip = await open([member])
    return readMember(zip, member.name).then(
      () => 'accepted',
      (error) => error.code,
    )
  }
  it('refuses a header that tells another name or size than the directory', async () => {
    expect(await reading({ ...a, headerName: 'frames/c.json' })).toBe('FOREIGN_ZIP_DAMAGED')
    expect(await reading({ ...a, headerSize: 8 })).toBe('FOREIGN_ZIP_DAMAGED')
  })
  it('refuses bytes that are not those that were packed', async () => {
    expect(await reading({ ...a, crc: 1 })).toBe('FOREIGN_CHECKSUM')
  })
  it('stops unpacking when more comes out than is stated', async () => {
    expect(await reading({ ...b, size: 4000 })).toBe('FOREIGN_BOMB')
  })
  it('refuses less than is stated, and bytes that are no deflate', async () => {
    expect(await reading({ ...b, deflated: storedDeflate(new Uint8Array(4000)) })).toBe('FOREIGN_ZIP_DAMAGED')
    expect(await reading({ ...b, deflated: latinBytes('\xff\xff\xff\xff\xff\xff') })).toBe('FOREIGN_ZIP_DAMAGED')
  })
})
