// Tests of candidates read out of made-up runs: every generation, every way of packing, and what is missing or cut.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FrameMasks } from '#core/segment/frame-masks'
import { type FixtureOptions, quirkSet, standardOptions } from '../../../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../../../scripts/fixtures/my3dis/run-folder.ts'
import { candidateFrames, filteredItems } from '../../../../scripts/fixtures/my3dis/scene/candidates.ts'
import { diskSink } from '../../../../scripts/fixtures/my3dis/sink.ts'
import { type CandidateContext, type CandidateSource, loneContext } from './candidate-source.ts'
import { createChunkStore, type ChunkStoreOptions } from './chunk-store.ts'
import { isFilteredIndexed, openFiltered } from './filtered-source.ts'
import { openRaw, openRawChunk } from './raw-source.ts'
import { stringFromRle } from '#core/mask/rle'
import { printOf } from '../run-print.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'my3dis-candidates-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const opened: CandidateSource[] = []
function closedLater(source: CandidateSource): CandidateSource {
  opened.push(source)
  return source
}
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close()
})

let made = 0
function runOf(options: Partial<FixtureOptions>, quirks = '') {
  made++
  const folder = join(root, String(made))
  const [run] = writeMy3disFixtures(diskSink(folder), folder, [
    { ...standardOptions, frames: 6, levels: [2, 4], objects: 3, ...options, quirks: quirkSet(quirks) },
  ])
  const cacheFolder = join(root, `cache-${made}`)
  const store = (held?: Partial<ChunkStoreOptions>) => createChunkStore({ cacheFolder, ...held })
  const path = join(folder, run!.folder)
  const context = (level: number): CandidateContext => ({
    ...loneContext(level, cacheFolder),
    selected: run!.truth.selected.map(({ absolute }) => absolute),
    nameOf: (index) => run!.truth.selected.find(({ absolute }) => absolute === index)?.name,
  })
  const raw = (level: number, held?: Partial<ChunkStoreOptions>) =>
    closedLater(openRaw(join(path, `level_${level}/raw`), store(held), context(level)))
  const filtered = (level: number) => closedLater(openFiltered(join(path, `level_${level}/filtered/filtered.json`), context(level)))
  const truth = (level: number) => [...candidateFrames(run!.truth, level)]
  return { path, folder, cacheFolder, raw, filtered, truth, options: run!.truth.options }
}

