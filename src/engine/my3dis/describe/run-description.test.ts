// Tests of descriptions of made-up runs: generations, layouts, what is missing, and what has to be repaired.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentenceOfRepair } from '#core/my3dis/repair-table'
import { type FixtureOptions, generations, quirkSet, standardOptions } from '../../../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../../../scripts/fixtures/my3dis/run-folder.ts'
import { diskSink } from '../../../../scripts/fixtures/my3dis/sink.ts'
import { describeMy3dis } from './run-description.ts'
import { printOf } from '../run-print.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'my3dis-description-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
function runOf(options: Partial<FixtureOptions>, quirks = '') {
  made++
  const folder = join(root, String(made))
  const [run] = writeMy3disFixtures(diskSink(folder), folder, [
    { ...standardOptions, frames: 4, levels: [2, 4], objects: 2, ...options, quirks: quirkSet(quirks) },
  ])
  return { folder, path: join(folder, run!.folder), colour: join(folder, 'dataset/scene_00065_00/outputs/color'), truth: run!.truth }
}
const codesOf = (description: Awaited<ReturnType<typeof describeMy3dis>>) =>
  [...new Set(description.repairs.map(({ code }) => code))].sort()

describe('a run', () => {
  it.each(generations)('of %s is known by its content, complete, and left as it was', async (generation) => {
    const run = runOf({ generation, trackRatio: 0.3 })
    const before = printOf(run.folder)
    const found = await describeMy3dis(run.path)
    expect(found).toMatchObject({ kind: 'run', generation, state: { complete: true, missing: [] } })
    expect(found.levels.map(({ level }) => level)).toEqual([2, 4])
    expect(found.frames).toMatchObject({ from: 'data', folder: run.colour })
    expect(found.frames.frames.map(({ frameIndex, name }) => [frameIndex, name])).toEqual(
      run.truth.selected.map(({ absolute, name }) => [absolute, name]),
    )
    expect(found.frames.frames.every(({ file }) => file !== undefined && statSync(file).isFile())).toBe(true)
    for (const { tracking, filtered, comparisons } of found.levels) {
      expect(statSync(tracking!.file).size).toBe(tracking!.bytes)
      expect(filtered?.form).toBe(generation === 'E0' || generation === 'E1' ? 'arrays' : 'masks')
      expect(comparisons?.pictures.length).toBeGreaterThan(0)
    }
    const raw = { E0: undefined, E1: undefined, E2: 'files', E3: 'files', 'G-Oct': 'chunks', 'G-Nov': 'chunks' }[generation]
    expect(found.levels[0]!.raw?.form).toBe(raw)
    for (const repair of found.repairs) expect(Object.values(sentenceOfRepair(repair)).join(' ')).not.toMatch(/undefined|NaN/)
    expect(printOf(run.folder)).toBe(before)
  })

  it('does not change its generation with the name of its archives or the time of its files', async () => {
    const oct = runOf({ generation: 'G-Oct' })
    const old = runOf({ generation: 'E2' })
    renameSync(join(old.path, 'level_2/tracking/video_segments.npz'), join(old.path, 'level_2/video_segments_L02.npz'))
    expect((await describeMy3dis(oct.path)).generation).toBe('G-Oct')
    expect((await describeMy3dis(old.path)).generation).toBe('E2')
    for (const [generation, quirks] of [
      ['G-Nov', 'no-tracking'],
      ['G-Oct', 'no-tracking'],
      ['G-Nov', 'no-filtered'],
      ['E0', 'no-tracking'],
      ['E1', 'no-tracking'],
      ['E2', 'no-tracking'],
    ] as const)
      expect((await describeMy3dis(runOf({ generation }, quirks).path)).generation, `${generation} ${quirks}`).toBe(generation)
  })

  it('tells the times of its stages and of itself', async () => {
    const { timings, startedAt, endedAt, reportFile } = await describeMy3dis(runOf({}).path)
    expect(timings.map(({ stage }) => stage)).toEqual(['ssam', 'filter', 'tracker', 'family_tree', 'report'])
    expect(timings[2]).toMatchObject({ seconds: 3725.125, cpuPeakBytes: expect.any(Number), gpuPeakBytes: expect.any(Number) })
    expect(startedAt).toBeLessThan(endedAt!)
    expect(basename(reportFile!)).toBe('report.md')
    const cut = runOf({})
    rmSync(join(cut.path, 'workflow_summary.json'))
    expect((await describeMy3dis(cut.path)).timings[0]).toMatchObject({ stage: 'ssam', seconds: 61.25, gpuPeakBytes: expect.any(Number) })
  })

  it.each([
    ['no-tracking', [{ part: 'tracking', level: 2 }, { part: 'tracking', level: 4 }, { part: 'summary' }]],
    [
      'no-filtered',
      [
        { part: 'filtered', level: 2 },
        { part: 'tracking', level: 2 },
        { part: 'filtered', level: 4 },
        { part: 'tracking', level: 4 },
        { part: 'summary' },
      ],
    ],
    ['no-summary', [{ part: 'summary' }]],
    ['no-manifest', [{ part: 'manifest' }]],
  ] as const)('with %s says what is missing', async (quirks, missing) => {
    const { state } = await describeMy3dis(runOf({}, quirks).path)
    expect(state).toEqual({ complete: false, missing })
  })
})

