// `inspect tree` on a run as the engine writes it: what is printed, what is offered, and that the run stays as it was.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { artifactName } from '#core/archive/manifest'
import { rleFromMask, stringFromRle } from '#core/mask/rle'
import { familyTreeFromBytes } from '#core/my3dis/tracks/family-tree-file'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import type { MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { openRunArchive } from '#engine/archive/run-archive'
import { realDisk } from '#engine/disk/disk'
import { createRunFolder } from '#engine/runs/run-folder'
import { runCli } from './cli.ts'
import type { Output } from './output.ts'
import { type Generation, standardOptions } from '../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../scripts/fixtures/my3dis/run-folder.ts'
import { diskSink } from '../../scripts/fixtures/my3dis/sink.ts'

const [width, height] = [8, 6]
let base = ''
let folder = ''
let printed: string[] = []
const output: Output = {
  print: (text) => void printed.push(text),
  printJson: (value) => void printed.push(JSON.stringify(value)),
  tell: (text) => void printed.push(text),
  isTerminal: false,
  columns: 80,
}
const tree = async (...words: string[]) => {
  printed = []
  const code = await runCli(['inspect', 'tree', folder, ...words], output)
  return { code, text: printed.join('\n') }
}

/** Columns `from` up to `to`, all rows. */
function mask(id: number, from: number, to: number): MaskEntry {
  const dense = Uint8Array.from({ length: width * height }, (_, i) => (i % width >= from && i % width < to ? 1 : 0))
  const counts = stringFromRle(rleFromMask(dense, width, height))
  return { id, counts, area: (to - from) * height, box: [from, 0, to - from, height], score: 1 }
}
function track(id: number, level: number, parent?: number): Track {
  return {
    id,
    level,
    parent,
    orphan: level === 4 && parent === undefined,
    prompt: { frameIndex: 0, candidateId: id, uniqueId: `0000_${level}_0001` },
    visible: [[0, 1]],
    frameCount: 2,
    firstFrame: 10,
    lastFrame: 20,
    meanScore: 1,
    meanArea: 1,
    maxArea: 1,
    merged: 0,
  }
}

/** Two frames: left and right half at level 2; at level 4 one that holds its parent, one in the wrong half, one orphan. */
async function writeRun(): Promise<void> {
  const config = RunConfig.parse({ scene: '/s', output: base, levels: [2, 4] })
  const first = {
    type: 'runQueued',
    seq: 1,
    at: 1,
    runId: 'r',
    name: 'test',
    config,
    scene: { framesPath: '/s', name: 'scene_00065_00', kind: 'frames', frameCount: 2, width, height },
    frameIndices: [10, 20],
    frameNames: ['10.png', '20.png'],
    appVersion: '0',
    buildId: 'b',
  } as Extract<RunEvent, { type: 'runQueued' }>
  const journal = await createRunFolder(realDisk, folder, first)
  const archive = await openRunArchive(realDisk, folder, ['tracker'])
  const writer = await archive.begin('tracker', 'f')
  const write = (name: string, kind: string, value: unknown, at: { level?: number; frameIndex?: number } = {}) =>
    writer.append({
      name,
      stage: 'tracker',
      kind,
      ...at,
      mediaType: 'application/json',
      bytes: new TextEncoder().encode(JSON.stringify(value)),
    })
  const byLevel = new Map([
    [2, [mask(200001, 0, 4), mask(200002, 4, 8)]],
    [4, [mask(400001, 0, 2), mask(400002, 5, 8), mask(400003, 4, 6)]],
  ])
  for (const frameIndex of [10, 20])
    for (const [level, masks] of byLevel) {
      const at = { level, frameIndex }
      await write(artifactName('tracker', 'masks', at), 'masks', { ...at, frameName: 'x', size: [height, width], masks }, at)
    }
  const tracks = [track(200001, 2), track(200002, 2), track(400001, 4, 200001), track(400002, 4, 200001), track(400003, 4)]
  await write(artifactName('tracker', 'tracks'), 'tracks', { framesDone: 2, tracks })
  await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 1 })
  await archive.close()
  await journal.append({ type: 'runFinished', seq: 2, at: 2, state: 'succeeded' })
  await journal.close()
}

/** A run as My3DIS left it. */
function writeForeign(generation: Generation): void {
  const [run] = writeMy3disFixtures(diskSink(base), base, [{ ...standardOptions, generation, frames: 6, levels: [2, 4] }])
  folder = join(base, run!.folder)
}

const contentOf = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [
      entry.name,
      createHash('sha256')
        .update(readFileSync(join(entry.parentPath, entry.name)))
        .digest('hex'),
    ])
    .sort()

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-tree-'))
  folder = join(base, 'run')
  await writeRun()
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