/** Everything below a folder with its bytes and times, to see that nothing of it was touched. */
describe('raw candidates', () => {
  it.each([
    ['G-Nov', { compression: 'gz' }, ''],
    ['G-Nov', { compression: 'none' }, ''],
    ['G-Nov', { compression: 'bz2' }, 'missing-masks'],
    ['G-Nov', { compression: 'xz' }, 'gap-names'],
    ['G-Oct', { compression: 'gz' }, 'bool-masks,gap-names,missing-masks'],
    ['G-Oct', { compression: 'gz' }, 'no-raw-manifest,nan-scores'],
    ['E2', {}, 'missing-masks'],
    ['E3', {}, ''],
  ] as const)('of %s %o %s are all found, with the masks that were written', async (generation, options, quirks) => {
    const run = runOf({ generation, ...options }, quirks)
    const before = printOf(run.folder)
    for (const level of run.options.levels) {
      const source = run.raw(level)
      const frames = run.truth(level)
      expect((await source.frames()).map(({ frameIndex }) => frameIndex)).toEqual(frames.map(({ frame }) => frame.absolute))
      for (const { frame, candidates } of frames) {
        const masks = FrameMasks.parse(JSON.parse(JSON.stringify(await source.masks(frame.absolute))))
        expect(masks).toMatchObject({ frameIndex: frame.absolute, frameName: frame.name, level })
        expect(masks.size).toEqual(candidates.find(({ mask }) => mask)?.mask?.size)
        expect(masks.masks.map(({ id }) => id)).toEqual(candidates.map((_, i) => level * 100_000 + i + 1))
        for (const [i, { mask, uniqueId }] of candidates.entries()) {
          if (mask && mask.size[0] === masks.size[0]) expect(masks.masks[i]!.counts).toBe(stringFromRle(mask))
          if (!mask) expect(masks.masks[i]!.area).toBe(0)
          expect(masks.masks[i]!.uniqueId).toBe(generation === 'G-Nov' ? uniqueId : undefined)
        }
        const gaps = masks.masks.filter((mask) => mask.source === 'gapFill').length
        expect(gaps).toBe(quirks.includes('gap-names') && level === 2 ? 1 : 0)
      }
      expect(await source.masks(frames[0]!.frame.absolute + 1)).toBeUndefined()
      expect(source.problems().map(({ code }) => code)).toEqual(quirks.includes('no-raw-manifest') ? ['RAW_MANIFEST_MISSING'] : [])
      await source.close()
    }
    expect(printOf(run.folder)).toBe(before)
  })

  it('of a chunk that is gone are missing with a code, and the others are read', async () => {
    const run = runOf({}, 'missing-chunk')
    const source = run.raw(2)
    const truth = run.truth(2)
    expect((await source.frames()).map(({ frameIndex }) => frameIndex)).toEqual(truth.slice(0, 2).map(({ frame }) => frame.absolute))
    expect(source.problems()).toMatchObject([{ code: 'RAW_CHUNK_MISSING', params: { frames: 1 } }])
    await expect(source.masks(truth[2]!.frame.absolute)).rejects.toMatchObject({ code: 'MY3DIS_CHUNK_MISSING' })
    expect(await source.masks(truth[1]!.frame.absolute)).toBeDefined()
  })

  it.each(['gz', 'none', 'xz', 'bz2'] as const)(
    'of a %s chunk that is cut are read up to the cut, with and without a manifest',
    async (compression) => {
      for (const quirks of ['cut-chunk', 'cut-chunk,no-raw-manifest']) {
        const run = runOf({ compression, chunkFrames: 3 }, quirks)
        const source = run.raw(2)
        const truth = run.truth(2)
        const last = truth.at(-1)!.frame.absolute
        if (quirks === 'cut-chunk') await expect(source.masks(last)).rejects.toMatchObject({ code: 'MY3DIS_CHUNK_DAMAGED' })
        else expect((await source.frames()).length).toBeLessThan(truth.length)
        expect(source.problems().map(({ code }) => code)).toContain('RAW_CHUNK_DAMAGED')
        for (const { frameIndex } of quirks === 'cut-chunk' ? [] : (await source.frames()).slice(0, -1))
          expect(await source.masks(frameIndex)).toBeDefined()
      }
    },
  )

  it('of a chunk with flipped bits are never given as if they were right', async () => {
    const run = runOf({ chunkFrames: 3 })
    const chunk = join(run.path, 'level_2/raw/chunk_0000.tar.gz')
    const sound = readFileSync(chunk)
    for (let at = 20; at < sound.length - 8; at += Math.ceil(sound.length / 40)) {
      const flipped = Buffer.from(sound)
      flipped[at]! ^= 0x10
      writeFileSync(chunk, flipped)
      const source = run.raw(2, { cacheFolder: join(root, `flip-${at}`) })
      const outcomes = await Promise.all(
        run.truth(2).map(({ frame }) =>
          source.masks(frame.absolute).then(
            () => 'read',
            (error: { code: string }) => error.code,
          ),
        ),
      )
      const told = source.problems().map(({ code }) => code)
      expect(told.length > 0 || outcomes.some((outcome) => outcome !== 'read'), `byte ${at}: ${outcomes}`).toBe(true)
      for (const outcome of outcomes) expect(outcome).toMatch(/^(read|MY3DIS_\w+|FOREIGN_\w+)$/)
    }
  })

  it('are unpacked anew in constant memory where a chunk is larger than what may be held', async () => {
    const run = runOf({ chunkFrames: 3 })
    const chunks = createChunkStore({ cacheFolder: run.cacheFolder, heldBytes: 4096 })
    const source = openRaw(join(run.path, 'level_2/raw'), chunks, loneContext(2, run.cacheFolder))
    const roomy = run.raw(2)
    for (const { frame } of run.truth(2)) expect(await source.masks(frame.absolute)).toEqual(await roomy.masks(frame.absolute))
    expect(chunks.heldBytes()).toBeLessThanOrEqual(4096)
  })

  it('hold no more unpacked chunks than allowed, whichever order they are asked for in', async () => {
    const run = runOf({ chunkFrames: 1, frames: 8 })
    const heldBytes = 60_000
    const chunks = createChunkStore({ cacheFolder: run.cacheFolder, heldBytes })
    const source = openRaw(join(run.path, 'level_2/raw'), chunks, loneContext(2, run.cacheFolder))
    await Promise.all(run.truth(2).map(({ frame }) => source.masks(frame.absolute)))
    expect(chunks.heldBytes()).toBeLessThanOrEqual(heldBytes)
    expect(chunks.heldBytes()).toBeGreaterThan(0)
  })

  it('say which program is missing instead of giving nothing', async () => {
    const run = runOf({ compression: 'xz' }, 'no-raw-manifest')
    await expect(run.raw(2, { searchPath: join(root, 'nowhere') }).frames()).rejects.toMatchObject({
      code: 'MY3DIS_UNPACKER_MISSING',
      params: { program: 'xz', compression: 'xz' },
    })
    const listed = runOf({ compression: 'bz2' }).raw(2, { searchPath: join(root, 'nowhere') })
    await expect(listed.masks(0)).rejects.toMatchObject({ code: 'MY3DIS_UNPACKER_MISSING', params: { program: 'bzip2' } })
  })

  it('of a single chunk can be opened alone, and a chunk that the manifest leaves out is found', async () => {
    const run = runOf({})
    const chunk = join(run.path, 'level_4/raw/chunk_0001.tar.gz')
    const alone = openRawChunk(chunk, createChunkStore({ cacheFolder: run.cacheFolder }), loneContext(4, run.cacheFolder))
    expect((await alone.frames()).map(({ frameIndex }) => frameIndex)).toEqual([run.truth(4)[2]!.frame.absolute])
    writeFileSync(join(run.path, 'level_4/raw/chunk_0007.tar'), readFileSync(chunk))
    const path = join(run.path, 'level_4/raw/manifest.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, frames: manifest.frames.slice(0, 2), chunks: manifest.chunks.slice(0, 1) }))
    const source = run.raw(4)
    expect(await source.frames()).toHaveLength(3)
    expect(source.problems().map(({ code }) => code)).toEqual(['RAW_CHUNK_UNLISTED', 'RAW_CHUNK_UNLISTED'])
  })

  it('with a manifest that leads out of the folder are not followed there', async () => {
    const run = runOf({})
    const path = join(run.path, 'level_2/raw/manifest.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    const frames = manifest.frames.map((frame: object) => ({ ...frame, chunk: '../../level_4/raw/chunk_0000.tar.gz' }))
    writeFileSync(path, JSON.stringify({ ...manifest, frames }))
    await expect(run.raw(2).masks(0)).rejects.toMatchObject({ code: 'MY3DIS_CHUNK_MISSING' })
  })
})

describe('filtered candidates', () => {
  it.each([
    ['E0', ''],
    ['E1', ''],
    ['E2', ''],
    ['E3', 'nan-scores'],
    ['G-Oct', 'gap-names'],
    ['G-Nov', 'gap-names,nan-scores'],
  ] as const)('of %s (%s) are found frame by frame under absolute indices', async (generation, quirks) => {
    const run = runOf({ generation }, quirks)
    const before = printOf(run.folder)
    for (const level of run.options.levels) {
      const source = run.filtered(level)
      const truth = run.truth(level)
      expect(await source.frames()).toEqual(
        truth.map((frame) => ({ frameIndex: frame.frame.absolute, count: filteredItems(run.options, frame).length })),
      )
      for (const frame of truth) {
        const masks = FrameMasks.parse(JSON.parse(JSON.stringify(await source.masks(frame.frame.absolute))))
        const items = filteredItems(run.options, frame)
        expect(masks).toMatchObject({ frameIndex: frame.frame.absolute, frameName: frame.frame.name, level })
        expect(masks.masks.map(({ id, area }) => [id, area])).toEqual(items.map(({ area }, i) => [level * 100_000 + i + 1, area]))
        for (const [i, { mask }] of items.entries())
          if (mask.size[0] === masks.size[0]) expect(masks.masks[i]!.counts).toBe(stringFromRle(mask))
      }
      await source.close()
    }
    expect(printOf(run.folder)).toBe(before)
  })

  it('are indexed once per content: a second opening reads no whole file, a changed one is indexed anew', async () => {
    const run = runOf({})
    const file = join(run.path, 'level_2/filtered/filtered.json')
    expect(await isFilteredIndexed(file, run.cacheFolder)).toBe(false)
    const frames = await run.filtered(2).frames()
    expect(await isFilteredIndexed(file, run.cacheFolder)).toBe(true)
    expect(await run.filtered(2).frames()).toEqual(frames)
    const content = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ frames: content.frames.slice(1) }))
    expect(await run.filtered(2).frames()).toHaveLength(frames.length - 1)
    const [index] = readdirSync(run.cacheFolder)
    for (const name of readdirSync(run.cacheFolder)) writeFileSync(join(run.cacheFolder, name), '{"frames": [{}]}')
    expect(index).toBeDefined()
    expect(await run.filtered(2).frames()).toHaveLength(frames.length - 1)
  })

  it('of a file that ends early are read up to there, with a code', async () => {
    const run = runOf({})
    const file = join(run.path, 'level_2/filtered/filtered.json')
    const text = readFileSync(file)
    writeFileSync(file, text.subarray(0, Math.floor(text.length * 0.7)))
    const source = run.filtered(2)
    expect((await source.frames()).length).toBeGreaterThan(0)
    expect((await source.frames()).length).toBeLessThan(3)
    expect(source.problems()).toMatchObject([{ code: 'FILTERED_DAMAGED' }])
  })

  it('are told to be unkept, and read, where the cache cannot be written', async () => {
    const run = runOf({})
    writeFileSync(join(root, 'a-file'), '')
    const file = join(run.path, 'level_2/filtered/filtered.json')
    const source = closedLater(openFiltered(file, loneContext(2, join(root, 'a-file', 'cache'))))
    expect(await source.frames()).toHaveLength(3)
    expect(source.problems()).toMatchObject([{ code: 'INDEX_NOT_KEPT' }])
  })

  it('with an array of the first weeks that is too short are refused by the name of the array', async () => {
    const run = runOf({ generation: 'E1' })
    const frame = run.truth(2)[0]!.frame.absolute
    const array = join(run.path, `level_2/filtered/seg_frame_${String(frame).padStart(5, '0')}.npy`)
    writeFileSync(array, readFileSync(array).subarray(0, 200))
    await expect(run.filtered(2).masks(frame)).rejects.toMatchObject({ code: 'FOREIGN_NPY_CUT' })
    utimesSync(array, 1, 1)
    expect(await run.filtered(2).masks(run.truth(2)[1]!.frame.absolute)).toBeDefined()
  })
})
