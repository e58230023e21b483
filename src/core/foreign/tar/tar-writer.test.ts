// Tests of tar writing: byte equality with Python's tarfile, long names, and what ustar cannot hold.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createTarWriter, tarBytes } from './tar-writer.ts'

const python = ['/usr/bin/python3', 'python3'].find((program) => spawnSync(program, ['--version']).status === 0)
const bytes = (text: string) => new TextEncoder().encode(text)
const long = `${'d'.repeat(90)}/${'e'.repeat(60)}/${'f'.repeat(80)}.json`

describe('tar archives', () => {
  it('have headers of one block, members on whole blocks and an end on a whole record', () => {
    const tar = Buffer.from(tarBytes([{ name: 'frame_00012/meta.json', bytes: bytes('{}') }], 1_760_000_000))
    expect(tar.length).toBe(10_240)
    expect(tar.toString('latin1', 0, 21)).toBe('frame_00012/meta.json')
    expect(tar.toString('latin1', 100, 156)).toBe('0000644\0' + '0000000\0' + '0000000\0' + '00000000002\0' + '15071674000\0' + '011431\0 ')
    expect(tar.toString('latin1', 512, 515)).toBe('{}\0')
    const filled = tarBytes([{ name: 'a', bytes: new Uint8Array(10_240 - 1024) }], 0)
    expect(filled.length).toBe(20_480)
  })

  it.skipIf(!python)('are byte for byte those of tarfile [needs python3]', () => {
    const code = [
      'import tarfile, io, sys',
      'b = io.BytesIO()',
      'with tarfile.open(fileobj=b, mode="w", format=tarfile.USTAR_FORMAT) as t:',
      '    for n, d in (("frame_00012/meta.json", b"{}"), (sys.argv[1], b"x" * 512), ("empty", b"")):',
      '        i = tarfile.TarInfo(n); i.size = len(d); i.mtime = 1760000000; t.addfile(i, io.BytesIO(d))',
      'sys.stdout.write(b.getvalue().hex())',
    ].join('\n')
    const members = [
      { name: 'frame_00012/meta.json', bytes: bytes('{}') },
      { name: long, bytes: new Uint8Array(512).fill(120) },
      { name: 'empty', bytes: new Uint8Array(0) },
    ]
    expect(spawnSync(python!, ['-c', code, long], { encoding: 'utf8' }).stdout).toBe(
      Buffer.from(tarBytes(members, 1_760_000_000)).toString('hex'),
    )
  })

  it('refuse names and sizes that a header cannot hold, instead of cutting them', () => {
    const { header } = createTarWriter(0)
    for (const name of ['', 'n'.repeat(101), `${'d'.repeat(156)}/f`]) expect(() => header(name, 1)).toThrow(RangeError)
    for (const size of [-1, 1.5, 8 ** 11]) expect(() => header('a', size)).toThrow(RangeError)
    expect(() => createTarWriter(-1).header('a', 0)).toThrow(RangeError)
  })
})
