// Tests of opened My3DIS runs: every generation answers like a run of ours, whatever is missing, and stays as it was.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { RunConfig } from '#core/run/run-config'
import { RunEvent } from '#core/run/run-event'
import type { RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import { TrackList } from '#core/segment/track'
import { type FixtureOptions, generations, quirkSet, quirks, standardOptions } from '../../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../../scripts/fixtures/my3dis/run-folder.ts'
import { candidateFrames } from '../../../scripts/fixtures/my3dis/scene/candidates.ts'
import { diskSink } from '../../../scripts/fixtures/my3dis/sink.ts'
import { type OpenMy3disOptions, openMy3dis as openRun } from './my3dis-run.ts'
import { printOf } from './run-print.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'my3dis-run-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const readers: RunReader[] = []
async function openMy3dis(options: OpenMy3disOptions) {
  const opened = await openRun(options)
  readers.push(opened.reader)
  return opened
}
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close()
})

let made = 0
function runOf(options: Partial<FixtureOptions>, with_ = '') {
  made++
  const folder = join(root, String(made))
  const [run] = writeMy3disFixtures(diskSink(folder), folder, [
    { ...standardOptions, frames: 4, levels: [2, 4], objects: 2, ...options, quirks: quirkSet(with_) },
  ])
  return { folder, path: join(folder, run!.folder), cacheFolder: join(root, `cache-${made}`), truth: run!.truth, tracks: run!.tracks }
}

/** Every mask of every place, by `stage level frame`. */
async function readAll(reader: RunReader): Promise<Map<string, FrameMasks>> {
  const all = new Map<string, FrameMasks>()
  for (const { stage, level, frameIndices } of await reader.places())
    for (const frameIndex of frameIndices) {
      const found = await reader.masks(stage, level, frameIndex)
      const masks = FrameMasks.parse(JSON.parse(new TextDecoder().decode(found!.bytes)))
      expect(masks).toMatchObject({ level, frameIndex })
      expect(found!.maskCount).toBe(masks.masks.length)
      all.set(`${stage} ${level} ${frameIndex}`, masks)
    }
  return all
}

