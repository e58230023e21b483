// Tests of tracking archives: every generation and oddity gives the masks that were written, and opening reads next to nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { areaOfRle, rleFromString, stringFromRle } from '#core/mask/rle'
import { FrameMasks } from '#core/segment/frame-masks'
import type { Quirk } from '../../../../scripts/fixtures/my3dis/options.ts'
import { trackMask } from '../../../../scripts/fixtures/my3dis/scene/tracks.ts'
import { openTracking, trackingFrom } from './tracking-source.ts'
import { countedSource, type TracksFixture, tracksFixture, zipOfTexts } from './tracks-fixture.ts'

const small = { frames: 6, objects: 3, levels: [2, 3], maxPropagate: 3 }

/** Every mask of a level as text, by frame and id, with '' for an object that is not visible. */
function writtenMasks({ truth, tracks }: TracksFixture, level: number): Map<string, string> {
  const written = new Map<string, string>()
  for (const track of tracks.get(level) ?? [])
    for (const local of track.locals) {
      const mask = trackMask(truth, track, local)
      written.set(`${truth.selected[local]!.absolute} ${track.id}`, areaOfRle(mask) === 0 ? '' : stringFromRle(mask))
    }
  return written
}

async function frameOf(source: Awaited<ReturnType<typeof trackingFrom>>, frameIndex: number): Promise<FrameMasks | undefined> {
  const found = await source.masks(frameIndex)
  return found && FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
}

async function foundMasks(source: Awaited<ReturnType<typeof trackingFrom>>): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { frameIndex, objectCount } of source.frames()) {
    const frame = await frameOf(source, frameIndex)
    for (const { sourceId, counts } of frame?.masks ?? []) found.set(`${frameIndex} ${sourceId}`, counts)
    for (const id of frame?.unseen ?? []) found.set(`${frameIndex} ${source.objects().find((object) => object.id === id)?.sourceId}`, '')
    expect((frame?.masks.length ?? 0) + (frame?.unseen?.length ?? 0)).toBe(objectCount)
  }
  return found
}

type Case = {
  readonly generation: 'E0' | 'E1' | 'E2' | 'E3' | 'G-Oct' | 'G-Nov'
  readonly quirks?: readonly Quirk[]
  readonly trackRatio?: number
  readonly layout?: 'scene_level'
  readonly found: string
  readonly scale: number | undefined
  readonly problems: readonly string[]
}
const cases: readonly Case[] = [
  { generation: 'G-Nov', found: 'G-Oct/Nov zip', scale: 0.3, problems: ['FULL_SIZE_WRONG'] },
  { generation: 'G-Nov', layout: 'scene_level', quirks: ['same-ids'], found: 'G-Oct/Nov zip', scale: 0.3, problems: ['FULL_SIZE_WRONG'] },
  {
    generation: 'G-Oct',
    quirks: ['moved-archives', 'wrong-full-shape'],
    found: 'G-Oct/Nov zip',
    scale: 0.3,
    problems: ['FULL_SIZE_WRONG'],
  },
  { generation: 'G-Oct', quirks: ['right-full-shape'], found: 'G-Oct/Nov zip', scale: 0.3, problems: [] },
  { generation: 'G-Oct', trackRatio: 1, found: 'G-Oct/Nov zip', scale: 1, problems: [] },
  { generation: 'E0', found: 'E0', scale: 1, problems: ['INDICES_LOCAL'] },
  { generation: 'E0', quirks: ['int-keys', 'numpy-2'], found: 'E0', scale: 1, problems: ['INDICES_LOCAL'] },
  { generation: 'E1', found: 'E1', scale: 1, problems: [] },
  { generation: 'E1', quirks: ['numpy-2'], found: 'E1', scale: 1, problems: [] },
  { generation: 'E2', found: 'E2', scale: 1, problems: [] },
  { generation: 'E2', quirks: ['int-keys'], found: 'E2', scale: 1, problems: [] },
  { generation: 'E3', found: 'E3', scale: 0.3, problems: ['FULL_SIZE_WRONG'] },
  { generation: 'E3', layout: 'scene_level', quirks: ['numpy-2', 'int-keys'], found: 'E3', scale: 0.3, problems: ['FULL_SIZE_WRONG'] },
]

