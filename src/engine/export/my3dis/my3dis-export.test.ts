// Tests of the My3DIS layout: our readers of foreign containers and Python's find in it what the run holds, in the form its tools ask for.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sourceOf } from '#core/foreign/fixtures'
import { readNpzArray } from '#core/foreign/npy/npz'
import { indexTar } from '#core/foreign/tar/tar-index'
import { openZip, readMember, type ZipArchive } from '#core/foreign/zip/zip-reader'
import { downscaleRle } from '#core/mask/resize'
import { areaOfRle, rleFromString } from '#core/mask/rle'
import { maskFromMy3dis } from '#core/my3dis/masks/my3dis-mask'
import { historyFromCsv } from '#core/registry/history-csv'
import type { FrameMasks } from '#core/segment/frame-masks'
import { type FixtureRun, fixtureRun } from '../export-fixture.ts'
import { type ExportRequest, exportRun } from '../export-run.ts'

const run = promisify(execFile)
const tools = { inflate: async (deflated: Uint8Array, limit: number) => inflateRawSync(deflated, { maxOutputLength: limit }) }
const works = (program: string, words: readonly string[]) => {
  try {
    execFileSync(program, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const hasNumpy = works('python3', ['-c', 'import numpy'])
const hasXz = works('xz', ['--version'])

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-my3dis-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const out = () => join(folder, 'kitchen')
const bytesOf = (name: string) => readFile(join(out(), name))
const jsonOf = async (name: string) => JSON.parse(await readFile(join(out(), name), 'utf8'))
const zipOf = async (name: string): Promise<ZipArchive> => openZip(sourceOf(await bytesOf(name)), tools)
const memberJson = async (zip: ZipArchive, name: string) => JSON.parse(new TextDecoder().decode(await readMember(zip, name)))
const exported = async (source: FixtureRun, more: Partial<ExportRequest> = {}) =>
  exportRun({ ...source, format: 'my3dis', out: out(), ...more })
const maskOf = (frame: FrameMasks, id: number) => rleFromString(frame.masks.find((mask) => mask.id === id)!.counts, frame.size)

describe('tracking archives', () => {
  it('have frames first and the manifest last, with ids of My3DIS and each mask scaled as Pillow scales it', async () => {
    const source = fixtureRun()
    await exported(source)
    const zip = await zipOf('level_4/video_segments_L04.npz')
    const names = [...zip.members.keys()]
    expect(names).toEqual([...[0, 2, 4, 6, 8].map((index) => `frames/frame_00000${index}.json`), 'manifest.json'])
    const frame = await memberJson(zip, 'frames/frame_000004.json')
    expect(Object.keys(frame)).toEqual(['frame_index', 'frame_name', 'objects'])
    expect(Object.keys(frame.objects)).toEqual(['4001', '4002', '4003'])
    expect(Object.keys(frame.objects['4002'])).toEqual(['packed_bits_b64', 'shape', 'full_resolution_shape'])
    const found = maskFromMy3dis(frame.objects['4002'])
    expect(found.mask).toEqual(downscaleRle(maskOf(source.frames.get('tracker/4/4')!, 400002), 0.3))
    expect(found.fullSize).toEqual([120, 160])
    const manifest = await memberJson(zip, 'manifest.json')
    expect(manifest.meta).toMatchObject({ level: 4, mask_scale_ratio: 0.3 })
    expect(manifest.frames[1]).toEqual({
      frame_index: 2,
      frame_name: '10003.png',
      entry: 'frames/frame_000002.json',
      objects: ['4001', '4002', '4003'],
    })
  })

  it('of objects refer to frames under the name the video archive has', async () => {
    await exported(fixtureRun())
    const zip = await zipOf('level_2/object_segments_L02.npz')
    expect([...zip.members.keys()]).toEqual(['manifest.json'])
    const { meta, objects } = await memberJson(zip, 'manifest.json')
    expect(meta.linked_video).toBe('video_segments_L02.npz')
    expect(objects['2003'].map((one: { frame_index: number }) => one.frame_index)).toEqual([0, 2, 4, 6, 8])
    expect(objects['2003'][1]).toEqual({ frame_index: 2, frame_entry: 'frames/frame_000002.json' })
    const index = await jsonOf('level_4/index.json')
    expect(index.meta.sources).toEqual({
      video_segments: 'video_segments_L04.npz',
      object_segments: 'object_segments_L04.npz',
      filtered_candidates: 'filtered/filtered.json',
    })
    expect(index.objects['4001']).toEqual({ parent_id: 2001, frames: [0, 2, 4, 6, 8], frame_count: 5, first_frame: 0, last_frame: 8 })
  })

  it('in the plain layout lie where the tracker puts them, without a suffix at full size', async () => {
    await exported(fixtureRun(), { layout: 'plain', scale: 1 })
    const zip = await zipOf('level_2/tracking/video_segments.npz')
    const frame = await memberJson(zip, 'frames/frame_000000.json')
    expect(frame.objects['2001'].shape).toEqual([120, 160])
    expect(frame.objects['2001']).not.toHaveProperty('full_resolution_shape')
    expect((await jsonOf('manifest.json')).tracking_artifacts.level_2.video_segments).toBe('level_2/tracking/video_segments.npz')
    expect(await readdir(out())).not.toContain('summary.json')
  })

  it('keep masks that are stored smaller than the frame already, and say at which ratio', async () => {
    const source = fixtureRun({ size: [36, 48] })
    const record = { ...source.record, scene: { ...source.record.scene, width: 160, height: 120 } }
    const { notes } = await exported({ ...source, record })
    const frame = await memberJson(await zipOf('level_2/video_segments_L02.npz'), 'frames/frame_000000.json')
    expect(maskFromMy3dis(frame.objects['2001']).mask).toEqual(maskOf(source.frames.get('tracker/2/0')!, 200001))
    expect(frame.objects['2001'].full_resolution_shape).toEqual([120, 160])
    expect(notes).toHaveLength(1)
    await rm(out(), { recursive: true })
    const larger = await exported({ ...source, record }, { scale: 0.5 })
    expect(larger.notes.join()).toContain('stored at 0.3 of the frame')
    expect((await memberJson(await zipOf('level_2/video_segments_L02.npz'), 'manifest.json')).meta.mask_scale_ratio).toBe(0.3)
  })

  it('hold objects that were carried to a frame without being seen there as empty masks', async () => {
    const source = fixtureRun()
    const frame = source.frames.get('tracker/2/2')!
    source.frames.set('tracker/2/2', { ...frame, masks: frame.masks.slice(0, 2), unseen: [200003] })
    await exported(source)
    const { objects } = await memberJson(await zipOf('level_2/video_segments_L02.npz'), 'frames/frame_000002.json')
    expect(areaOfRle(maskFromMy3dis(objects['2003']).mask)).toBe(0)
  })

  it('give ids of ours where a level has more tracks than My3DIS has numbers for, and say so', async () => {
    const source = fixtureRun({ objects: 1 })
    const tracks = [...source.tracks, { ...source.tracks[0]!, id: 201_000 }]
    const { notes } = await exported({ ...source, reader: { ...source.reader, tracks: async () => ({ framesDone: 5, tracks }) } })
    expect(notes.join()).toContain('level * 100000')
    const { meta, objects } = await memberJson(await zipOf('level_2/object_segments_L02.npz'), 'manifest.json')
    expect([meta.id_rule, Object.keys(objects)]).toEqual(['level*100000+n', ['200001']])
  })
})

describe('candidates', () => {
  it('lie in chunks of as many frames as asked for, with the masks of all in one array', async () => {
    const source = fixtureRun()
    await exported(source, { raw: { chunkFrames: 2 } })
    expect((await readdir(join(out(), 'level_2', 'raw'))).sort()).toEqual(['chunk_0000.tar.gz', 'chunk_0001.tar.gz', 'manifest.json'])
    const manifest = await jsonOf('level_2/raw/manifest.json')
    expect(manifest.chunks).toEqual([
      { name: 'chunk_0000.tar.gz', frame_indices: [0, 4] },
      { name: 'chunk_0001.tar.gz', frame_indices: [8] },
    ])
    expect(manifest).toMatchObject({ format: 'my3dis.raw_candidates.v1', chunk_size: 2, compression: 'gz' })
    const tar = gunzipSync(await bytesOf('level_4/raw/chunk_0000.tar.gz'))
    const { members } = await indexTar(
      'chunk',
      (async function* () {
        yield tar
      })(),
    )
    expect(members.map(({ name }) => name)).toEqual(
      ['frame_00000', 'frame_00004'].flatMap((frame) => [`${frame}/meta.json`, `${frame}/masks.npz`]),
    )
    const at = (i: number) => tar.subarray(members[i]!.offset, members[i]!.offset + members[i]!.size)
    const meta = JSON.parse(at(2).toString())
    const frame = source.frames.get('ssam/4/4')!
    // The short side of these frames is 120, so at 640 there are (640 / 120)^2 times as many pixels.
    expect(meta.candidates[1]).toMatchObject({
      raw_index: 1,
      unique_id: '0001_4_0001',
      parent_unique_id: '0001_2_0001',
      lineage: ['0001_2_0001'],
      ssam_frame_idx: 1,
      area: Math.round(frame.masks[1]!.area * (640 / 120) ** 2),
      stability_score: 0.875,
      predicted_iou: 0.75,
    })
    const npz = await openZip(sourceOf(at(3)), tools)
    const packed = await readNpzArray(npz, 'packed_masks')
    const shape = [...(await readNpzArray(npz, 'mask_shape')).values].map(Number)
    const rowBytes = packed.shape[1]!
    const row = Uint8Array.from(packed.values.slice(rowBytes, 2 * rowBytes) as ArrayLike<number>)
    const { mask } = maskFromMy3dis({ packed_bits: row, shape })
    // 0.3 of 640 is more than these frames have, so nothing is scaled.
    expect(mask).toEqual(maskOf(frame, 400002))
    expect(meta.candidates[1].mask_scale_ratio).toBe(120 / 640)
  })

  it('are made smaller to the scale of a frame of 640 when frames are larger', async () => {
    const source = fixtureRun({ frames: 1, size: [720, 960] })
    await exported(source)
    const { frames } = await jsonOf('level_2/filtered/filtered.json')
    const item = frames[0].items[0]
    expect([item.mask.shape, item.mask_scale_ratio]).toEqual([[192, 256], 0.3])
    const { mask } = maskFromMy3dis(item.mask)
    expect(mask).toEqual(downscaleRle(maskOf(source.frames.get('filter/2/0')!, 200001), (0.3 * 640) / 720))
    expect(item.area).toBe(areaOfRle(mask))
    expect(item.mask).not.toHaveProperty('full_resolution_shape')
  })

  it('that the filter kept are numbered from 0 on each frame', async () => {
    await exported(fixtureRun())
    const { frames } = await jsonOf('level_4/filtered/filtered.json')
    expect(frames.map((one: { frame_idx: number; count: number }) => [one.frame_idx, one.count])).toEqual([
      [0, 2],
      [4, 2],
      [8, 2],
    ])
    expect(frames[2].items.map(({ id, unique_id }: { id: number; unique_id: string }) => [id, unique_id])).toEqual([
      [0, '0002_4_0000'],
      [1, '0002_4_0001'],
    ])
    expect((await jsonOf('level_4/candidates/candidates.json')).items).toHaveLength(9)
  })

  it.skipIf(!hasXz)('are packed by xz where it is there (skipped without the program xz)', async () => {
    await exported(fixtureRun(), { raw: { compression: 'xz' } })
    const chunk = join(out(), 'level_2', 'raw', 'chunk_0000.tar.xz')
    const { stdout } = await run('xz', ['--decompress', '--stdout', chunk], { encoding: 'buffer' })
    expect(stdout.length % 10_240).toBe(0)
    expect((await jsonOf('level_2/raw/manifest.json')).compression).toBe('xz')
  })

  it('that cannot be packed as asked for are refused before anything is written', async () => {
    const { PATH } = process.env
    process.env.PATH = folder
    try {
      await expect(exported(fixtureRun(), { raw: { compression: 'xz' } })).rejects.toMatchObject({ code: 'EXPORT_COMPRESSION_MISSING' })
    } finally {
      process.env.PATH = PATH
    }
    expect(await readdir(folder)).toEqual([])
  })
})

describe('the run folder', () => {
  it('has manifest, timings, summaries, families and a row of history that name places that are there', async () => {
    const source = fixtureRun()
    await exported(source)
    const manifest = await jsonOf('manifest.json')
    expect(manifest).toMatchObject({
      mode: 'candidates_only',
      levels: [2, 4],
      frames: '0:-1:2',
      selected_indices: [0, 2, 4, 6, 8],
      ssam_indices: [0, 2, 4],
      ssam_absolute_indices: [0, 4, 8],
      mask_scale_ratio: 0.3,
      filtering: { applied: true, stats: { 2: { frames: 3, kept: 6, dropped: 0 } } },
    })
    for (const { video_segments, object_segments } of Object.values<{ video_segments: string; object_segments: string }>(
      manifest.tracking_artifacts,
    ))
      for (const path of [video_segments, object_segments])
        expect((await bytesOf(path)).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
    const tree = await jsonOf('relations/family_tree.json')
    expect([tree.scene, tree.run_dir, tree.statistics.orphan_count]).toEqual(['kitchen', 'kitchen', 0])
    for (const { mask_archive } of Object.values<{ mask_archive: string }>(tree.objects)) await bytesOf(mask_archive)
    const timings = await jsonOf('stage_timings.json')
    expect(timings.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['ssam', 'filter', 'tracker', 'report'])
    expect([timings.total_duration_sec, timings.total_duration_text]).toEqual([6, '00:06'])
    const workflow = await jsonOf('workflow_summary.json')
    expect(workflow).toMatchObject({
      run_dir: out(),
      order: ['ssam', 'filter', 'tracker', 'report'],
      artifacts: { scene_layout: 'scene_level' },
    })
    // Names outside of ASCII are escaped, as Python does.
    expect(await readFile(join(out(), 'workflow_summary.json'), 'utf8')).toContain('K\\u00fcche')
    const { rows, bad } = historyFromCsv(await readFile(join(out(), 'logs', 'workflow_history.csv'), 'utf8'))
    expect([rows.length, bad, rows[0]?.row.levels, rows[0]?.row.runDir]).toEqual([1, [], [2, 4], out()])
  })

  it('of levels chosen has only those', async () => {
    await exported(fixtureRun(), { levels: [4] })
    expect((await readdir(out())).filter((name) => name.startsWith('level_'))).toEqual(['level_4'])
    expect((await jsonOf('relations/family_tree.json')).levels).toEqual([4])
  })

  it('is the same, byte for byte, when the same run is exported again', async () => {
    const source = fixtureRun()
    const listing = async (at: string) => {
      const names = (await readdir(at, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
      return Promise.all(names.map(async (one) => [one.name, (await readFile(join(one.parentPath, one.name))).toString('base64')]))
    }
    await exported(source, { at: 1_767_000_000_000 })
    const first = await listing(out())
    await rm(out(), { recursive: true })
    await exported(source, { at: 1_767_000_000_000 })
    expect(await listing(out())).toEqual(first)
  })

  it.skipIf(!hasNumpy)('is read by Python as My3DIS reads it (skipped without python3 and NumPy)', async () => {
    const source = fixtureRun()
    await exported(source, { raw: { chunkFrames: 2 } })
    const { stdout } = await run('python3', ['-c', pythonReader, out()])
    const found = JSON.parse(stdout)
    const areas = (stage: string) =>
      Object.fromEntries(
        [2, 4].map((level) => [
          String(level),
          [...source.frames]
            .filter(([key]) => key.startsWith(`${stage}/${level}/`))
            .map(([, frame]) => frame.masks.map(({ id }) => areaOfRle(stored(stage, frame, id)))),
        ]),
      )
    expect(found).toEqual({ tracker: areas('tracker'), ssam: areas('ssam'), filter: areas('filter'), first: 'frames/frame_000000.json' })
  })
})

/** Candidates of these small frames are not scaled. */
function stored(stage: string, frame: FrameMasks, id: number) {
  return stage === 'tracker' ? downscaleRle(maskOf(frame, id), 0.3) : maskOf(frame, id)
}

const pythonReader = `
import base64, io, json, sys, tarfile, zipfile
import numpy as np
root = sys.argv[1]
def area(m):
    bits = np.unpackbits(np.frombuffer(base64.b64decode(m["packed_bits_b64"]), dtype=np.uint8), count=int(np.prod(m["shape"])))
    return int(bits.reshape(m["shape"]).sum())
found = {"tracker": {}, "ssam": {}, "filter": {}}
for level in json.load(open(f"{root}/manifest.json"))["levels"]:
    with zipfile.ZipFile(f"{root}/level_{level}/video_segments_L{level:02d}.npz") as z:
        assert z.testzip() is None
        found["first"] = z.namelist()[0]
        manifest = json.loads(z.read("manifest.json"))
        found["tracker"][str(level)] = [[area(m) for m in json.loads(z.read(f["entry"]))["objects"].values()] for f in manifest["frames"]]
    raw = json.load(open(f"{root}/level_{level}/raw/manifest.json"))
    rows = []
    for f in raw["frames"]:
        with tarfile.open(f"{root}/level_{level}/raw/{f['chunk']}", "r:*") as t:
            meta = json.load(t.extractfile(f["meta_entry"]))
            npz = np.load(io.BytesIO(t.extractfile(f["mask_entry"]).read()))
            h, w = npz["mask_shape"]
            rows.append([int(np.unpackbits(r, count=int(h * w)).sum()) for r in npz["packed_masks"]])
            assert npz["has_mask"].all() and len(meta["candidates"]) == f["candidate_count"]
    found["ssam"][str(level)] = rows
    filtered = json.load(open(f"{root}/level_{level}/filtered/filtered.json"))
    found["filter"][str(level)] = [[area(i["mask"]) for i in f["items"]] for f in filtered["frames"]]
print(json.dumps(found))
`