describe('repairs', () => {
  it.each([
    ['', 'plain', ['FULL_SIZE_WRONG']],
    ['right-full-shape', 'plain', []],
    ['wrong-full-shape', 'plain', ['FULL_SIZE_WRONG']],
    ['right-full-shape', 'scene_level', ['ARCHIVE_LINK_DEAD', 'INDEX_SOURCES_DEAD', 'TREE_PATHS_DEAD']],
    ['right-full-shape,moved-archives', 'plain', ['ARCHIVE_LINK_DEAD', 'ARCHIVE_MOVED', 'INDEX_SOURCES_DEAD', 'TREE_PATHS_DEAD']],
    ['right-full-shape,no-raw-manifest', 'plain', ['RAW_MANIFEST_MISSING']],
    ['right-full-shape,missing-chunk', 'plain', ['RAW_CHUNK_MISSING']],
    ['right-full-shape,no-filtered', 'plain', ['FILTERED_MISSING']],
    ['right-full-shape,copied-frames', 'plain', []],
    ['right-full-shape,dead-links', 'plain', ['FRAMES_GONE', 'LINKS_DEAD']],
    ['right-full-shape,dead-links,copied-frames', 'plain', ['FRAMES_MOVED']],
  ] as const)('of %s in layout %s are %o', async (quirks, layout, codes) => {
    expect(codesOf(await describeMy3dis(runOf({ layout }, quirks).path))).toEqual(codes)
  })

  it('of a manifest that is gone or cut keep levels, frames and their numbers', async () => {
    for (const [quirks, code] of [
      ['no-manifest,no-summary', 'RUN_MANIFEST_MISSING'],
      ['truncated-manifest,no-summary', 'RUN_MANIFEST_CUT'],
    ] as const) {
      const run = runOf({}, quirks)
      const found = await describeMy3dis(run.path)
      expect(codesOf(found)).toContain(code)
      expect(found.levels.map(({ level }) => level)).toEqual([2, 4])
      expect(found.frames.frames.map(({ frameIndex, name }) => [frameIndex, name])).toEqual(
        run.truth.selected.map(({ absolute, name }) => [absolute, name]),
      )
    }
    const copied = await describeMy3dis(runOf({ layout: 'scene_level' }, 'truncated-manifest').path)
    expect(codesOf(copied)).toContain('RUN_MANIFEST_COPIED')
    expect(copied.manifest?.tracking_artifacts).toBeDefined()
  })

  it('find the frames by name under a new root, whatever folder of the scene is named', async () => {
    const run = runOf({}, 'dead-links')
    for (const framesRoot of [run.colour, join(run.folder, 'dataset/scene_00065_00')]) {
      const found = await describeMy3dis(run.path, { framesRoot })
      expect(found.frames).toMatchObject({ from: 'root', folder: run.colour })
      expect(codesOf(found)).toContain('FRAMES_MOVED')
      expect(found.frames.frames.every(({ file }) => file !== undefined)).toBe(true)
    }
    const elsewhere = await describeMy3dis(run.path, { framesRoot: join(run.folder, 'runs') })
    expect(elsewhere.frames).toMatchObject({ from: 'none', folder: undefined })
    rmSync(join(run.colour, run.truth.selected[1]!.name))
    const partly = await describeMy3dis(run.path, { framesRoot: run.colour })
    expect(partly.frames.frames.map(({ file }) => file === undefined)).toEqual([false, true, false, false])
    expect(partly.repairs.find(({ code }) => code === 'FRAMES_MOVED')?.params).toMatchObject({ found: 3, total: 4 })
  })

  it('compute the numbers of September frames from the colour folder, else from the slice', async () => {
    const run = runOf({ generation: 'E1' })
    expect(codesOf(await describeMy3dis(run.path))).toContain('INDICES_FROM_LISTING')
    const gone = runOf({ generation: 'E1' }, 'dead-links')
    const found = await describeMy3dis(gone.path)
    expect(codesOf(found)).toContain('INDICES_FROM_SLICE')
    expect(found.frames.frames.map(({ frameIndex }) => frameIndex)).toEqual([0, 2, 4, 6])
    expect(codesOf(await describeMy3dis(runOf({ generation: 'E0' }).path))).toContain('INDICES_LOCAL')
  })

  it('tell an archive that is no archive, and levels that only folder or only manifest know', async () => {
    const run = runOf({}, 'right-full-shape')
    writeFileSync(join(run.path, 'level_2/tracking/video_segments_scale0.3x.npz'), 'not a zip')
    mkdirSync(join(run.path, 'level_6'))
    rmSync(join(run.path, 'level_4'), { recursive: true })
    const found = await describeMy3dis(run.path)
    expect(found.levels.map(({ level }) => level)).toEqual([2, 4, 6])
    expect(codesOf(found)).toEqual(expect.arrayContaining(['ARCHIVE_DAMAGED', 'LEVEL_FOLDER_MISSING', 'LEVEL_UNLISTED']))
  })
})

