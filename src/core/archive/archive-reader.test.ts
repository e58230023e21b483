// Tests of reading a tar that may be cut, damaged or still growing, on bytes laid out by hand after docs/formats/archive.md.

import { joinedBytes } from '../base/joined-bytes.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ByteSource, listingFromArchive, listingFromManifest, readArtifact, scanTar } from './archive-reader.ts'
import { type ArchivedEntry, lineFromEntry, type ManifestEntry } from './manifest.ts'

const text = (value: string) => new TextEncoder().encode(value)

function member(name: string, bytes: Uint8Array, change: (header: Uint8Array) => void = () => {}): Uint8Array {
  const header = new Uint8Array(512)
  header.set(text(name), 0)
  header.set(text('000644 \0'), 100)
  header.set(text(`${bytes.length.toString(8).padStart(11, '0')} `), 124)
  header[156] = 0x30
  header.set(text('ustar\x0000'), 257)
  change(header)
  header.fill(32, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.set(text(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  return joinedBytes([header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)])
}

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  name: 'archive.tar',
  size: async () => bytes.length,
  read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
})

const entryAt = (name: string, offset: number, length: number, seq = 1): ArchivedEntry => ({
  seq,
  name,
  stage: 'ssam',
  kind: 'masks',
  mediaType: 'application/json',
  length,
  sha256: '0'.repeat(64),
  place: 'archive',
  offset,
})

describe('scanTar', () => {
  const first = member('a.json', text('{"a":1}'))
  const second = member('b/c.json', new Uint8Array(600))
  const whole = joinedBytes([first, second, new Uint8Array(1024)])

  it('finds each member and where its bytes begin, over the padding', async () => {
    expect(await scanTar(sourceOf(whole))).toEqual({
      members: [
        { name: 'a.json', offset: 512, length: 7 },
        { name: 'b/c.json', offset: 1536, length: 600 },
      ],
      end: 'complete',
      at: whole.length - 1024,
    })
  })
  it('gives exactly the members whose bytes are all there, wherever the archive is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (at) => {
        const { members, end } = await scanTar(sourceOf(whole.subarray(0, at)))
        const expected = [
          ['a.json', 519],
          ['b/c.json', 2136],
        ].flatMap(([name, last]) => (at >= Number(last) ? [name] : []))
        expect(members.map((one) => one.name)).toEqual(expected)
        // A block of zeros ends the archive even when its twin is cut off.
        expect(end).toBe(at >= whole.length - 512 ? 'complete' : 'cut')
      }),
    )
  })
  it('stops at a header whose checksum is wrong, and says at which byte', async () => {
    const bytes = Uint8Array.from(whole)
    bytes[first.length + 3] = 0x58
    const scan = await scanTar(sourceOf(bytes))
    expect(scan).toMatchObject({ end: 'damaged', at: 1024 })
    expect(scan.members.map((one) => one.name)).toEqual(['a.json'])
  })
  it('joins a ustar prefix to the name', async () => {
    const bytes = member('000001.json', text('{}'), (header) => header.set(text('ssam/masks'), 345))
    expect((await scanTar(sourceOf(bytes))).members[0]?.name).toBe('ssam/masks/000001.json')
  })
  it('understands a size in base 256, as other programs write it', async () => {
    const bytes = member('a', text('12345'), (header) => header.fill(0, 124, 136).set([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 124))
    expect((await scanTar(sourceOf(bytes))).members).toEqual([{ name: 'a', offset: 512, length: 5 }])
  })
})

describe('readArtifact', () => {
  it('throws a fault with the numbers, rather than giving fewer bytes than the manifest says', async () => {
    const source = sourceOf(new Uint8Array(600))
    expect(await readArtifact(source, entryAt('a', 512, 88))).toHaveLength(88)
    await expect(readArtifact(source, entryAt('a', 512, 89))).rejects.toMatchObject({
      code: 'ARCHIVE_DAMAGED',
      params: { path: 'archive.tar', offset: 512, reason: 'a needs 89 bytes, 88 are there' },
    })
  })
})

describe('listings', () => {
  it('leaves out what a cut archive has lost, keeps files, and says how much is gone', async () => {
    const report: ManifestEntry = { ...entryAt('report.md', 0, 5, 3), place: 'file' }
    const lines = [entryAt('a', 512, 88, 1), entryAt('b', 1536, 10, 2), report].map(lineFromEntry).join('')
    const listing = listingFromManifest(lines, () => 600)
    expect([...listing.entries.keys()]).toEqual(['a', 'report.md'])
    expect(listing.problem).toBe('the archive is cut: 1 of 3 artifacts are gone')
  })
  it('falls back to the earlier writing of a name when the newest one is cut off', async () => {
    const lines = [entryAt('tracks', 512, 8, 1), entryAt('tracks', 1536, 8, 2)].map(lineFromEntry).join('')
    const listing = listingFromManifest(lines, () => 1024)
    expect(listing.entries.get('tracks')).toMatchObject({ seq: 1, offset: 512 })
  })
  it('takes the listing from the last member when the file beside the archive is lost', async () => {
    const lines = text(lineFromEntry(entryAt('a.json', 512, 2)))
    const bytes = joinedBytes([member('a.json', text('{}')), member('manifest.ndjson', lines), new Uint8Array(1024)])
    const listing = await listingFromArchive(sourceOf(bytes))
    expect(listing).toMatchObject({ from: 'member', problem: undefined })
    expect([...(listing?.entries.keys() ?? [])]).toEqual(['a.json'])
  })
  it('has no listing for an archive that never got its manifest', async () => {
    expect(await listingFromArchive(sourceOf(member('a.json', text('{}'))))).toBeUndefined()
  })
})
