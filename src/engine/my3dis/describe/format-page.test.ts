// Holds docs/formats/my3dis.md to the code: its examples are read as it says, its tables name every field and code, its Python runs.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { downscaleRle } from '#core/mask/resize'
import { areaOfRle, maskFromRle, rleFromString } from '#core/mask/rle'
import { archivePlaces } from '#core/my3dis/archive-lookup'
import { CandidateJson, FilteredFrame, RawFrameMeta, RawManifest } from '#core/my3dis/masks/candidate-schema'
import { maskFromMy3dis, my3disFromMask } from '#core/my3dis/masks/my3dis-mask'
import { repairTable } from '#core/my3dis/repair-table'
import { RunManifest } from '#core/my3dis/run-manifest'
import { LevelIndex, ObjectManifest, PackedMaskEntry, VideoFrame, VideoManifest } from '#core/my3dis/masks/tracking-schema'
import { FrameMasks } from '#core/segment/frame-masks'
import { generations } from '../../../../scripts/fixtures/my3dis/options.ts'
import { fixtureRun } from '../../export/export-fixture.ts'
import { exportRun } from '../../export/export-run.ts'
import { trackingFrom } from '../tracks/tracking-source.ts'
import { countedSource, zipOfTexts } from '../tracks/tracks-fixture.ts'

const run = promisify(execFile)
const page = await readFile(new URL('../../../../docs/formats/my3dis.md', import.meta.url), 'utf8')
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
)

function blockOf(mark: string): string {
  const start = page.indexOf(`\n\`\`\`${mark}\n`)
  if (start < 0) throw new Error(`the page has no block "${mark}"`)
  return page.slice(start + mark.length + 5, page.indexOf('\n```', start + 4) + 1)
}

const unnamed = (names: readonly string[]) => names.filter((name) => !page.includes(`\`${name}\``))

describe('my3dis.md', () => {
  it('has a packed mask whose pixels and bytes are what the page says, read and written', () => {
    const stored = PackedMaskEntry.parse(JSON.parse(blockOf('json packed-mask')))
    const { mask } = maskFromMy3dis(stored)
    expect([...maskFromRle(mask)].join('')).toBe('100000100000001')
    expect(Buffer.from(stored.packed_bits_b64, 'base64').toString('hex')).toBe('8202')
    expect(page).toContain('`82 02`')
    expect(my3disFromMask(mask)).toEqual(JSON.parse(blockOf('json packed-mask')))
  })

  it('has an archive that is read as the frame below it, with the repair the page names', async () => {
    const archive = zipOfTexts([
      ['frames/frame_000037.json', blockOf('json video-frame')],
      ['manifest.json', blockOf('json video-manifest')],
    ])
    const tracking = await trackingFrom(countedSource(archive), { level: 2 })
    const { bytes } = (await tracking.masks(37))!
    const expected: unknown = JSON.parse(blockOf('json frame-masks'))
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(expected)
    expect(FrameMasks.parse(expected)).toEqual(expected)
    expect(tracking.problems.map(({ code }) => code)).toEqual(['FULL_SIZE_WRONG'])
    expect(tracking.objects().map(({ sourceId }) => sourceId)).toEqual(['2000', '2001'])
  })

  it('names every field that is read, every generation and every code of a repair', () => {
    const schemas = [RunManifest, CandidateJson, RawFrameMeta, FilteredFrame, RawManifest, PackedMaskEntry, VideoFrame, VideoManifest]
    const fields = [...schemas, ObjectManifest, LevelIndex].flatMap((schema) => Object.keys(schema.shape))
    expect(unnamed([...fields, ...generations, ...Object.keys(repairTable)])).toEqual([])
  })

  it('names no code of a repair that is not in the table', () => {
    const codes = page.slice(page.indexOf('## Repairs'), page.indexOf('## What we write')).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)
    expect([...codes].map(([, code]) => code!).filter((code) => !Object.hasOwn(repairTable, code))).toEqual([])
  })

  it('lists the places of an archive in the order in which they are tried', () => {
    const rules = archivePlaces('video', 2).map(({ rule }) => rule)
    const rows = page.split('\n').flatMap((line) => /^\| `([a-z-]+)` \|/.exec(line)?.[1] ?? [])
    expect(rows.filter((row) => rules.some((rule) => rule === row))).toEqual(rules)
    for (const { rule, folder, pattern } of archivePlaces('video', 2)) {
      const place = new RegExp(`^\\| \`${rule}\` \\| \`([^\`]+)\``, 'm').exec(page)?.[1]
      const name = place?.replace(folder === '' ? '' : `${folder}/`, '').replace('*', '_x')
      if (pattern) expect(pattern.test(name ?? ''), rule).toBe(true)
    }
  })

  it.skipIf(!hasPython)('has a Python program that reads an export of ours (skipped without python3)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-my3dis-page-'))
    try {
      const source = fixtureRun({ frames: 2, objects: 2 })
      await exportRun({ ...source, format: 'my3dis', out: join(folder, 'export') })
      const program = join(folder, 'read.py')
      await writeFile(program, blockOf('python'))
      const { stdout } = await run('python3', ['-I', program, join(folder, 'export')])
      const lines = [...source.frames].flatMap(([key, { level, frameIndex, size, masks }]) =>
        key.startsWith('tracker/')
          ? masks.map(({ id, parent, counts }) => {
              const [own, above] = [id, parent].map((one) => one && Math.floor(one / 100_000) * 1000 + (one % 100_000))
              return `${level} ${frameIndex} ${own} ${above ?? 'None'} ${areaOfRle(downscaleRle(rleFromString(counts, size), 0.3))}`
            })
          : [],
      )
      expect(lines).toHaveLength(8)
      expect(stdout.trim().split('\n')).toEqual(lines)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