describe('every generation', () => {
  it.each(cases)('gives the masks, frames and ids that $generation wrote ($quirks, $layout, $trackRatio)', async (one) => {
    const { generation, found, scale, problems, quirks = [], trackRatio = 0.3, layout = 'plain' } = one
    const run = tracksFixture({ ...small, generation, quirks, trackRatio, layout })
    for (const level of small.levels) {
      const source = await trackingFrom(countedSource(run.archive(level, 'video')), { level, selected: run.selected })
      const written = writtenMasks(run, level)
      expect(await foundMasks(source)).toEqual(written)
      expect([source.generation, source.scale, source.level]).toEqual([found, scale, level])
      expect(source.problems.map(({ code }) => code)).toEqual(problems)
      const frames = [...new Set([...written.keys()].map((key) => Number(key.split(' ')[0])))].sort((a, b) => a - b)
      expect(source.frames().map(({ frameIndex }) => frameIndex)).toEqual(frames)
      for (const { id, sourceId, frameIndices } of source.objects()) {
        const track = run.tracks.get(level)?.find((candidate) => String(candidate.id) === sourceId)
        expect(id).toBe(level * 100_000 + Number(sourceId))
        expect(frameIndices).toEqual(track?.locals.map((local) => run.truth.selected[local]!.absolute))
      }
      const [first] = frames
      const frame = await frameOf(source, first!)
      expect(frame?.frameName).toBe(run.selected.names.get(first!))
      for (const mask of frame!.masks) expect(areaOfRle(rleFromString(mask.counts, frame!.size))).toBe(mask.area)
    }
  })

  it('says that a pickle could be of two generations when its frames are numbered from 0 either way', async () => {
    for (const generation of ['E0', 'E1'] as const) {
      const run = tracksFixture({ ...small, generation, frameStep: 1 })
      const source = await trackingFrom(countedSource(run.archive(2, 'video')), { level: 2, selected: run.selected })
      expect([source.generation, source.problems]).toEqual(['E-pickle', []])
      expect(await foundMasks(source)).toEqual(writtenMasks(run, 2))
    }
  })

  it('does not need the selection: frames stay as they are numbered', async () => {
    const run = tracksFixture({ ...small, generation: 'E1' })
    const source = await trackingFrom(countedSource(run.archive(2, 'video')), { level: 2 })
    expect(source.generation).toBe('E1')
    expect(await frameOf(source, 2)).toMatchObject({ frameIndex: 2, frameName: '' })
  })
})

const mask = { packed_bits_b64: 'gA==', shape: [2, 3] }
const frameText = (frame_index: number, ids: readonly string[]) =>
  JSON.stringify({ frame_index, frame_name: null, objects: Object.fromEntries(ids.map((id) => [id, mask])) })
const manifestText = (frames: readonly unknown[], meta: unknown = { level: 2, mask_scale_ratio: 0.3 }) => JSON.stringify({ meta, frames })
const row = (frame_index: number, objects: readonly string[], entry = `frames/frame_00000${frame_index}.json`) => ({
  frame_index,
  frame_name: `${frame_index}.png`,
  entry,
  objects,
})

