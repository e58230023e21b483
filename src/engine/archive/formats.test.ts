// Holds the pages of docs/formats to the code: their examples parse, their tables name every field, their Python runs.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ArchivedEntry, manifestFromLines } from '#core/archive/manifest'
import { areaOfRle, boundsOfRle, maskFromRle, rleFromMask, rleFromString, stringFromRle } from '#core/mask/rle'
import { RunEvent } from '#core/run/run-event'
import { Sample } from '#core/run/sample'
import { frameIndicesOfSlice, FrameSlice, frameSliceFromText, isFrameName, sortFrameNames } from '#core/scene/frame-slice'
import { SceneKind } from '#core/scene/scene'
import { DroppedCandidate, DropReason, FrameMasks, idsPerLevel, MaskEntry } from '#core/segment/frame-masks'
import { FrameDecisions, PromptDecision, Track, TrackList } from '#core/segment/track'
import { createRunFolder, eventsFromJournal, readRunFolder } from '../runs/run-folder.ts'
import { realDisk } from '../disk/disk.ts'
import { openRunArchive } from './run-archive.ts'
import { CommitPoint, StageRecord } from './run-files.ts'

const run = promisify(execFile)
const pages = new URL('../../../docs/formats/', import.meta.url)
const pageOf = (name: string) => readFile(new URL(`${name}.md`, pages), 'utf8')
const blockOf = (page: string, mark: string): string => {
  const start = page.indexOf(`\n\`\`\`${mark}\n`)
  if (start < 0) throw new Error(`the page has no block "${mark}"`)
  return page.slice(start + mark.length + 5, page.indexOf('\n```', start + 4) + 1)
}
/** Field names that the page never writes as code. */
const unnamed = (page: string, fields: readonly string[]) =>
  fields.filter((field) => !new RegExp(`\`(\\w+\\[\\]\\.)?${field}\\??\``).test(page))
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
)

describe('archive.md', () => {
  it('has an example whose mask is what the page says of it', async () => {
    const frame = FrameMasks.parse(JSON.parse(blockOf(await pageOf('archive'), 'json frame-masks')))
    const mask = frame.masks[0]!
    const rle = rleFromString(mask.counts, frame.size)
    expect([...maskFromRle(rle)]).toEqual([0, 0, 0, 1, 0, 0])
    expect(areaOfRle(rle)).toBe(mask.area)
    expect(boundsOfRle(rle)).toEqual(mask.box)
    expect(Math.floor(mask.id / idsPerLevel)).toBe(frame.level)
  })
  it('names every field and every reason', async () => {
    const page = await pageOf('archive')
    const schemas = [FrameMasks, MaskEntry, DroppedCandidate, FrameDecisions, PromptDecision, Track, TrackList, Track.shape.prompt.unwrap()]
    expect(unnamed(page, [...schemas.flatMap((schema) => Object.keys(schema.shape)), ...DropReason.options])).toEqual([])
  })
  it.skipIf(!hasPython)('has a Python program that reads an archive of ours with the standard library', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-formats-'))
    try {
      const [width, height] = [53, 31]
      const masks = [3, 7, 11].map((step, i) => {
        const rle = rleFromMask(
          Uint8Array.from({ length: width * height }, (_, at) => (at % 97 < step * 7 ? 1 : 0)),
          width,
          height,
        )
        return { id: 400001 + i, counts: stringFromRle(rle), area: areaOfRle(rle), box: [...boundsOfRle(rle)!], score: 1 }
      })
      const name = 'tracker/masks/level_4/000037.json'
      const value = { frameIndex: 37, frameName: '37.png', level: 4, size: [height, width], masks }
      const archive = await openRunArchive(realDisk, folder, ['tracker'])
      const writer = await archive.begin('tracker', 'f')
      await writer.append({
        name,
        stage: 'tracker',
        kind: 'masks',
        mediaType: 'application/json',
        bytes: new TextEncoder().encode(JSON.stringify(value)),
      })
      await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 1 })
      await archive.close()
      const program = join(folder, 'read.py')
      await writeFile(program, blockOf(await pageOf('archive'), 'python'))
      const { stdout } = await run('python3', ['-I', program, join(folder, 'tracker.tar'), name])
      expect(stdout.trim().split('\n')).toEqual(masks.map(({ id, area }) => `${id} ${area}`))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('manifest.md', () => {
  it('has lines that are entries, and names every field', async () => {
    const page = await pageOf('manifest')
    const { entries, complete } = manifestFromLines(blockOf(page, 'json manifest'))
    expect(complete).toBe(true)
    expect(entries.map((entry) => entry.place)).toEqual(['archive', 'file'])
    expect(unnamed(page, Object.keys(ArchivedEntry.shape))).toEqual([])
  })
})

describe('run.md', () => {
  it('has a journal that is told as interrupted, and names every event with its fields', async () => {
    const page = await pageOf('run')
    const { events, problem } = eventsFromJournal(blockOf(page, 'json journal'))
    expect(problem).toBeUndefined()
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5])
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    for (const option of RunEvent.options) {
      const type = option.shape.type.value
      const row = rows.find((line) => line.split('|')[1]!.includes(`\`${type}\``))
      expect(row, type).toBeDefined()
      if (type === 'logWritten' || type === 'warningRaised') continue
      const fields = Object.keys(option.shape).filter((field) => !['type', 'seq', 'at'].includes(field))
      expect(unnamed(row!, fields), type).toEqual([])
    }
    expect(unnamed(page, Object.keys(Sample.shape))).toEqual([])
    expect(unnamed(page, [...Object.keys(StageRecord.shape), ...Object.keys(CommitPoint.shape)])).toEqual([])
  })
  it('lists every field of run.json, and a reader tells the example as the page does', async () => {
    const page = await pageOf('run')
    const { events } = eventsFromJournal(blockOf(page, 'json journal'))
    const first = events[0]!
    if (first.type !== 'runQueued') throw new Error('a journal begins with runQueued')
    const parent = await mkdtemp(join(tmpdir(), 'scenewright-run-'))
    try {
      const folder = join(parent, 'run')
      const journal = await createRunFolder(realDisk, folder, first)
      for (const event of events.slice(1)) await journal.append(event)
      await journal.close()
      const written: unknown = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))
      expect(written).toMatchObject({ format: 'scenewright.run', version: 2, config: { levels: [2, 4, 6] } })
      expect(unnamed(page, Object.keys(written as object))).toEqual([])
      const { record } = await readRunFolder(folder)
      expect(record).toMatchObject({ state: 'interrupted', stages: [{ id: 'ssam', done: 1, total: 1 }, {}, {}, {}] })
      await expect(createRunFolder(realDisk, folder, first)).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    } finally {
      await rm(parent, { recursive: true, force: true })
    }
  })
})

describe('scene.md', () => {
  it('orders and selects its example as the page says, and names every kind and part of a slice', async () => {
    const page = await pageOf('scene')
    const { files, sorted, slice, selected } = JSON.parse(blockOf(page, 'json frame-order')) as Record<string, string[]> & { slice: string }
    const names = sortFrameNames(files!.filter(isFrameName))
    expect(names).toEqual(sorted)
    expect(frameIndicesOfSlice(frameSliceFromText(slice)!, names.length).map((index) => names[index])).toEqual(selected)
    expect(unnamed(page, [...SceneKind.options, ...Object.keys(FrameSlice.shape)])).toEqual([])
  })
})