describe('an opened run', () => {
  it.each(generations)('of %s answers for every stage it has, with frames, tracks and a record, and is not touched', async (generation) => {
    const run = runOf({ generation })
    const before = printOf(run.folder)
    const { reader, record, events } = await openMy3dis(run)
    const masks = await readAll(reader)
    const ssam = run.truth.ssamLocals.map((local) => run.truth.selected[local]!.absolute)
    const hasRaw = generation !== 'E0' && generation !== 'E1'
    for (const [stage, frames] of [
      ['ssam', hasRaw ? ssam : []],
      ['filter', ssam],
      ['tracker', run.truth.selected.map(({ absolute }) => absolute)],
    ] as const)
      for (const level of [2, 4])
        expect([...masks.keys()].filter((key) => key.startsWith(`${stage} ${level} `))).toEqual(
          frames.map((frame) => `${stage} ${level} ${frame}`),
        )
    const list = TrackList.parse(await reader.tracks())
    expect(list.tracks).toHaveLength([...run.tracks.values()].flat().length)
    expect(list.framesDone).toBe(4)
    expect(record).toMatchObject({ state: 'succeeded', config: { levels: [2, 4] }, scene: { width: 160, height: 120 } })
    expect(record.frameIndices).toEqual(run.truth.selected.map(({ absolute }) => absolute))
    expect(record.frameNames).toEqual(run.truth.selected.map(({ name }) => name))
    expect(RunConfig.parse(record.config)).toEqual(record.config)
    for (const event of events) expect(RunEvent.parse(event)).toEqual(event)
    expect(record.stages.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'ssam succeeded',
      'filter succeeded',
      'tracker succeeded',
      'report succeeded',
    ])
    await reader.close()
    expect(printOf(run.folder)).toBe(before)
  })

  it('takes its settings, times and counts from the files', async () => {
    const { record } = await openMy3dis(runOf({ maxPropagate: 2, minArea: 7 }, 'gap-names'))
    expect(record.config.stages).toMatchObject({
      ssam: { every: 2, minArea: 7, addGaps: true },
      filter: { minArea: 7, stabilityThreshold: 0.9, cascade: false },
      tracker: { maxPropagate: 2 },
    })
    expect(record.config.frames).toEqual({ start: 0, end: -1, step: 2 })
    expect(record.stages.find(({ id }) => id === 'tracker')).toMatchObject({ durationMs: 3_725_125, backend: 'SAM 2' })
    expect(record.stages.find(({ id }) => id === 'ssam')?.counts.candidates).toBeGreaterThan(0)
    expect(record.startedAt).toBeLessThan(record.endedAt!)
  })

  it('points from finer candidates to the coarser ones they were made inside of, in the same frame', async () => {
    const run = runOf({ levels: [2, 4, 6] })
    const masks = await readAll((await openMy3dis(run)).reader)
    let parents = 0
    for (const level of [4, 6])
      for (const { frame, candidates } of candidateFrames(run.truth, level)) {
        const own = masks.get(`ssam ${level} ${frame.absolute}`)!
        for (const [i, { fields }] of candidates.entries()) {
          const coarse = masks.get(`ssam ${level - 2} ${frame.absolute}`)!
          const parent = coarse.masks.find(({ uniqueId }) => uniqueId === fields.parent_unique_id)
          expect(own.masks[i]!.parent).toBe(parent?.id)
          if (parent) parents++
        }
        const kept = masks.get(`filter ${level} ${frame.absolute}`)!
        for (const { parent } of kept.masks)
          if (parent !== undefined) expect(masks.get(`filter ${level - 2} ${frame.absolute}`)!.masks.map(({ id }) => id)).toContain(parent)
      }
    expect(parents).toBeGreaterThan(0)
  })

  it('takes parents of tracks from the family tree', async () => {
    const run = runOf({ generation: 'G-Nov' })
    const { tracks } = await (await openMy3dis(run)).reader.tracks()
    const finer = tracks.filter(({ level }) => level === 4)
    expect(finer.length).toBeGreaterThan(0)
    for (const { parent } of finer) expect(tracks.some(({ id, level }) => id === parent && level === 2)).toBe(true)
  })

  it.each(Object.keys(quirks))('with the quirk %s opens, and nothing that can be read is lost with what cannot', async (quirk) => {
    const old = ['int-keys', 'numpy-2'].includes(quirk)
    const run = runOf({ generation: old ? 'E3' : 'G-Nov' }, quirk)
    const { reader, record, problems } = await openMy3dis(run)
    const frames = run.truth.selected.map(({ absolute }) => absolute)
    expect(record.frameIndices).toEqual(frames)
    const places = await reader.places()
    const hasTracks = !['no-tracking', 'no-filtered'].includes(quirk)
    expect(places.filter(({ stage }) => stage === 'tracker')).toHaveLength(hasTracks ? 2 : 0)
    expect(places.filter(({ stage }) => stage === 'filter')).toHaveLength(quirk === 'no-filtered' ? 0 : 2)
    expect(places.filter(({ stage }) => stage === 'ssam')).toHaveLength(quirk === 'missing-chunk' ? 0 : 2)
    if (quirk !== 'cut-chunk') await readAll(reader)
    expect(TrackList.parse(await reader.tracks()).tracks.length > 0).toBe(hasTracks)
    expect(record.state).toBe(/^(no-(manifest|filtered|tracking|summary)|truncated-manifest)$/.test(quirk) ? 'interrupted' : 'succeeded')
    if (['missing-chunk', 'no-raw-manifest'].includes(quirk))
      expect((await problems()).map(({ code }) => code)).toContain(quirk === 'missing-chunk' ? 'RAW_CHUNK_MISSING' : 'RAW_MANIFEST_MISSING')
    await reader.close()
  })

  it('without manifest and links knows its frames from what its stores say', async () => {
    const run = runOf({}, 'no-manifest,no-summary,dead-links')
    rmSync(join(run.path, 'selected_frames'), { recursive: true })
    const { record, reader } = await openMy3dis(run)
    expect(record.frameIndices).toEqual(run.truth.selected.map(({ absolute }) => absolute))
    expect(record.frameNames).toEqual(run.truth.selected.map(({ name }) => name))
    expect(record.scene).toMatchObject({ width: expect.closeTo(160, -1), height: expect.closeTo(120, -1) })
    expect((await readAll(reader)).size).toBeGreaterThan(0)
  })

  it('says which parts are missing, and warns of each repair with a code', async () => {
    const { record, description } = await openMy3dis(runOf({}, 'no-tracking,dead-links'))
    expect(record.state).toBe('interrupted')
    const codes = record.warnings.map(({ code }) => code)
    expect(codes).toEqual([...description.repairs.map(({ code }) => code), undefined])
    expect(record.warnings.at(-1)?.message).toContain('tracks of level 2')
  })

  it('lets a damaged archive hurt its own level only, and tells why when its masks are asked for', async () => {
    const run = runOf({})
    writeFileSync(join(run.path, 'level_2/tracking/video_segments_scale0.3x.npz'), 'not a zip')
    const { reader, problems } = await openMy3dis(run)
    expect((await reader.places()).filter(({ stage }) => stage === 'tracker')).toMatchObject([{ level: 4 }])
    expect(await problems()).toContainEqual({
      code: 'STORE_UNREADABLE',
      params: { stage: 'tracker', level: 2, reason: expect.stringContaining('ZIP') },
    })
    await expect(reader.masks('tracker', 2, 0)).rejects.toMatchObject({ code: expect.stringMatching(/^(FOREIGN|MY3DIS)_/) })
    expect((await reader.tracks()).tracks.every(({ level }) => level === 4)).toBe(true)
  })

  it('of a single file answers for that file only; a folder of runs is not one', async () => {
    const run = runOf({ layout: 'scene_level' })
    for (const [file, stage] of [
      ['level_4/video_segments_L04.npz', 'tracker'],
      ['level_4/raw/chunk_0000.tar.gz', 'ssam'],
      ['level_4/filtered/filtered.json', 'filter'],
    ] as const) {
      const { reader, record } = await openMy3dis({ ...run, path: join(run.path, file) })
      expect((await reader.places()).map((place) => `${place.stage} ${place.level}`)).toEqual([`${stage} 4`])
      expect((await readAll(reader)).size).toBeGreaterThan(0)
      expect(record.config.levels).toEqual([4])
      await reader.close()
    }
    await expect(openMy3dis({ ...run, path: join(run.path, '..') })).rejects.toMatchObject({ code: 'MY3DIS_UNRECOGNISED' })
  })
})