describe('inspect tree', () => {
  it('prints families, and the orphan rate of each level', async () => {
    const { code, text } = await tree()
    expect(code).toBe(0)
    expect(text).toMatch(/^2 +2 +0 +0 +0\.00 %$/m)
    expect(text).toMatch(/^4 +3 +2 +1 +33\.33 %$/m)
    expect(text).toContain('3 families, 2 of them of one track')
    expect(text).toMatch(/2·0001 +3 +level 2: 1, level 4: 2/)
    expect(text).not.toContain('repair')
  })

  it('offers the parents that the masks speak for, and leaves those alone that hold', async () => {
    const { text } = await tree('--check')
    expect(text).toContain('2 frames (containment 0.95, time together 0.3): 1 parents hold, 1 do not, 1 are missing')
    expect(text).toMatch(/4·0002 +2·0001 +2·0002 +1\.000 +1\.00 +2 +0\.000 on 2 frames/)
    expect(text).toMatch(/4·0003 +none +2·0002 +1\.000/)
    expect(text).not.toMatch(/4·0001 /)
  })

  it('has all of it as one JSON value', async () => {
    const { text } = await tree('--check', '--json')
    const value = JSON.parse(text)
    expect(value).toMatchObject({ tracks: 5, parentsRecorded: true, depth: 2, orphans: [400003] })
    expect(value.check.repairs.map(({ child, to }: { child: number; to: number }) => [child, to])).toEqual([
      [400002, 200002],
      [400003, 200002],
    ])
  })

  it('writes the recorded parents unless repairs are asked for, and changes no byte of the run', async () => {
    const before = contentOf(folder)
    const [plain, repaired] = [join(base, 'plain.json'), join(base, 'repaired.json')]
    await tree('--check', '--write', plain)
    await tree('--check', '--write', repaired, '--repair')
    const parentsIn = (file: string) => [...familyTreeFromBytes(file, readFileSync(file)).objects.values()].map(({ parent }) => parent)
    const ids = [...familyTreeFromBytes(plain, readFileSync(plain)).objects.keys()]
    expect(parentsIn(plain)).toEqual([undefined, undefined, ids[0], ids[0], undefined])
    expect(parentsIn(repaired)).toEqual([undefined, undefined, ids[0], ids[1], ids[1]])
    expect(familyTreeFromBytes(plain, readFileSync(plain))).toMatchObject({ scene: 'scene_00065_00', runFolder: 'run' })
    expect(contentOf(folder)).toEqual(before)
  })

  it('never writes into the run, through a link neither, nor over a file that is there', async () => {
    const before = contentOf(folder)
    const link = join(base, 'link')
    symlinkSync(folder, link)
    mkdirSync(join(base, 'run-2'))
    writeFileSync(join(base, 'there.json'), 'mine')
    expect((await tree('--write', join(folder, 'tree.json'))).code).toBe(2)
    expect((await tree('--write', join(link, 'tree.json'))).code).toBe(2)
    expect(await tree('--write', join(base, 'there.json'))).toMatchObject({ code: 1, text: expect.stringContaining('EXPORT_EXISTS') })
    // A folder whose name only begins like that of the run is outside of it.
    expect((await tree('--write', join(base, 'run-2', 'tree.json'))).code).toBe(0)
    expect(readFileSync(join(base, 'there.json'), 'utf8')).toBe('mine')
    expect(contentOf(folder)).toEqual(before)
  })

  it('refuses to write repairs that it did not look for', async () => {
    expect((await tree('--write', join(base, 't.json'), '--repair')).code).toBe(2)
    expect((await tree('--check', '--containment', '1.5')).code).toBe(2)
  })
})

describe('inspect tree of a run of My3DIS', () => {
  beforeEach(() => vi.stubEnv('SCENEWRIGHT_STATE', join(base, 'state')))
  afterEach(() => vi.unstubAllEnvs())

  it('has the parents that its files record, under the ids of its files', async () => {
    writeForeign('G-Nov')
    const { text } = await tree('--check')
    expect(text).toMatch(/^4 +4 +4 +0 +0\.00 %$/m)
    expect(text).toContain('(source 2000)')
    expect(text).toContain('4 parents hold, 0 do not, 0 are missing')
  })

  it('writes its tree beside it and never into it, with the scale of its masks', async () => {
    writeForeign('G-Nov')
    const before = contentOf(folder)
    expect((await tree('--write', join(folder, 'relations', 'mine.json'))).code).toBe(2)
    const file = join(base, 'mine.json')
    expect((await tree('--check', '--write', file)).code).toBe(0)
    const written = familyTreeFromBytes(file, readFileSync(file))
    expect(written).toMatchObject({ maskScaleRatio: 0.3, lostParents: [], unreadable: [] })
    expect(written.objects.get(2000)).toMatchObject({ level: 2, parent: undefined, children: [expect.any(Number)] })
    expect(contentOf(folder)).toEqual(before)
  })

  it('finds parents in the masks where its time recorded none', async () => {
    writeForeign('E3')
    expect((await tree()).text).toContain('recorded no parents')
    const { check } = JSON.parse((await tree('--check', '--json')).text)
    expect(check.judged.missing).toBe(4)
    expect(check.repairs).toHaveLength(4)
  })

  it('says what is wrong with a folder that holds no run of anybody', async () => {
    folder = join(base, 'nothing')
    mkdirSync(folder)
    expect(await tree()).toMatchObject({ code: 1, text: expect.stringContaining('RUN_FOLDER_EXPECTED') })
  })
})