describe('what is opened', () => {
  it('may be an experiment, a level, or a single file inside of a run or alone', async () => {
    const run = runOf({ layout: 'scene_level' })
    const experiment = await describeMy3dis(join(run.path, '..'))
    expect(experiment).toMatchObject({ kind: 'experiment', scenes: [{ name: 'scene_00065_00', path: run.path }], levels: [] })
    expect(await describeMy3dis(join(run.path, 'level_4'))).toMatchObject({
      kind: 'level',
      levels: [{ level: 4 }],
      frames: { from: 'data' },
    })
    const files = {
      archive: 'level_4/video_segments_L04.npz',
      chunk: 'level_4/raw/chunk_0000.tar.gz',
      filtered: 'level_4/filtered/filtered.json',
    }
    for (const [kind, file] of Object.entries(files)) {
      const inside = await describeMy3dis(join(run.path, file))
      expect(inside, kind).toMatchObject({ kind, levels: [{ level: 4 }], generation: 'G-Nov', state: { complete: true } })
      expect(inside.frames.frames).toHaveLength(4)
      const alone = join(root, 'alone', `${kind}-${basename(file)}`.replace('_L04', ''))
      cpSync(join(run.path, file), alone)
      const described = await describeMy3dis(alone)
      expect(described).toMatchObject({ kind, runFolder: undefined, levels: [{ level: 4 }], frames: { from: 'none' } })
    }
  })

  it('is refused by name when it is nothing of My3DIS: a folder of pictures, a text, a manifest of a web page, nothing', async () => {
    const other = join(root, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'manifest.json'), '{"name": "page"}')
    for (const path of [other, join(other, 'manifest.json'), join(other, 'absent'), runOf({}).colour])
      await expect(describeMy3dis(path)).rejects.toMatchObject({ code: 'MY3DIS_UNRECOGNISED' })
  })
})
