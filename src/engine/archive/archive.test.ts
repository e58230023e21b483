// Tests of the archive on disk: what is announced can be read, by us and by tar, in whatever state the folder was left.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scanTar } from '#core/archive/archive-reader'
import { type ManifestEntry, manifestFromLines } from '#core/archive/manifest'
import { realDisk } from '../disk/disk.ts'
import { openFileSource } from './file-source.ts'
import { openArchive, openGrowing } from './open-archive.ts'
import { openRunArchive } from './run-archive.ts'
import type { NewArtifact } from './stage-writer.ts'

const run = promisify(execFile)
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-archive-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const bytesOf = (i: number) => new TextEncoder().encode(JSON.stringify({ frame: i, fill: 'x'.repeat(i * 173) }))
const artifact = (i: number, name = `ssam/masks/level_2/${String(i).padStart(6, '0')}.json`): NewArtifact => ({
  name,
  stage: 'ssam',
  kind: 'masks',
  level: 2,
  frameIndex: i,
  mediaType: 'application/json',
  counts: { masks: i },
  bytes: bytesOf(i),
})
/** One stage's writer on an empty or unfinished folder. */
async function createArchive(at: string) {
  const archive = await openRunArchive(realDisk, at, ['ssam', 'tracker'])
  const writer = await archive.begin('ssam', 'f')
  const finish = async () => {
    await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 1 })
    await archive.close()
  }
  return { ...writer, archive, finish, close: () => archive.close() }
}
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const hasTar = await run('tar', ['--version']).then(
  () => true,
  () => false,
)

describe('a stage that writes', () => {
  it('lets each artifact be read as soon as it is announced, while the archive grows', async () => {
    const writer = await createArchive(folder)
    const growing = openGrowing(folder, () => writer.archive.entries)
    for (const i of [0, 1, 2, 3]) {
      const entry = await writer.append(artifact(i))
      expect(await growing.read(entry)).toEqual(new Uint8Array(bytesOf(i)))
      expect(entry.sha256).toBe(createHash('sha256').update(bytesOf(i)).digest('hex'))
    }
    await growing.close()
    await writer.close()
  })
  it('keeps members whole and in order when many are handed over at once', async () => {
    const writer = await createArchive(folder)
    const entries = await Promise.all([5, 4, 3, 2, 1].map((i) => writer.append(artifact(i))))
    await writer.finish()
    expect(entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5])
    const source = await openFileSource(join(folder, 'ssam.tar'))
    const { members, end } = await scanTar(source)
    await source.close()
    expect(end).toBe('complete')
    expect(members.map((member) => member.name)).toEqual([...entries.map((entry) => entry.name), 'manifest.ndjson'])
    expect(members.slice(0, -1).map((member) => member.offset)).toEqual(entries.map((entry) => entry.place === 'archive' && entry.offset))
  })
  it('writes equal bytes for equal artifacts: no time, no owner', async () => {
    const write = async (name: string) => {
      const at = await mkdtemp(join(folder, name))
      const writer = await createArchive(at)
      await writer.append(artifact(1))
      await writer.finish()
      return readFile(join(at, 'ssam.tar'))
    }
    expect((await write('a')).equals(await write('b'))).toBe(true)
  })
  it('refuses a name that a plain tar header cannot hold, and goes on undamaged', async () => {
    const writer = await createArchive(folder)
    for (const name of ['bücher.json', `${'a'.repeat(60)}/${'b'.repeat(60)}`, 'two words.json', '']) {
      await expect(writer.append(artifact(1, name)), name).rejects.toThrow(RangeError)
      await expect(writer.addFile(artifact(1, name)), name).rejects.toThrow(RangeError)
    }
    await writer.append(artifact(2))
    await writer.finish()
    const archive = await openArchive(folder)
    expect([...archive.listing.entries.keys()]).toEqual(['ssam/masks/level_2/000002.json'])
    await archive.close()
  })
  it('puts files beside the archive whole, with no half file left, and none outside the run folder', async () => {
    const writer = await createArchive(folder)
    const entry = await writer.addFile({ ...artifact(1), name: 'report/a.jpg' })
    expect(entry).toMatchObject({ place: 'file', name: 'report/a.jpg' })
    expect(await readdir(join(folder, 'report'))).toEqual(['a.jpg'])
    for (const name of ['../a.jpg', '..', 'report/../../a'])
      await expect(writer.addFile({ ...artifact(1), name })).rejects.toThrow(/leaves/)
    await writer.close()
  })
})