describe('repairs', () => {
  it('moves a whole level up when an object has the id 0', async () => {
    const bytes = zipOfTexts([
      ['frames/frame_000001.json', frameText(1, ['0', '4'])],
      ['frames/frame_000002.json', frameText(2, ['4'])],
      ['manifest.json', manifestText([row(1, ['0', '4']), row(2, ['4'])])],
    ])
    const source = await trackingFrom(countedSource(bytes), { level: 2 })
    expect(source.objects().map(({ id, sourceId }) => [id, sourceId])).toEqual([
      [200001, '0'],
      [200005, '4'],
    ])
    expect((await frameOf(source, 2))?.masks).toMatchObject([{ id: 200005, sourceId: '4' }])
  })

  it('lists the frames itself where the manifest is missing', async () => {
    const bytes = zipOfTexts([
      ['frames/frame_000002.json', frameText(2, ['7'])],
      ['frames/frame_000001.json', frameText(1, ['7', '8'])],
    ])
    const source = await trackingFrom(countedSource(bytes), { level: 4 })
    expect(source.frames().map(({ frameIndex, objectCount }) => [frameIndex, objectCount])).toEqual([
      [1, 2],
      [2, 1],
    ])
    expect(source.problems.map(({ code }) => code)).toEqual(['TRACKS_UNLISTED', 'TRACKS_SCALE_UNKNOWN'])
    expect((await frameOf(source, 1))?.masks).toHaveLength(2)
  })

  it('tells what a manifest and its frames contradict each other in, and shows the rest', async () => {
    const bytes = zipOfTexts([
      ['frames/frame_000001.json', frameText(1, ['1', '2'])],
      ['frames/frame_000002.json', frameText(2, [])],
      ['frames/frame_000009.json', frameText(9, ['1'])],
      [
        'manifest.json',
        manifestText(
          [row(1, ['1', 'chair', '3']), row(1, ['5']), row(2, [], '../../etc/passwd'), row(3, ['1']), row(4, ['1'], '/etc/passwd')],
          { level: 6, mask_scale_ratio: 7 },
        ),
      ],
    ])
    const source = await trackingFrom(countedSource(bytes), { level: 2 })
    const first = await frameOf(source, 1)
    expect(first?.masks.map(({ id }) => id)).toEqual([200001, 200002])
    expect(await source.masks(2)).toBeUndefined()
    expect(await source.masks(3)).toBeUndefined()
    expect(await source.masks(1234)).toBeUndefined()
    expect(source.problems).toMatchObject([
      { code: 'TRACKS_LEVEL_DIFFERS', params: { stated: 6 } },
      { code: 'TRACKS_FRAME_MISSING', params: { count: 2, first: '3' } },
      { code: 'TRACKS_FRAME_UNLISTED', params: { count: 1, first: 'frames/frame_000009.json' } },
      { code: 'TRACKS_FRAME_TWICE', params: { count: 1 } },
      { code: 'TRACKS_ID_UNUSABLE', params: { count: 1, first: 'chair' } },
      { code: 'TRACKS_SCALE_UNKNOWN' },
    ])
  })

  it('tells once that frames hold other objects than listed', async () => {
    const frames = [1, 2].map((index): readonly [string, string] => [`frames/frame_00000${index}.json`, frameText(index, ['1', '2'])])
    const bytes = zipOfTexts([...frames, ['manifest.json', manifestText([row(1, ['1']), row(2, ['1'])])]])
    const source = await trackingFrom(countedSource(bytes), { level: 2 })
    await source.masks(1)
    await source.masks(2)
    expect(source.problems).toEqual([
      { code: 'TRACKS_OBJECTS_DIFFER', params: { path: 'video_segments.npz', frameIndex: 1, found: 2, listed: 1 } },
    ])
  })
})

describe('reading', () => {
  it('takes the directory and the manifest to open, and one range for each frame', async () => {
    const run = tracksFixture({ generation: 'G-Nov', frames: 200, objects: 6, levels: [2], frameStep: 1, video: [160, 240] })
    const bytes = run.archive(2, 'video')
    const source = countedSource(bytes)
    const opened = await trackingFrom(source, { level: 2 })
    const opening = source.reads.reduce((sum, [, length]) => sum + length, 0)
    expect(opening).toBeLessThan(bytes.length / 5)
    expect(opening).toBeLessThan(200 * 100 + 8 * 2 ** 10)
    const before = source.reads.length
    await opened.masks(100)
    expect(source.reads.length).toBe(before + 1)
    const [, length] = source.reads.at(-1)!
    expect(length).toBeLessThan((bytes.length / 200) * 2)
    await opened.close()
    expect(source.isClosed()).toBe(true)
  })

  it('opens a file, and closes it again when it is none of these', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-tracks-'))
    try {
      const file = join(folder, 'any name.bin')
      const run = tracksFixture({ ...small, generation: 'G-Oct' })
      await writeFile(file, run.archive(2, 'video'))
      const source = await openTracking({ file, level: 2 })
      expect(await foundMasks(source)).toEqual(writtenMasks(run, 2))
      await source.close()
      await expect(openTracking({ file: join(folder, 'gone.npz'), level: 2 })).rejects.toMatchObject({ code: 'MY3DIS_FILE_DAMAGED' })
      await writeFile(file, 'no archive')
      await expect(openTracking({ file, level: 2 })).rejects.toMatchObject({ code: 'FOREIGN_ZIP_UNRECOGNISED' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
