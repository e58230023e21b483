// Tests of family_tree.json: what its quirks leave to read, and that what is written says the same when it is read.
import { describe, expect, it } from 'vitest'
import type { Track } from '../../segment/track.ts'
import { familyIds, familyTreeFromBytes, familyTreeText, framesOf } from './family-tree-file.ts'

const bytesOf = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const track = (id: number, level: number, more: Partial<Track> = {}): Track => ({
  id,
  level,
  visible: [[0, 1]],
  frameCount: 2,
  firstFrame: 10,
  lastFrame: 30,
  ...more,
})
const facts = (tracks: readonly Track[]) => ({
  scene: 'scene_00065_00',
  runFolder: 'run',
  levels: [2, 4],
  maskScaleRatio: 1,
  tracks,
  frameIndices: [10, 30, 50],
  maskArchive: (level: number) => (level === 2 ? 'level_2/video_segments_L02.npz' : undefined),
})

describe('reading', () => {
  it('takes what the tools of November left: scene unknown, no frames, virtual children absent', () => {
    const object = { level: 4, parent_id: 2000, children: [], frames: [], mask_archive: 'level_4/tracking/gone.npz', first_frame: null }
    const file = familyTreeFromBytes('t.json', bytesOf({ scene: 'unknown', levels: [2, 4], objects: { 4000: object } }))
    expect(file).toMatchObject({ scene: undefined, levels: [2, 4], lostParents: [4000], unreadable: [] })
    expect(file.objects.get(4000)).toMatchObject({
      parent: 2000,
      virtualChildren: [],
      frames: [],
      maskArchive: 'level_4/tracking/gone.npz',
    })
  })

  it('tells objects that cannot be read by their key, and reads the others', () => {
    const file = familyTreeFromBytes(
      't.json',
      bytesOf('{"objects": {"1": {"level": NaN}, "L02_00001": {"level": 2}, "3": {"level": 2, "parent_id": "x"}}}'),
    )
    expect(file.unreadable.map(({ key }) => key)).toEqual(['1', 'L02_00001'])
    expect([...file.objects.keys()]).toEqual([3])
    expect(file.objects.get(3)!.parent).toBeUndefined()
  })

  it.each(['{', '[]', '{"objects": []}'])('refuses %s by a code', (text) => {
    expect(() => familyTreeFromBytes('t.json', bytesOf(text))).toThrow(expect.objectContaining({ code: 'MY3DIS_FILE_DAMAGED' }))
  })
})

describe('writing', () => {
  const tracks = [
    track(200001, 2, {
      visible: [
        [0, 0],
        [2, 2],
      ],
    }),
    track(400001, 4, { parent: 200001, orphan: false }),
    track(400002, 4, { orphan: true }),
  ]

  it('is read again as it was meant, with parents, children and absolute frames', () => {
    const file = familyTreeFromBytes('t.json', bytesOf(familyTreeText(facts(tracks))))
    expect(file).toMatchObject({ scene: 'scene_00065_00', runFolder: 'run', maskScaleRatio: 1, unreadable: [], lostParents: [] })
    expect(file.objects.get(2001)).toMatchObject({ children: [4001], frames: [10, 50], maskArchive: 'level_2/video_segments_L02.npz' })
    expect(file.objects.get(4001)).toMatchObject({ parent: 2001, frames: [10, 30], maskArchive: undefined })
  })

  it('has the keys of My3DIS in their order, floats as floats, and families with their members by level', () => {
    const text = familyTreeText(facts(tracks))
    const parsed = JSON.parse(text)
    expect(Object.keys(parsed)).toEqual(['scene', 'run_dir', 'levels', 'mask_scale_ratio', 'objects', 'families', 'statistics', 'meta'])
    expect(text).toContain('\n  "mask_scale_ratio": 1.0,\n')
    expect(parsed.families).toEqual([
      { root_id: 2001, members: [2001, 4001], levels: { L2: [2001], L4: [4001] }, total_members: 2 },
      { root_id: 4002, members: [4002], levels: { L4: [4002] }, total_members: 1 },
    ])
    expect(parsed.statistics).toMatchObject({ total_objects: 3, objects_per_level: { L2: 1, L4: 2 }, orphan_count: 1, orphans: [4002] })
  })

  it('numbers by level * 1000 while that is unique, and says when it does not', () => {
    expect(familyIds([track(200999, 2)])).toMatchObject({ rule: 'level*1000+n', idOf: new Map([[200999, 2999]]) })
    expect(familyIds([track(200999, 2), track(201000, 2)])).toMatchObject({
      rule: 'level*100000+n',
      idOf: new Map([
        [200999, 200999],
        [201000, 201000],
      ]),
    })
  })

  it('keeps the ids of a foreign run, unless two levels share one', () => {
    expect(familyIds([track(200001, 2, { sourceId: '0' }), track(404000, 4, { sourceId: '4000' })]).idOf).toEqual(
      new Map([
        [200001, 0],
        [404000, 4000],
      ]),
    )
    expect(familyIds([track(100001, 1, { sourceId: '1' }), track(300001, 3, { sourceId: '1' })]).rule).toBe('level*1000+n')
  })

  it('gives the frames of each visible range, both ends included', () => {
    expect(
      framesOf(
        {
          visible: [
            [0, 0],
            [2, 3],
          ],
        },
        [5, 6, 7, 8],
      ),
    ).toEqual([5, 7, 8])
  })
})