describe('openArchive', () => {
  const written = async (finish: boolean) => {
    const writer = await createArchive(folder)
    const entries: ManifestEntry[] = []
    for (const i of [1, 2, 3, 4]) entries.push(await writer.append(artifact(i)))
    entries.push(await writer.append({ ...artifact(4, 'tracker/tracks.json'), bytes: new TextEncoder().encode('old') }))
    entries.push(await writer.append({ ...artifact(4, 'tracker/tracks.json'), bytes: new TextEncoder().encode('new') }))
    await (finish ? writer.finish() : writer.close())
    return entries
  }
  const readAll = async () => {
    const archive = await openArchive(folder)
    const read = new Map<string, string>()
    for (const entry of archive.listing.entries.values()) read.set(entry.name, textOf(await archive.read(entry)))
    await archive.close()
    return { ...archive.listing, read }
  }

  it('reads an unfinished archive like a finished one, the newest writing of a name', async () => {
    await written(false)
    const { read, problem } = await readAll()
    expect(problem).toBeUndefined()
    expect(read.size).toBe(5)
    expect(read.get('tracker/tracks.json')).toBe('new')
  })
  it('gives the same listing out of the archive alone', async () => {
    await written(true)
    const beside = await readAll()
    await rm(join(folder, 'manifest.ndjson'))
    const alone = await readAll()
    expect(alone.from).toBe('member')
    expect(alone.read).toEqual(beside.read)
  })
  it('reads all that lies before the cut, wherever it is, and says that something is gone', async () => {
    const entries = await written(false)
    const { size } = await stat(join(folder, 'ssam.tar'))
    for (let at = size; at >= 0; at -= 389) {
      await truncate(join(folder, 'ssam.tar'), at)
      const { read, problem } = await readAll()
      const there = entries.filter((entry) => entry.place === 'archive' && entry.offset + entry.length <= at)
      expect([...read.keys()], `cut at ${at}`).toEqual([...new Set(there.map((entry) => entry.name))])
      expect(problem === undefined).toBe(there.length === entries.length)
    }
  })
  it('reads up to the last whole line of a manifest that a crash cut', async () => {
    await written(false)
    const path = join(folder, 'manifest.ndjson')
    await truncate(path, (await stat(path)).size - 20)
    const { read, problem } = await readAll()
    expect(read.get('tracker/tracks.json')).toBe('old')
    expect(problem).toMatch(/manifest is cut/)
  })
  it('says that it cannot list a tar that has neither manifest nor end', async () => {
    await written(false)
    await rm(join(folder, 'manifest.ndjson'))
    await expect(openArchive(folder)).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' })
  })
  it('says of an ordinary folder that it holds no run', async () => {
    await expect(openArchive(folder)).rejects.toMatchObject({ code: 'RUN_FOLDER_EXPECTED' })
  })
  it('notices bytes that changed, by the sum in the manifest', async () => {
    const [first] = await written(true)
    if (first?.place !== 'archive') throw new Error('the first artifact is in the archive')
    const file = await open(join(folder, 'ssam.tar'), 'r+')
    await file.write('X', first.offset)
    await file.close()
    const { read } = await readAll()
    expect(createHash('sha256').update(read.get(first.name)!).digest('hex')).not.toBe(first.sha256)
  })
  it.skipIf(!hasTar)('is a tar that tar lists and extracts, and a cut one up to the cut', async () => {
    const entries = await written(true)
    const path = join(folder, 'ssam.tar')
    const { stdout } = await run('tar', ['tf', path])
    expect(stdout.trim().split('\n')).toEqual([...entries.map((entry) => entry.name), 'manifest.ndjson'])
    expect((await run('tar', ['xOf', path, entries[2]!.name])).stdout).toBe(textOf(bytesOf(3)))
    expect(manifestFromLines((await run('tar', ['xOf', path, 'manifest.ndjson'])).stdout).entries).toHaveLength(6)
    const third = entries[2]!
    if (third.place !== 'archive') throw new Error('the third artifact is in the archive')
    await truncate(path, third.offset + 1)
    // tar complains of the end and exits 2, after it has given what is whole.
    const cut = await run('tar', ['xOf', path, entries[1]!.name]).catch((error: { stdout: string }) => error)
    expect(cut.stdout).toBe(textOf(bytesOf(2)))
  })
})
