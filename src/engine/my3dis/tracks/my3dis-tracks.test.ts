// Tests of track lists: ranges over selected frames, parents across levels, and the same answer from each file that could give it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TrackList } from '#core/segment/track'
import { my3disTracks, objectsFromIndex, readObjectArchive, type SourceName } from './my3dis-tracks.ts'
import { trackingFrom } from './tracking-source.ts'
import { countedSource, tracksFixture, zipOfTexts } from './tracks-fixture.ts'

const object = (level: number, sourceId: string, frameIndices: readonly number[]) => ({
  id: level * 100_000 + Number(sourceId),
  sourceId,
  frameIndices,
})

describe('my3disTracks', () => {
  it('gives ranges of positions in the selection, not of frame indices, and says that nobody looked at masks', () => {
    const { list } = my3disTracks([{ level: 2, objects: [object(2, '7', [10, 20, 40])] }], [0, 10, 20, 30, 40])
    expect(TrackList.parse(list)).toEqual({
      framesDone: 5,
      tracks: [
        {
          id: 200007,
          sourceId: '7',
          level: 2,
          visible: [
            [1, 2],
            [4, 4],
          ],
          coverage: 'tracked',
          frameCount: 3,
          firstFrame: 10,
          lastFrame: 40,
        },
      ],
    })
  })

  it('takes the frames of all levels for the selected ones where nobody knows those', () => {
    const { list, repairs } = my3disTracks(
      [
        { level: 2, objects: [object(2, '1', [5, 9])] },
        { level: 4, objects: [object(4, '1', [7])] },
      ],
      [],
    )
    expect(list.framesDone).toBe(3)
    expect(list.tracks.map(({ visible }) => visible)).toEqual([
      [
        [0, 0],
        [2, 2],
      ],
      [[1, 1]],
    ])
    expect(repairs).toEqual([])
  })

  it('leaves out frames that were not selected, and objects without any, and says so once', () => {
    const objects = [object(2, '1', [0, 3, 4]), object(2, '2', [3]), object(2, '3', [])]
    const { list, repairs } = my3disTracks([{ level: 2, objects }], [0, 2, 4])
    expect(list.tracks).toMatchObject([
      {
        sourceId: '1',
        frameCount: 2,
        visible: [
          [0, 0],
          [2, 2],
        ],
      },
    ])
    expect(repairs).toEqual([{ code: 'TRACKS_FRAME_UNSELECTED', params: { level: 2, count: 1, first: '3' } }])
  })

  it('finds parents by level and id, as ids alone repeat; knows an orphan from an object of which nothing is said', () => {
    const coarse = { level: 2, objects: [object(2, '1', [0]), object(2, '2', [0])], parents: new Map([['1', 'none' as const]]) }
    const parents = new Map<string, SourceName | 'none'>([
      ['1', { level: 2, sourceId: '1' }],
      ['2', { level: 2, sourceId: '9' }],
      ['3', 'none' as const],
    ])
    const fine = { level: 4, objects: ['1', '2', '3', '4'].map((sourceId) => object(4, sourceId, [0])), parents }
    const { list, repairs } = my3disTracks([fine, coarse], [0])
    expect(list.tracks.map(({ id, parent, orphan }) => [id, parent, orphan])).toEqual([
      [200001, undefined, false],
      [200002, undefined, undefined],
      [400001, 200001, false],
      [400002, undefined, true],
      [400003, undefined, true],
      [400004, undefined, undefined],
    ])
    expect(repairs).toEqual([{ code: 'TRACKS_PARENT_MISSING', params: { level: 4, count: 1, first: '2' } }])
  })

  it('is an empty list without levels', () => {
    expect(my3disTracks([], []).list).toEqual({ framesDone: 0, tracks: [] })
  })
})

describe('lists of objects', () => {
  it('are the same from video archive, object archive and index', async () => {
    const run = tracksFixture({ generation: 'G-Nov', frames: 7, objects: 5, levels: [2], maxPropagate: 2 })
    const video = await trackingFrom(countedSource(run.archive(2, 'video')), { level: 2 })
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-objects-'))
    try {
      const file = join(folder, 'object_segments.npz')
      await writeFile(file, run.archive(2, 'object'))
      const listed = await readObjectArchive(file, 2)
      expect(listed).toEqual({ objects: video.objects(), scale: 0.3, repairs: [] })
      expect(video.objects()).toHaveLength(run.tracks.get(2)!.length)
      const index = objectsFromIndex('index.json', 2, JSON.parse(run.text('level_2/index.json')))
      expect(index).toEqual(listed)
      expect((await readObjectArchive(file, 4)).repairs).toMatchObject([{ code: 'TRACKS_LEVEL_DIFFERS', params: { stated: 2 } }])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are refused with a code where a file holds something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-objects-'))
    const codeOf = async (bytes: Uint8Array) => {
      await writeFile(join(folder, 'o.npz'), bytes)
      return readObjectArchive(join(folder, 'o.npz'), 2).then(
        () => 'read',
        (error: { code: string }) => error.code,
      )
    }
    try {
      expect(await codeOf(zipOfTexts([['manifest.json', '{"objects": {}}']]))).toBe('read')
      expect(await codeOf(zipOfTexts([['manifest.json', '{"objects": {"1": [{"frame_index": 0.5}]}}']]))).toBe('MY3DIS_FILE_DAMAGED')
      expect(await codeOf(zipOfTexts([['manifest.json', '{"frames": []}']]))).toBe('MY3DIS_FILE_DAMAGED')
      expect(await codeOf(zipOfTexts([['data.npy', '']]))).toBe('FOREIGN_MEMBER_MISSING')
      expect(await codeOf(zipOfTexts([['manifest.json', '{"objects": {}}']]).subarray(0, 60))).toBe('FOREIGN_ZIP_UNRECOGNISED')
      expect(await readObjectArchive(join(folder, 'gone.npz'), 2).catch((error: { code: string }) => error.code)).toBe(
        'MY3DIS_FILE_DAMAGED',
      )
      expect(() => objectsFromIndex('index.json', 2, { objects: [] })).toThrow(RangeError)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
