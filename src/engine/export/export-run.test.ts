// Tests of exports: what comes out can be read by others and says the same, and a failed export leaves nothing.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, maskFromRle, rleFromString } from '#core/mask/rle'
import { colourOfMask } from '#core/view/mask-colours'
import { discMask, entryOf, fixtureRun, frameIndexAt, readerOf } from './export-fixture.ts'
import { exportRun } from './export-run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-export-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const out = () => join(folder, 'a', 'out')
const jsonOf = async (name: string) => JSON.parse(await readFile(join(out(), name), 'utf8'))

describe('COCO', () => {
  it('holds for each mask the run lengths of the run, whose area and box are those it says', async () => {
    const run = fixtureRun()
    const { counts } = await exportRun({ ...run, format: 'coco', out: out() })
    const coco = await jsonOf('instances.json')
    expect(counts).toEqual({ images: 5, annotations: 30, emptyMasks: 0 })
    expect(new Set(coco.annotations.map((one: { id: number }) => one.id)).size).toBe(30)
    for (const { image_id, level, track_id, segmentation, area, bbox } of coco.annotations) {
      const frame = run.frames.get(`tracker/${level}/${image_id}`)!
      expect(segmentation.counts).toBe(frame.masks.find(({ id }) => id === track_id)!.counts)
      const mask = rleFromString(segmentation.counts, segmentation.size)
      expect([area, bbox]).toEqual([areaOfRle(mask), boundsOfRle(mask)])
    }
    expect(coco.images.map(({ id, file_name }: { id: number; file_name: string }) => [id, file_name])).toContainEqual([8, '10012.png'])
  })

  it('takes only the stage and levels that were chosen, and says so beside it', async () => {
    await exportRun({ ...fixtureRun(), format: 'coco', out: out(), stage: 'ssam', levels: [4] })
    const coco = await jsonOf('instances.json')
    expect(coco.annotations).toHaveLength(9)
    expect(coco.annotations[0]).toMatchObject({ level: 4, candidate_id: 400001 })
    expect(await jsonOf('export.json')).toMatchObject({
      run: { id: '20260102-030405-kitchen' },
      settings: { format: 'coco', stage: 'ssam', levels: [4] },
      counts: { annotations: 9 },
    })
  })

  it('refuses levels and stages without masks', async () => {
    await expect(exportRun({ ...fixtureRun(), format: 'coco', out: out(), levels: [2, 6] })).rejects.toMatchObject({
      code: 'EXPORT_EMPTY',
      params: { what: 'masks of the stage tracker at level 6' },
    })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('single objects', () => {
  /** Track 400002 is seen on the frames 2, 4 and 8 only: its masks elsewhere are gone. */
  const run = () => {
    const made = fixtureRun()
    for (const frameIndex of [0, 6]) {
      const frame = made.frames.get(`tracker/4/${frameIndex}`)!
      made.frames.set(`tracker/4/${frameIndex}`, { ...frame, masks: frame.masks.filter(({ id }) => id !== 400002) })
    }
    const visible: [number, number][] = [
      [1, 2],
      [4, 4],
    ]
    const tracks = made.tracks.map((track) => (track.id === 400002 ? { ...track, visible } : track))
    return { ...made, tracks, reader: readerOf(made.frames, tracks) }
  }

  it('are written over the frames they are seen on, with the masks of the run and of nothing else', async () => {
    const source = run()
    await exportRun({ ...source, format: 'coco', out: out(), objects: [400002] })
    const coco = await jsonOf('instances.json')
    expect(coco.images.map(({ id }: { id: number }) => id)).toEqual([2, 4, 8])
    expect(coco.annotations.map(({ track_id }: { track_id: number }) => track_id)).toEqual([400002, 400002, 400002])
    for (const { image_id, segmentation } of coco.annotations)
      expect(segmentation.counts).toBe(source.frames.get(`tracker/4/${image_id}`)!.masks.find(({ id }) => id === 400002)!.counts)
    expect(await jsonOf('export.json')).toMatchObject({ settings: { objects: [400002] } })
  })

  it('of two levels come together, and as one picture for each mask', async () => {
    await exportRun({ ...run(), format: 'png-objects', out: out(), objects: [200001, 400002] })
    const names = (await readdir(out())).filter((name) => name.endsWith('.png')).sort()
    expect(names).toHaveLength(8)
    expect(new Set(names.map((name) => name.slice(0, 8)))).toEqual(new Set(['2_200001', '4_400002']))
  })

  it('have rows of their own in the tables of tracks', async () => {
    expect((await exportRun({ ...run(), format: 'csv', out: out(), objects: [400002] })).counts).toEqual({ tracks: 1, rows: 3 })
  })

  it('that are not there, or are asked for of candidates or of My3DIS, are refused, and nothing is left', async () => {
    const asked = (more: object) => exportRun({ ...run(), format: 'coco', out: out(), ...more })
    await expect(asked({ objects: [200001, 400099] })).rejects.toMatchObject({ code: 'EXPORT_EMPTY', params: { what: 'track 4·0099' } })
    await expect(asked({ objects: [200001], stage: 'filter' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(asked({ objects: [200001], format: 'my3dis' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('YOLO labels', () => {
  it('have polygons whose area is that of their masks but for half the border', async () => {
    const run = fixtureRun({ size: [480, 640] })
    await exportRun({ ...run, format: 'yolo', out: out() })
    expect((await readdir(join(out(), 'labels'))).sort()).toEqual(['10000.txt', '10003.txt', '10006.txt', '10009.txt', '10012.txt'])
    const lines = (await readFile(join(out(), 'labels', '10003.txt'), 'utf8')).trimEnd().split('\n')
    const masks = [2, 4].flatMap((level) =>
      run.frames.get(`tracker/${level}/${frameIndexAt(1)}`)!.masks.map((mask) => ({ ...mask, level })),
    )
    expect(lines).toHaveLength(masks.length)
    for (const [i, line] of lines.entries()) {
      const [category, ...values] = line.split(' ').map(Number)
      expect(category).toBe(masks[i]!.level === 2 ? 0 : 1)
      const share = (polygonArea(values) * 640 * 480) / masks[i]!.area
      expect(share).toBeGreaterThan(0.9)
      expect(share).toBeLessThan(1)
    }
    expect(await readFile(join(out(), 'data.yaml'), 'utf8')).toContain('0: level_2')
  })
})

function polygonArea(values: readonly number[]): number {
  let twice = 0
  for (let i = 0; i < values.length; i += 2) {
    const next = (i + 2) % values.length
    twice += values[i]! * values[next + 1]! - values[next]! * values[i + 1]!
  }
  return Math.abs(twice) / 2
}

describe('PNG', () => {
  it('of a frame shows each track in the colour of its id, the smaller mask on top, and keeps its index from frame to frame', async () => {
    const run = fixtureRun()
    await exportRun({ ...run, format: 'png', out: out() })
    for (const position of [0, 3]) {
      const file = join(out(), 'level_2', `${String(frameIndexAt(position)).padStart(6, '0')}.png`)
      expect(await sharp(file).metadata()).toMatchObject({ isPalette: true, width: 160, height: 120 })
      const rgb = await sharp(file).removeAlpha().raw().toBuffer()
      const frame = run.frames.get(`tracker/2/${frameIndexAt(position)}`)!
      const masks = frame.masks.map(({ counts }) => maskFromRle(rleFromString(counts, frame.size)))
      for (let i = 0; i < 120 * 160; i += 7) {
        const covering = frame.masks.filter((_, k) => masks[k]![i] === 1)
        const top = covering.toSorted((a, b) => a.area - b.area || b.id - a.id)[0]
        expect([...rgb.subarray(i * 3, i * 3 + 3)]).toEqual(top ? [...colourOfMask(top.id, 'vivid')] : [0, 0, 0])
      }
    }
    const labels = (await readFile(join(out(), 'labels.ndjson'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(labels).toHaveLength(10)
    expect(labels[0]).toMatchObject({ file: 'level_2/000000.png', kind: 'index', ids: [200001, 200002, 200003] })
  })

  it('of a frame with more ids than a palette holds is grey with 16 bits, and the record says so', async () => {
    const size = [20, 20] as const
    const point = (i: number) =>
      entryOf({ size, counts: i === 0 ? Uint32Array.of(0, 1, 399) : Uint32Array.of(i, 1, 399 - i) }, { id: 200001 + i })
    const masks = Array.from({ length: 300 }, (_, i) => point(i))
    const frames = new Map([['tracker/2/0', { frameIndex: 0, frameName: 'a.png', level: 2, size: [20, 20] as [number, number], masks }]])
    const { notes } = await exportRun({ record: fixtureRun().record, reader: readerOf(frames, []), format: 'png', out: out() })
    expect(notes.join()).toContain('16 bits')
    const { data } = await sharp(join(out(), 'level_2', '000000.png'))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    // Position i of the run lengths lies in column i / 20, row i % 20.
    for (const i of [0, 21, 299]) expect(values[(i % 20) * 20 + Math.floor(i / 20)]).toBe(i + 1)
  })

  it('of an object is white where its mask is, under level_object_frame', async () => {
    const run = fixtureRun()
    await exportRun({ ...run, format: 'png-objects', out: out(), levels: [2] })
    expect((await readdir(out())).length).toBe(5 * 3 + 1)
    const grey = await sharp(join(out(), '2_200002_000004.png')).toColourspace('b-w').raw().toBuffer()
    expect(grey.map((value) => value / 255)).toEqual(Buffer.from(maskFromRle(discMask(2, 2, 2, [120, 160]))))
  })
})

describe('CSV', () => {
  it('has a row for each track and each of its masks', async () => {
    const { counts } = await exportRun({ ...fixtureRun(), format: 'csv', out: out(), levels: [4] })
    expect(counts).toEqual({ tracks: 3, rows: 15 })
    const [header, first, ...rest] = (await readFile(join(out(), 'tracks.csv'), 'utf8')).trimEnd().split('\r\n')
    expect(header).toMatch(/^track_id,level,number,source_id,parent_id,/)
    expect(first).toBe('400001,4,1,,200001,false,0,0000_4_0000,5,0,8,0-4,0.75,100.5,120,1')
    expect(rest).toHaveLength(2)
    expect((await readFile(join(out(), 'track_frames.csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(16)
  })
})

describe('an export', () => {
  it('never writes over anything, not even an empty folder, and leaves it as it was', async () => {
    await mkdir(out(), { recursive: true })
    await expect(exportRun({ ...fixtureRun(), format: 'csv', out: out() })).rejects.toMatchObject({ code: 'EXPORT_EXISTS' })
    await rm(out(), { recursive: true })
    await writeFile(out(), 'mine')
    await expect(exportRun({ ...fixtureRun(), format: 'csv', out: out() })).rejects.toMatchObject({ code: 'EXPORT_EXISTS' })
    expect(await readFile(out(), 'utf8')).toBe('mine')
    expect(await readdir(join(folder, 'a'))).toEqual(['out'])
  })

  it.each(['coco', 'yolo', 'png', 'png-objects', 'csv', 'my3dis'] as const)(
    'as %s that is cancelled midway leaves nothing',
    async (format) => {
      const cancel = new AbortController()
      let steps = 0
      const onProgress = () => {
        if (++steps === 3) cancel.abort()
      }
      const asked = exportRun({ ...fixtureRun(), format, out: out(), signal: cancel.signal, onProgress })
      await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(steps).toBe(3)
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('of masks that are damaged names their frame, and leaves nothing', async () => {
    const run = fixtureRun()
    const masks = async (...at: Parameters<typeof run.reader.masks>) => {
      const found = await run.reader.masks(...at)
      return found && at[2] === 4 ? { ...found, bytes: found.bytes.slice(0, 200) } : found
    }
    for (const format of ['coco', 'yolo', 'my3dis'] as const)
      await expect(exportRun({ ...run, reader: { ...run.reader, masks }, format, out: out() })).rejects.toMatchObject({
        code: 'EXPORT_MASKS_INVALID',
        params: { frameIndex: 4, level: 2 },
      })
    expect(await readdir(folder)).toEqual([])
  })

  it('of a run whose disk fails says that reading failed, not writing', async () => {
    const run = fixtureRun()
    const masks = async () => {
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    }
    const asked = exportRun({ ...run, reader: { ...run.reader, masks }, format: 'coco', out: out() })
    await expect(asked).rejects.toMatchObject({ code: 'EXPORT_MASKS_INVALID', params: { reason: 'EIO: i/o error, read' } })
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses settings that are not allowed before anything is written', async () => {
    const asked = exportRun({ ...fixtureRun(), format: 'my3dis', out: out(), raw: { chunkFrames: 1025 } })
    await expect(asked).rejects.toMatchObject({ code: 'CONFIG_INVALID', params: { where: 'raw.chunkFrames' } })
    expect(await readdir(folder)).toEqual([])
  })
})
