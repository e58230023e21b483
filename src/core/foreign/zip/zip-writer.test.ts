// Tests of ZIP writing: golden bytes of Python's zipfile, places beyond 32 bits, and Python reading what was written.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createZipWriter, zipBytes, zipMember } from './zip-writer.ts'

const python = ['/usr/bin/python3', 'python3'].find((program) => spawnSync(program, ['--version']).status === 0)
const scratch = mkdtempSync(join(tmpdir(), 'zip-writer-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const ask = (code: string, ...words: string[]) => {
  const done = spawnSync(python!, ['-c', code, ...words], { encoding: 'utf8' })
  return done.status === 0 ? done.stdout.trim() : done.stderr
}
const bytes = (text: string) => new TextEncoder().encode(text)
const deflate = (plain: Uint8Array) => deflateRawSync(plain, { level: 6 })

describe('zip archives', () => {
  it('are byte for byte what zipfile writes for stored members', () => {
    // zipfile.ZipFile(...).writestr(ZipInfo('a.txt'), b'hi') and ZipInfo('ä/b'), b''), external_attr 0600, Python 3.11.
    const members = [zipMember('a.txt', bytes('hi')), zipMember('ä/b', new Uint8Array(0))]
    const written = Buffer.from(zipBytes(members))
    expect(written.subarray(0, 37).toString('hex')).toBe('504b0304140000000000000021' + '00ac2a93d8020000000200000005000000612e7478746869')
    if (python) {
      const code = [
        'import zipfile, io, sys',
        'b = io.BytesIO()',
        'with zipfile.ZipFile(b, "w") as z:',
        '    for n, d in (("a.txt", b"hi"), ("\\u00e4/b", b"")):',
        '        z.writestr(zipfile.ZipInfo(n), d)',
        'sys.stdout.write(b.getvalue().hex())',
      ].join('\n')
      expect(ask(code)).toBe(written.toString('hex'))
    }
  })

  it('refuse a name twice, and one that is empty', () => {
    const writer = createZipWriter()
    writer.add(zipMember('a', bytes('1')))
    expect(() => writer.add(zipMember('a', bytes('2')))).toThrow(/already/)
    expect(() => writer.add(zipMember('', bytes('2')))).toThrow(RangeError)
  })

  it.skipIf(!python)('are read by Python, deflated and with the roomy headers of NumPy [needs python3]', () => {
    const file = join(scratch, 'deflated.zip')
    const plain = bytes('mask '.repeat(1000))
    writeFileSync(file, zipBytes([zipMember('x.npy', plain, deflate), zipMember('y', plain)], { roomyHeaders: true }))
    const code =
      'import zipfile,hashlib,sys\nz=zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), z.namelist(), z.getinfo("x.npy").compress_type, hashlib.sha1(z.read("x.npy")).hexdigest())'
    expect(ask(code, file)).toBe(`None ['x.npy', 'y'] 8 ${createHash('sha1').update(plain).digest('hex')}`)
  })

  it.skipIf(!python)('hold more than 65,535 members, which need ZIP64 [needs python3]', () => {
    const file = join(scratch, 'many.zip')
    writeFileSync(file, zipBytes(Array.from({ length: 65_537 }, (_, i) => zipMember(`frames/${i}`, bytes(`${i}`)))))
    const code = 'import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1])\nprint(len(z.namelist()), z.read("frames/65536"))'
    expect(ask(code, file)).toBe("65537 b'65536'")
  })

  it.skipIf(!python)('hold members behind the first 4 GiB, which need ZIP64 [needs python3]', () => {
    const file = join(scratch, 'far.zip')
    const start = 5 * 2 ** 30
    const handle = openSync(file, 'w')
    // The front of the file is a hole, so nothing of it lands on the disk.
    writeSync(handle, zipBytes([zipMember('far', bytes('there'), deflate)], { start }), 0, undefined, start)
    const code = 'import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1])\nprint(z.getinfo("far").header_offset, z.read("far"))'
    expect(ask(code, file)).toBe(`${start} b'there'`)
  })
})
