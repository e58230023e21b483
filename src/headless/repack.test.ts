// Tests of the repack command: exit codes, what it prints, and that what it makes is verified and opened like a run of ours.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { quirkSet, standardOptions } from '../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../scripts/fixtures/my3dis/run-folder.ts'
import { diskSink } from '../../scripts/fixtures/my3dis/sink.ts'
import { runCli } from './cli.ts'
import { type GatheredOutput, gatheredOutput } from './cli-fixture.ts'

let base = ''
let said: GatheredOutput
const inspect = (...words: string[]) => {
  said = gatheredOutput()
  return runCli(['inspect', ...words], said.output)
}
const out = () => join(base, 'out')

function source(quirks = ''): string {
  const options = { ...standardOptions, frames: 4, levels: [2, 4], objects: 2, quirks: quirkSet(quirks) }
  const [run] = writeMy3disFixtures(diskSink(join(base, 'my3dis')), join(base, 'my3dis'), [options])
  return join(base, 'my3dis', run!.folder)
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-repack-cli-'))
  vi.stubEnv('SCENEWRIGHT_STATE', join(base, 'state'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true, force: true })
})

describe('inspect repack', () => {
  it('makes a run that is verified as whole, shown with its counts, and dumped mask by mask', async () => {
    expect(await inspect('repack', source(), '--out', out())).toBe(0)
    expect(said.out.join('\n')).toMatch(/checked: \d+ masks on 16 frames of levels are those of the source/)
    expect(await inspect('verify', out(), '--json')).toBe(0)
    expect(JSON.parse(said.out[0]!)).toMatchObject({ findings: [], result: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await inspect('objects', out(), '--json')).toBe(0)
    expect(JSON.parse(said.out[0]!)).toHaveLength(4)
    expect(await inspect('dump', out(), '--kind', 'raw', '--level', '2', '--out', join(base, 'masks'))).toBe(0)
    expect(readdirSync(join(base, 'masks')).length).toBeGreaterThan(2)
  })

  it('ends with 1 and a table of what is gone when a chunk is cut, and what it made is whole in itself', async () => {
    expect(await inspect('repack', source('cut-chunk'), '--out', out())).toBe(1)
    expect(said.out.join('\n')).toMatch(/not repacked .*\nMY3DIS_CHUNK_DAMAGED +ssam level 2/)
    expect(await inspect('verify', out())).toBe(0)
    expect(said.out.join('\n')).toContain(' 0 broken')
  })

  it('refuses a run of ours and a place that is taken, and makes nothing', async () => {
    const run = source()
    expect(await inspect('repack', run, '--out', base)).toBe(1)
    expect(said.err.join()).toContain('[EXPORT_EXISTS]')
    expect(await inspect('repack', run, '--out', join(run, 'new'))).toBe(2)
    expect(await inspect('repack', run)).toBe(2)
    expect(existsSync(out())).toBe(false)
    expect(await inspect('repack', run, '--out', out(), '--json')).toBe(0)
    expect(JSON.parse(said.out[0]!)).toMatchObject({ out: out(), generation: 'G-Nov', findings: [] })
    expect(await inspect('repack', out(), '--out', join(base, 'twice'))).toBe(1)
    expect(said.err.join()).toContain('[MY3DIS_UNRECOGNISED]')
  })
})
